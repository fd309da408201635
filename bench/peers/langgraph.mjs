import { Annotation, Command, END, interrupt, START, StateGraph } from '@langchain/langgraph';
import { PostgresSaver } from '@langchain/langgraph-checkpoint-postgres';
import { pool, serve, writeRow } from './serve.mjs';

/** A graph that interrupts for a person and then acts, its state in LangGraph's own Postgres checkpointer. */
const checkpointer = new PostgresSaver(pool);
await checkpointer.setup();
const graph = new StateGraph(Annotation.Root({ id: Annotation(), signed: Annotation() }))
  .addNode('ask', ({ id }) => ({ signed: interrupt({ approve: id }) }))
  .addNode('act', async ({ id }) => {
    await writeRow(id);
    return {};
  })
  .addEdge(START, 'ask')
  .addEdge('ask', 'act')
  .addEdge('act', END)
  .compile({ checkpointer });
const thread = (id) => ({ configurable: { thread_id: id } });

serve({
  ask: (id) => graph.invoke({ id }, thread(id)),
  sign: (id) => graph.invoke(new Command({ resume: true }), thread(id)),
});

import { condition, proxyActivities, setHandler, defineSignal } from '@temporalio/workflow';

const { writeRow } = proxyActivities<{ writeRow(id: string): Promise<void> }>({
  startToCloseTimeout: '1 minute',
});

/** The least that a durable approval can be in Temporal: a signal, then a remote activity. */
export async function bareApproval(id: string): Promise<void> {
  let signed = false;
  setHandler(defineSignal('signed'), () => {
    signed = true;
  });
  await condition(() => signed);
  await writeRow(id);
}

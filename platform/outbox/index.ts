export { startConsumer, type ConsumerOptions, type Handled } from './consume.ts';
export { startDispatcher, type DispatcherOptions } from './dispatcher.ts';
export type { OutboxRow, OutboxStore, Topic } from './outbox-store.ts';

export { startConsumer, type Handled } from './consume.ts';
export { startDispatcher } from './dispatcher.ts';
export type { OutboxRow, OutboxStore } from './outbox-store.ts';

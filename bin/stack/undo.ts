export type Undo = () => Promise<void>;

/** Undoes in the opposite order, each step once, and goes on when one fails. */
export function createUndo(): { add(undo: Undo): void; run(): Promise<void> } {
  const steps: Undo[] = [];
  return {
    add: (undo) => steps.push(undo),
    run: async () => {
      for (let undo = steps.pop(); undo; undo = steps.pop()) await undo().catch(() => {});
    },
  };
}

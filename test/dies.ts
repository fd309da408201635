type Step = (...given: unknown[]) => Promise<unknown>;

export interface Deaths {
  /** How often it happened. */
  (): number;
  /** What each was about to do it with who died before it, and whom nobody asked for yet. */
  taken(): readonly (readonly unknown[])[];
}

/**
 * Whoever takes this step of a store dies there, the next `times` times: before anything is committed, or after it is and
 * before anybody hears of it. Says how often it happened.
 */
export function diesAt<Store extends object, Name extends keyof Store & string>(
  store: Store,
  name: Name,
  { when, times = 1 }: { readonly when: 'before' | 'after'; readonly times?: number },
): Deaths {
  const real = store[name] as unknown as Step;
  let died = 0;
  const undone: unknown[][] = [];
  const dying: Step = async (...given) => {
    if (died >= times) return real.apply(store, given);
    died += 1;
    if (when === 'after') await real.apply(store, given);
    else undone.push(given);
    throw new Error(`killed ${when} ${name}`);
  };
  Object.assign(store, { [name]: dying });
  return Object.assign(() => died, { taken: () => undone.splice(0) });
}

type Step = (...given: unknown[]) => Promise<unknown>;

/**
 * Whoever takes this step of a store dies there, the next `times` times: before anything is committed, or after it is and
 * before anybody hears of it. Says how often it happened.
 */
export function diesAt<Store extends object, Name extends keyof Store & string>(
  store: Store,
  name: Name,
  { when, times = 1 }: { readonly when: 'before' | 'after'; readonly times?: number },
): () => number {
  const real = store[name] as unknown as Step;
  let died = 0;
  const dying: Step = async (...given) => {
    if (died >= times) return real.apply(store, given);
    died += 1;
    if (when === 'after') await real.apply(store, given);
    throw new Error(`killed ${when} ${name}`);
  };
  Object.assign(store, { [name]: dying });
  return () => died;
}

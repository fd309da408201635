/** Chance that can be repeated: the same seed rolls the same plans and moments. */
export interface Dice {
  /** At least `from`, less than `to`. */
  between(from: number, to: number): number;
  pick<T>(from: readonly T[]): T;
  shuffled<T>(list: readonly T[]): T[];
}

/** Mulberry32 (public domain, Tommy Ettinger): small, and even enough for plans. */
export function createDice(seed: number): Dice {
  let state = seed >>> 0;
  const roll = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
  const between = (from: number, to: number): number => from + roll() * (to - from);
  return {
    between,
    pick: (from) => from[Math.floor(between(0, from.length))]!,
    shuffled: (list) =>
      list
        .map((item) => ({ item, at: roll() }))
        .sort((a, b) => a.at - b.at)
        .map(({ item }) => item),
  };
}

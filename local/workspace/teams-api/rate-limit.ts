/** So many requests a second for the app in its tenant; Teams allows 50. True while there is room. */
export function createRateLimit(perSecond: number, now: () => number = Date.now): () => boolean {
  let times: number[] = [];
  return () => {
    const at = now();
    times = times.filter((t) => t > at - 1_000);
    if (times.length >= perSecond) return false;
    times.push(at);
    return true;
  };
}

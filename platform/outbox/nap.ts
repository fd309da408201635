/** Sleeps until the time is up or somebody wakes it; a wake before the sleep counts too. */
export function createNap(): { sleep(ms: number): Promise<void>; wake(): void } {
  let woken = false;
  let rise = (): void => {};
  return {
    sleep: (ms) =>
      new Promise((resolve) => {
        const timer = setTimeout(() => rise(), woken ? 0 : ms);
        rise = () => {
          clearTimeout(timer);
          rise = () => {};
          woken = false;
          resolve();
        };
      }),
    wake() {
      woken = true;
      rise();
    },
  };
}

/** One line for a person, said as things happen. */
export type Say = (line: string) => void;

/** Runs `work`; when it takes over two seconds says so, and again every fifteen, and when it is done. */
export async function withProgress<T>(say: Say, what: string, work: () => Promise<T>): Promise<T> {
  const startedAt = Date.now();
  const seconds = () => Math.round((Date.now() - startedAt) / 1000);
  let said = false;
  const first = setTimeout(() => {
    said = true;
    say(`${what} ...`);
  }, 2000);
  const more = setInterval(() => say(`${what} ... still at it after ${seconds()} s`), 15_000);
  try {
    const result = await work();
    if (said) say(`${what}: done in ${seconds()} s`);
    return result;
  } finally {
    clearTimeout(first);
    clearInterval(more);
  }
}

import { expect, test } from 'vitest';
import { keepLooking } from './keep-looking.ts';

function gate<T>(): { readonly open: (value: T) => void; readonly opened: Promise<T> } {
  let open: (value: T) => void = () => {};
  const opened = new Promise<T>((resolve) => (open = resolve));
  return { open, opened };
}

test('looks at once and again after a failure, one look at a time; closing waits for the one under way and is its last', async () => {
  const happened: string[] = [];
  const second = gate<AbortSignal>();
  const looked = gate<undefined>();
  const looking = keepLooking(
    async (closing) => {
      happened.push('look');
      if (happened.length === 1) throw new Error('the store is away');
      second.open(closing);
      await looked.opened;
      happened.push('looked');
    },
    { everyMs: 1, failed: (error) => happened.push(String(error)) },
  );
  expect(happened).toEqual(['look']);
  const signal = await second.opened;
  expect(signal.aborted).toBe(false);
  const closed = looking.close().then(() => happened.push('closed'));
  expect(signal.aborted).toBe(true);
  looked.open(undefined);
  await closed;
  expect(happened).toEqual(['look', 'Error: the store is away', 'look', 'looked', 'closed']);
});

test('closed before its first look, it never looks', async () => {
  const looking = keepLooking(() => Promise.reject(new Error('it looked')), {
    everyMs: 1,
    afterMs: 3_600_000,
    failed: (error) => expect.fail(String(error)),
  });
  await looking.close();
});

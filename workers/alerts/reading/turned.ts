interface Windowed {
  readonly windowMs: number;
}

/**
 * Did it turn for the better inside a window: is there a moment since which it is another thing than just before it? Any of
 * the windows may end at such a moment, and any longer one say what was before.
 */
export const turnedWithin = <W extends Windowed>(
  windows: readonly W[],
  windowMs: number,
  isBetter: (since: W, whole: W) => boolean,
): boolean =>
  windows.some((since) =>
    windows.some(
      (whole) => since.windowMs < whole.windowMs && whole.windowMs <= windowMs && isBetter(since, whole),
    ),
  );

/** Times as the person that the visitor plays would read them, in that person's zone. */
type Parts = Intl.DateTimeFormatOptions;

const print = (atMs: number, timeZone: string, parts: Parts): string =>
  new Intl.DateTimeFormat('en-GB', { timeZone, ...parts }).format(atMs);

export const clock = (atMs: number, timeZone: string): string =>
  print(atMs, timeZone, { hour: '2-digit', minute: '2-digit' });

const day = (atMs: number, timeZone: string): string =>
  print(atMs, timeZone, { weekday: 'short', day: 'numeric', month: 'short' });

/** `Today`, `Yesterday` or the day itself. */
export function dayName(atMs: number, timeZone: string, nowMs = Date.now()): string {
  const key = (ms: number): string => print(ms, timeZone, { dateStyle: 'short' });
  if (key(atMs) === key(nowMs)) return 'Today';
  if (key(atMs) === key(nowMs - 86_400_000)) return 'Yesterday';
  return print(atMs, timeZone, { weekday: 'long', day: 'numeric', month: 'long' });
}

/** Slack's date tokens: https://docs.slack.dev/messaging/formatting-message-text#date-formatting */
export function slackDate(seconds: number, format: string, timeZone: string): string {
  const at = seconds * 1000;
  const tokens: Readonly<Record<string, () => string>> = {
    date_num: () => print(at, timeZone, { year: 'numeric', month: '2-digit', day: '2-digit' }),
    date: () => print(at, timeZone, { day: 'numeric', month: 'long', year: 'numeric' }),
    date_short: () => day(at, timeZone),
    date_long: () => print(at, timeZone, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' }),
    date_pretty: () => dayName(at, timeZone),
    date_short_pretty: () => dayName(at, timeZone),
    date_long_pretty: () => dayName(at, timeZone),
    time: () => clock(at, timeZone),
    time_secs: () => print(at, timeZone, { hour: '2-digit', minute: '2-digit', second: '2-digit' }),
  };
  return format.replace(/\{([a-z_]+)\}/g, (whole, token: string) => tokens[token]?.() ?? whole);
}

/** Adaptive Cards' macros in a text: https://learn.microsoft.com/adaptive-cards/authoring-cards/text-features */
export function adaptiveDates(text: string, timeZone: string): string {
  return text
    .replace(/\{\{DATE\(([^,)]+)(?:,\s*(?:COMPACT|SHORT|LONG))?\)\}\}/g, (whole, iso: string) => {
      const at = Date.parse(iso);
      return Number.isNaN(at) ? whole : day(at, timeZone);
    })
    .replace(/\{\{TIME\(([^)]+)\)\}\}/g, (whole, iso: string) => {
      const at = Date.parse(iso);
      return Number.isNaN(at) ? whole : clock(at, timeZone);
    });
}

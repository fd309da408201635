import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** Linux counts in hundredths of a second (`getconf CLK_TCK`). */
const TICKS_PER_SECOND = 100;

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly seconds: number;
}

/** Its own time and that of children that ended (proc(5): utime, stime, cutime, cstime). */
function readProcess(pid: number): Process | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const ticks = [11, 12, 13, 14].reduce((sum, n) => sum + (fields[n] ?? 0), 0);
    return { pid, parent: fields[1] ?? 0, seconds: ticks / TICKS_PER_SECOND };
  } catch {
    return null;
  }
}

const NAMES = [
  'insurer/server',
  'bare/worker',
  'launch.mjs bot',
  'launch.mjs workers',
  'postgres',
  'redis',
  'temporal',
];

function nameOf(pid: number): string | null {
  const file = `/proc/${pid}/cmdline`;
  const command = existsSync(file) ? readFileSync(file, 'utf8').replaceAll('\0', ' ') : '';
  const found = NAMES.find((name) => command.includes(name));
  return found?.replace('launch.mjs ', '').replace('/server', '').replace('/worker', ' worker') ?? null;
}

export type CpuSeconds = Readonly<Record<string, number>>;

/** Processor time so far of this process (`bench`) and of every program that it started; empty where /proc is not. */
export function cpuSeconds(): CpuSeconds {
  const { user, system } = process.cpuUsage();
  const sums: Record<string, number> = { bench: (user + system) / 1e6 };
  if (!existsSync('/proc/self/stat')) return sums;
  const all = readdirSync('/proc').flatMap((name) =>
    /^\d+$/.test(name) ? (readProcess(Number(name)) ?? []) : [],
  );
  const visit = (parent: number, under: string | null): void => {
    for (const one of all.filter((p) => p.parent === parent)) {
      const name = under === 'postgres' ? under : (nameOf(one.pid) ?? under);
      if (name) sums[name] = (sums[name] ?? 0) + one.seconds;
      visit(one.pid, name);
    }
  };
  visit(process.pid, null);
  return sums;
}

/** What was used between two readings, in ms a unit of work; programs that used next to nothing are left out. */
export function cpuMsEach(before: CpuSeconds, after: CpuSeconds, units: number): Record<string, number> {
  const each = Object.entries(after).map(
    ([name, now]) => [name, ((now - (before[name] ?? 0)) * 1000) / units] as const,
  );
  return Object.fromEntries(
    each.filter(([, ms]) => ms >= 0.1).map(([name, ms]) => [name, Number(ms.toFixed(1))]),
  );
}

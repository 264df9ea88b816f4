/** Time and CPU of a piece of work, of this process and of others. */
import { readFileSync } from 'node:fs';

export interface Measured {
  readonly seconds: number;
  /** CPU seconds of this process (all threads) and of the other processes given. */
  readonly cpuSeconds: number;
  /** Cores that everything else on the machine took meanwhile: above 0.2 a figure says little. */
  readonly othersCores: number;
}

/** Kernel clock ticks a second in /proc/<pid>/stat: 100 on every Linux that Node runs on. */
const TICKS = 100;

/** CPU seconds that a process used so far; 0 where /proc does not tell. */
export function cpuSecondsOf(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // After the name, which may hold blanks: state is field 3, utime 14, stime 15.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) / TICKS;
  } catch {
    return 0;
  }
}

/** CPU seconds that the machine was at work since it started; NaN where /proc does not tell. */
function machineCpuSeconds(): number {
  try {
    const [line = ''] = readFileSync('/proc/stat', 'latin1').split('\n');
    const [user, nice, system, , , irq, softirq] = line.split(/\s+/).slice(1).map(Number);
    const ticks = [user, nice, system, irq, softirq];
    return ticks.reduce<number>((sum, count) => sum + (count ?? 0), 0) / TICKS;
  } catch {
    return Number.NaN;
  }
}

export async function measure(
  work: () => Promise<unknown>,
  pids: readonly number[] = [],
): Promise<Measured> {
  const cpuOf = (): number => {
    const { user, system } = process.cpuUsage();
    return pids.reduce((sum, pid) => sum + cpuSecondsOf(pid), (user + system) / 1e6);
  };
  const cpuBefore = cpuOf();
  const machineBefore = machineCpuSeconds();
  const start = performance.now();
  await work();
  const seconds = (performance.now() - start) / 1000;
  const cpuSeconds = cpuOf() - cpuBefore;
  const othersCores = (machineCpuSeconds() - machineBefore - cpuSeconds) / seconds;
  return { seconds, cpuSeconds, othersCores: Math.max(0, othersCores) };
}

/** Runs `work` over all items with at most `inFlight` open at once. */
export async function inParallel<Item>(
  items: readonly Item[],
  inFlight: number,
  work: (item: Item) => Promise<unknown>,
): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < items.length) await work(items[next++] as Item);
  };
  await Promise.all(Array.from({ length: Math.min(inFlight, items.length) }, worker));
}

/** Memory of this process, MiB. Mapped file pages are the kernel's: it drops them when needed. */
export interface Memory {
  readonly resident: number;
  /** Heaps, stacks, buffers: what the process alone holds. */
  readonly anonymous: number;
  /** Pages of mapped files, above all of the store. */
  readonly mapped: number;
  readonly heapUsed: number;
}

export function memory(): Memory {
  const mib = (bytes: number): number => bytes / 2 ** 20;
  const usage = process.memoryUsage();
  let resident = mib(usage.rss);
  let anonymous = Number.NaN;
  try {
    const rollup = readFileSync('/proc/self/smaps_rollup', 'latin1');
    const field = (name: string): number =>
      Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(rollup)?.[1]) / 1024;
    resident = field('Rss');
    anonymous = field('Anonymous');
  } catch {
    // Not Linux: resident memory is all there is to know.
  }
  return { resident, anonymous, mapped: resident - anonymous, heapUsed: mib(usage.heapUsed) };
}

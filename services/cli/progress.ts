/**
 * Progress of long work on standard error: one line that redraws itself on a terminal, a plain line
 * now and then elsewhere (logs, CI), nothing when the work ends before the first one is due.
 */
import type { TextSink } from './context.ts';
import { formatCount } from './text-table.ts';

/** Redraws on a terminal: often enough to look alive, rarely enough to cost nothing. */
const REDRAW_MS = 100;
/** Between plain lines: a run of an hour leaves some 360 of them in a log. */
const PLAIN_LINE_MS = 10_000;
const BAR_CELLS = 24;
/** A rate over less time than this is noise. */
const RATE_MS_MIN = 500;

export interface ProgressState {
  /** 0..1; null when unknown. */
  readonly fraction: number | null;
  /** Units done, of this run. */
  readonly done: number;
}

export class Progress {
  readonly #sink: TextSink;
  readonly #title: string;
  readonly #unit: string;
  readonly #now: () => number;
  readonly #startedAt: number;
  #shownAt: number;
  #isDrawn = false;

  /** `unit` in the plural: `records`. `now` in milliseconds, monotonic. */
  constructor(
    sink: TextSink,
    title: string,
    unit: string,
    now: () => number = () => performance.now(),
  ) {
    this.#sink = sink;
    this.#title = title;
    this.#unit = unit;
    this.#now = now;
    this.#startedAt = now();
    this.#shownAt = this.#startedAt;
  }

  /** Cheap to call for every unit: draws only when it is time. */
  update(state: ProgressState): void {
    const now = this.#now();
    const intervalMs = this.#sink.isTTY ? REDRAW_MS : PLAIN_LINE_MS;
    if (now - this.#shownAt < intervalMs) return;
    this.#shownAt = now;
    const line = this.#line(state, now - this.#startedAt);
    if (!this.#sink.isTTY) {
      this.#sink.write(`${line}\n`);
      return;
    }
    this.#isDrawn = true;
    this.#sink.write(`\r\u001B[K${line.slice(0, this.#sink.columns - 1)}`);
  }

  /** Removes the line from a terminal, so that what follows starts on a clean one. */
  clear(): void {
    if (this.#isDrawn) this.#sink.write('\r\u001B[K');
    this.#isDrawn = false;
  }

  /** A message that stays, above the progress line. */
  message(text: string): void {
    this.clear();
    this.#sink.write(`${text}\n`);
  }

  #line({ fraction, done }: ProgressState, elapsedMs: number): string {
    const parts = [this.#title];
    if (fraction !== null) {
      const share = Math.min(1, Math.max(0, fraction));
      const filled = Math.floor(share * BAR_CELLS);
      if (this.#sink.isTTY) {
        parts.push(`[${'='.repeat(filled)}${' '.repeat(BAR_CELLS - filled)}]`);
      }
      parts.push(`${String(Math.floor(share * 100)).padStart(3)} %`);
    }
    parts.push(`${formatCount(done)} ${this.#unit}`);
    if (elapsedMs >= RATE_MS_MIN) {
      parts.push(`${formatCount(Math.round((done * 1000) / elapsedMs))}/s`);
    }
    if (fraction !== null && fraction > 0.01 && fraction < 1 && elapsedMs >= RATE_MS_MIN) {
      parts.push(`${formatDuration((elapsedMs * (1 - fraction)) / fraction)} left`);
    }
    return parts.join('  ');
  }
}

/** Milliseconds as `8 s`, `3 min 20 s` or `2 h 5 min`. */
export function formatDuration(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

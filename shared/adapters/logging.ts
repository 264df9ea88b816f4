/**
 * Structured logs: one JSON object per line (pino).
 *
 * I1: no personal data. Messages are constant texts; fields that could hold data of customers are
 *     redacted by name at every depth in use; texts of errors are scrubbed of what looks like an
 *     email address, a long number or a quoted snippet.
 * I2: repeats are bounded: of one warning or error (same level and message) at most `repeatsMax` lines
 *     pass per window; the first line of a later window says how many were held back.
 */
import { hostname } from 'node:os';
import { type DestinationStream, type Logger, pino, stdTimeFunctions } from 'pino';
import { traceFields } from './tracing.ts';

export interface LoggingOptions {
  readonly service: string;
  readonly version: string;
  /** Which of them: the name of the pod, or of the machine. Default: the host name, which is both. */
  readonly pod?: string;
  /** Default `info`. */
  readonly level?: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  /** Default: standard output. */
  readonly destination?: DestinationStream;
  /** Lines of one warning or error per window. Default 10. */
  readonly repeatsMax?: number;
  /** Default 10,000 ms. */
  readonly repeatWindowMs?: number;
  /** Epoch milliseconds; default `Date.now`. */
  readonly now?: () => number;
}

/** Names of fields that hold, or could hold, data of customers. */
const PERSONAL_FIELDS = [
  'value',
  'values',
  'identifier',
  'identifiers',
  'attributes',
  'properties',
  'propertiesJson',
  'parties',
  'anchor',
  'email',
  'phone',
  'name',
  'interaction',
  'interactions',
  'request',
] as const;

/** pino redacts by path: every name at the top and one to three levels down. */
const REDACTED_PATHS = PERSONAL_FIELDS.flatMap((field) =>
  ['', '*.', '*.*.', '*.*.*.'].map((prefix) => prefix + field),
);

/** Messages that are remembered for I2; the least recently opened window is dropped beyond. */
const WINDOWS_MAX = 1_000;

/** Removes what could be a value of a customer from the text of an error. */
export function scrub(text: string): string {
  return text
    .replace(/[^\s"'<>()]+@[^\s"'<>()]+/g, '[email]')
    .replace(/\+?\d[\d ()./-]{5,}\d/g, '[number]')
    .replace(/(["'`])(?:(?!\1).){3,}\1/g, '$1[text]$1');
}

interface LoggedError {
  readonly type: string;
  readonly message: string;
  readonly code?: string;
  readonly stack?: string;
  readonly cause?: LoggedError;
}

/** How errors appear: type, scrubbed message, code, frames of the stack; causes four deep. */
function describeError(error: unknown, depth = 0): LoggedError {
  if (!(error instanceof Error)) return { type: typeof error, message: scrub(String(error)) };
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  const code: unknown = (error as { readonly code?: unknown }).code;
  return {
    type: error.name,
    message: scrub(error.message),
    ...(typeof code === 'string' ? { code } : {}),
    ...(frames.length > 0 ? { stack: frames.join('\n') } : {}),
    ...(error.cause !== undefined && depth < 4
      ? { cause: describeError(error.cause, depth + 1) }
      : {}),
  };
}

interface Window {
  startedMs: number;
  lines: number;
  heldBack: number;
}

/** Decides which repeats pass; see I2. */
class RepeatFilter {
  readonly #windows = new Map<string, Window>();
  readonly #repeatsMax: number;
  readonly #windowMs: number;
  readonly #now: () => number;

  constructor(repeatsMax: number, windowMs: number, now: () => number) {
    this.#repeatsMax = repeatsMax;
    this.#windowMs = windowMs;
    this.#now = now;
  }

  /** Lines held back since the last one that passed, or null when this one is to be held back. */
  admit(key: string): number | null {
    const nowMs = this.#now();
    const window = this.#windows.get(key);
    if (window !== undefined && nowMs - window.startedMs < this.#windowMs) {
      window.lines++;
      if (window.lines <= this.#repeatsMax) return 0;
      window.heldBack++;
      return null;
    }
    this.#windows.delete(key);
    if (this.#windows.size >= WINDOWS_MAX) {
      const oldest = this.#windows.keys().next().value;
      if (oldest !== undefined) this.#windows.delete(oldest);
    }
    this.#windows.set(key, { startedMs: nowMs, lines: 1, heldBack: 0 });
    return window?.heldBack ?? 0;
  }
}

const WARN_LEVEL = 40;

/** The message of a log call: `log.warn('text')` or `log.warn({fields}, 'text')`. */
function messageOf(args: readonly unknown[]): string {
  const [first, second] = args;
  if (typeof first === 'string') return first;
  return typeof second === 'string' ? second : '';
}

/** A logger for one process. Child loggers share the limit on repeats. */
export function createLogger(options: LoggingOptions): Logger {
  const { service, version, level = 'info', repeatsMax = 10, repeatWindowMs = 10_000 } = options;
  const pod = options.pod ?? hostname();
  const repeats = new RepeatFilter(repeatsMax, repeatWindowMs, options.now ?? Date.now);
  return pino(
    {
      level,
      base: { service, version, pod },
      mixin: traceFields,
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: (error: unknown) => describeError(error) },
      redact: { paths: REDACTED_PATHS, censor: '[redacted]' },
      hooks: {
        logMethod(args, method, lineLevel) {
          const heldBack =
            lineLevel < WARN_LEVEL ? 0 : repeats.admit(`${lineLevel} ${messageOf(args)}`);
          if (heldBack === null) return;
          if (heldBack === 0) {
            method.apply(this, args);
            return;
          }
          const [first, ...rest] = args as readonly unknown[];
          const fields = typeof first === 'object' && first !== null ? first : {};
          const texts = typeof first === 'string' ? [first, ...rest] : rest;
          const changed = [{ ...fields, held_back: heldBack }, ...texts];
          method.apply(this, changed as unknown as typeof args);
        },
      },
    },
    options.destination ?? pino.destination({ fd: 1, sync: true }),
  );
}

/**
 * JetStream's request API, as far as a log needs it, and its errors in the Log port's terms.
 *
 * Plain JSON requests instead of the client's manager: every setting sent and read back is visible
 * here, which matters because old servers drop unknown ones silently.
 * Source: nats-server `server/jetstream_api.go`, `server/errors.json` (2.9.10 to 2.14).
 */
import { type Msg, NatsError } from 'nats';
import { LogError, type LogErrorCode } from './log.ts';
import type { NatsLink } from './nats-link.ts';

/** `err_code` values of nats-server's errors.json. */
export const JetStreamError = {
  consumerNotFound: 10014,
  noMessage: 10037,
  insufficientStorage: 10047,
  storageExceeded: 10028,
  streamNotFound: 10059,
  wrongLastSequence: 10071,
  storeFailed: 10077,
  messageTooLarge: 10054,
} as const;

interface ApiError {
  readonly code?: number;
  readonly err_code?: number;
  readonly description?: string;
}

export interface StreamState {
  readonly messages: number;
  readonly first_seq: number;
  readonly last_seq: number;
}

export interface StreamInfo {
  readonly config: Readonly<Record<string, unknown>>;
  readonly state: StreamState;
}

/** Keeps the server's number, for callers that expect a certain refusal. */
export class JetStreamApiError extends LogError {
  readonly apiCode: number | undefined;
  constructor(code: LogErrorCode, message: string, apiCode: number | undefined) {
    super(code, message);
    this.apiCode = apiCode;
  }
}

/** Requests that change nothing, so that any number of them may be under way. */
const READS = /^(STREAM\.INFO|STREAM\.NAMES|STREAM\.MSG\.GET|DIRECT\.GET)\b/;
/**
 * A stream without a leader answers nothing, nor what was asked meanwhile once it has one: reads are
 * asked again this often while there is no answer, so that they do not outlast the election by much.
 */
const REPEAT_MS = 1000;

export class JetStreamApi {
  readonly #link: NatsLink;
  readonly #timeoutMs: number;

  constructor(link: NatsLink, timeoutMs: number) {
    this.#link = link;
    this.#timeoutMs = timeoutMs;
  }

  /**
   * Waits for the connection if it is down, then asks. Rejects with `LogError`, `unavailable` after
   * the timeout or when the connection breaks. `what` names the stream in messages.
   */
  async call<T>(subject: string, body: unknown, what: string): Promise<T> {
    let text: string;
    try {
      if (!(await this.#link.whenUp(this.#timeoutMs))) throw new Error('not connected');
      const payload = body === undefined ? undefined : JSON.stringify(body);
      text = (await this.#request(`$JS.API.${subject}`, payload, READS.test(subject))).string();
    } catch (error) {
      throw transportError(error, what);
    }
    const answer = JSON.parse(text) as T & { readonly error?: ApiError };
    if (answer.error !== undefined) throw apiError(answer.error, what);
    return answer;
  }

  /** The client's request, ended at once when the connection breaks. Of repeated ones any answer counts. */
  #request(subject: string, payload: string | undefined, isRead: boolean): Promise<Msg> {
    const { connection } = this.#link;
    const begun = performance.now();
    return new Promise((resolve, reject) => {
      const ask = (): void => {
        const leftMs = this.#timeoutMs - (performance.now() - begun);
        if (leftMs <= 0) return;
        connection.request(subject, payload, { timeout: leftMs }).then(
          (answer) => {
            end();
            resolve(answer);
          },
          (error: unknown) => {
            end();
            reject(error);
          },
        );
      };
      const repetition = isRead ? setInterval(ask, REPEAT_MS) : undefined;
      const end = (): void => {
        clearInterval(repetition);
        unlisten();
      };
      const unlisten = this.#link.listen({
        onDown: () => {
          end();
          reject(new Error('the connection broke'));
        },
      });
      ask();
    });
  }

  /** null when the stream does not exist. */
  streamInfo(stream: string): Promise<StreamInfo | null> {
    return nullWhenMissing(this.call<StreamInfo>(`STREAM.INFO.${stream}`, undefined, stream));
  }

  /** Names of all streams with a subject that matches, in pages of the server's size. */
  async streamNames(subjectFilter: string): Promise<string[]> {
    const names: string[] = [];
    for (;;) {
      const page = await this.call<{ readonly total: number; readonly streams?: string[] | null }>(
        'STREAM.NAMES',
        { subject: subjectFilter, offset: names.length },
        'list of streams',
      );
      const streams = page.streams ?? [];
      names.push(...streams);
      if (streams.length === 0 || names.length >= page.total) return names;
    }
  }
}

export async function nullWhenMissing<T>(call: Promise<T>): Promise<T | null> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof LogError && error.code === 'no_such_log') return null;
    throw error;
  }
}

/** An error that JetStream answered with, in a reply or an acknowledgement. */
export function apiError(error: ApiError, what: string): JetStreamApiError {
  const text = `JetStream refused (${what}): ${error.description ?? 'no description'}`;
  const code = codeOf(error);
  const repair =
    code === 'full'
      ? ". Trim the log, raise the stream's max_bytes, or give the server more storage " +
        '(max_file_store)'
      : '';
  return new JetStreamApiError(code, text + repair, error.err_code);
}

function codeOf(error: ApiError): LogErrorCode {
  switch (error.err_code) {
    case JetStreamError.streamNotFound:
    case JetStreamError.consumerNotFound:
      return 'no_such_log';
    case JetStreamError.insufficientStorage:
    case JetStreamError.storageExceeded:
      return 'full';
    case JetStreamError.wrongLastSequence:
      return 'conflict';
    case JetStreamError.messageTooLarge:
      return 'too_large';
    case JetStreamError.storeFailed:
      // "maximum bytes exceeded" among others: the storage refused, the message is not in.
      return /maximum|no space/i.test(error.description ?? '') ? 'full' : 'unavailable';
    default:
      return error.code === 503 ? 'unavailable' : 'unsupported';
  }
}

export function transportError(error: unknown, what: string): LogError {
  const code = error instanceof NatsError ? error.code : undefined;
  const reason = error instanceof Error ? error.message : String(error);
  if (code === 'CONNECTION_CLOSED' || code === 'CONNECTION_DRAINING') {
    return new LogError('closed', `the NATS connection is closed (${what})`, { cause: error });
  }
  if (code === 'MAX_PAYLOAD_EXCEEDED') {
    return new LogError('too_large', `larger than the server's max_payload (${what})`, {
      cause: error,
    });
  }
  return new LogError('unavailable', `JetStream does not answer (${what}): ${reason}`, {
    cause: error,
  });
}

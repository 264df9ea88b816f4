/**
 * The versions of a cluster of processes: events behind the agreement, in its log. Every process
 * reads them in the same order and so comes to the same state (protocol/versions.ts, V1).
 *
 * Asked for at intervals: events are rare, and a poll cannot miss one as a lost subscription could.
 */
import type { Log } from '../adapters/log.ts';
import type { Rules } from '../domain/rules.ts';
import { decode, encode } from '../protocol/codec.ts';
import type { Layout } from '../protocol/layout.ts';
import {
  evolveVersions,
  firstVersions,
  type VersionEvent,
  type VersionsState,
} from '../protocol/versions.ts';
import { PolledRead } from './polled-read.ts';

const POLL_MS = 300;
/** The agreement itself is the first entry; proposals that came too late may follow it. */
const FIRST_EVENT = 2;

export class VersionsLog {
  readonly #log: Log;
  readonly #listeners = new Set<(state: VersionsState) => void>();
  #state: VersionsState;
  #next = FIRST_EVENT;
  readonly #polled = new PolledRead(() => this.#read(), POLL_MS);

  /** `rules` and `layout`: those that the cluster began with. */
  constructor(log: Log, rules: Rules, layout: Layout) {
    this.#log = log;
    this.#state = firstVersions(rules, layout);
  }

  get state(): VersionsState {
    return this.#state;
  }

  /** Reads all there is, then follows. Rejects when the log cannot be read. */
  async open(): Promise<void> {
    await this.refresh();
    // While NATS is away the state stays as it is.
    this.#polled.start();
  }

  /** Called with every new state, and with the present one at once. */
  onChange(listener: (state: VersionsState) => void): () => void {
    this.#listeners.add(listener);
    listener(this.#state);
    return () => this.#listeners.delete(listener);
  }

  /** Appends an event; resolves when the state shows what became of it. */
  async append(event: VersionEvent): Promise<VersionsState> {
    const sequence = await this.#log.append(0, 1, encode(JSON.stringify(event)));
    while (this.#next <= sequence) await this.refresh();
    return this.#state;
  }

  /** Resolves when everything appended before the call is in the state. */
  refresh(): Promise<void> {
    return this.#polled.refresh();
  }

  close(): void {
    this.#polled.close();
    this.#listeners.clear();
  }

  async #read(): Promise<void> {
    const bounds = await this.#log.bounds(0, 1);
    while (bounds !== null && this.#next <= bounds.lastSequence && !this.#polled.isClosed) {
      const bytes = await this.#log.read(0, 1, this.#next);
      if (bytes === null) throw new Error('an event of the versions cannot be read');
      this.#next++;
      const entry = JSON.parse(decode(bytes) as string) as VersionEvent | { readonly kind?: never };
      // Processes that started at once proposed an agreement each; the first one counts.
      if (entry.kind === undefined) continue;
      const before = this.#state;
      this.#state = evolveVersions(before, entry);
      if (this.#state === before) continue;
      for (const listener of this.#listeners) listener(this.#state);
    }
  }
}

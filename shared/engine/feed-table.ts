/**
 * The change feed of an embedded cluster: rows in the store, written with the round they tell of.
 *
 * An event is a difference between two settled states of one profile, at the cluster floor: what
 * was told last is kept per profile (`f/` rows), so that each change is told once; the same of
 * evidence that counts, or not (ARCHITECTURE section 3, Feed). Resume tokens are sequence numbers; old rows are trimmed. Events are shown once
 * they are durable: one that a crash takes back would leave its number to another.
 */
import type { Store, StoreWrite } from '../adapters/store.ts';
import { compareText } from '../domain/identifier.ts';
import { decode, encode } from '../protocol/codec.ts';
import type { FeedRow } from '../protocol/feed-row.ts';
import { type FeedState, feedRowOf } from './feed-state.ts';
import type { FeedSubject } from './partition.ts';

const TOLD = 'f/';
const FEED = 'e/';
const NEXT = 'en';

export class FeedTable {
  readonly #store: Store;
  readonly #keptEvents: number;
  #next: number;
  #first: number;
  #durable: number;

  constructor(store: Store, keptEvents: number) {
    this.#store = store;
    this.#keptEvents = keptEvents;
    const stored = store.get(NEXT);
    [this.#first, this.#next] =
      stored === undefined ? [1, 1] : (decode(stored) as [number, number]);
    this.#durable = this.staged;
  }

  /** Sequence of the latest event staged, which may not be durable yet. */
  get staged(): number {
    return this.#next - 1;
  }

  /** Sequence of the latest event; 0: none. */
  get last(): number {
    return this.#durable;
  }

  /** Everything staged up to `sequence` is durable. */
  markDurable(sequence: number): void {
    this.#durable = sequence;
  }

  get first(): number {
    return this.#first;
  }

  /** Whether anything was ever told of it. */
  hasTold(subject: FeedSubject): boolean {
    return this.#store.get(TOLD + subject) !== undefined;
  }

  /** The writes that tell of what changed; `stateOf`: where it stands now. */
  stage(
    changed: Iterable<FeedSubject>,
    stateOf: (subject: FeedSubject) => FeedState,
    occurredAt: number,
  ): StoreWrite[] {
    const writes: StoreWrite[] = [];
    for (const subject of Array.from(changed).sort(compareText)) {
      const state = stateOf(subject);
      const told = this.#store.get(TOLD + subject);
      const before = told === undefined ? null : Buffer.from(told).toString('latin1');
      const row = feedRowOf(subject, before, state, occurredAt);
      if (row === null) continue;
      writes.push([TOLD + subject, Buffer.from(state.now, 'latin1')]);
      writes.push([eventKey(this.#next++), encode(row)]);
    }
    if (writes.length === 0) return writes;
    for (; this.#next - this.#first > this.#keptEvents; this.#first++) {
      writes.push([eventKey(this.#first), null]);
    }
    writes.push([NEXT, encode([this.#first, this.#next])]);
    return writes;
  }

  /** Durable events after `sequence`, at most `limit`. */
  after(sequence: number, limit: number): readonly (readonly [sequence: number, row: FeedRow])[] {
    return this.#store
      .range(eventKey(sequence + 1), eventKey(this.#durable + 1), { limit })
      .map(([key, bytes]) => [Number(key.slice(FEED.length)), decode(bytes) as FeedRow]);
  }
}

function eventKey(sequence: number): string {
  return FEED + String(sequence).padStart(12, '0');
}

/**
 * The change feed of an embedded cluster: rows in the store, written with the round they tell of.
 *
 * An event is a difference between two settled states of one profile, at the cluster floor: what
 * was told last is kept per profile (`f/` rows), so that each change is told once. Customers are
 * named by their founding profile, so its own moves are the merges and splits (ARCHITECTURE
 * section 3, Feed). Resume tokens are sequence numbers; old rows are trimmed. Events are shown once
 * they are durable: one that a crash takes back would leave its number to another.
 */
import type { Store, StoreWrite } from '../adapters/store.ts';
import { readLadder } from '../domain/component.ts';
import { compareText, type ProfileId } from '../domain/identifier.ts';
import type { PackedLadder } from '../domain/messages.ts';
import type { QuarterBits } from '../domain/rules.ts';
import { decode, encode } from '../protocol/codec.ts';
import type { FeedEventKind } from '../protocol/cluster.ts';

export type FeedRow = readonly [
  kind: FeedEventKind,
  profile: ProfileId,
  customer: ProfileId,
  other: ProfileId | null,
  occurredAt: number,
];

const TOLD = 'f/';
const FEED = 'e/';
const NEXT = 'en';

/** What became of a profile whose founder was `before` (null: never told) and now is `after`. */
export function feedRow(
  profile: ProfileId,
  before: ProfileId | null,
  after: ProfileId,
  occurredAt: number,
): FeedRow | null {
  if (before === after) return null;
  if (before === null) {
    if (after === profile) return ['customer.created', profile, profile, null, occurredAt];
    return ['profile.moved', profile, after, null, occurredAt];
  }
  if (before === profile) return ['customer.merged', profile, before, after, occurredAt];
  if (after === profile) return ['customer.split', profile, after, before, occurredAt];
  return ['profile.moved', profile, after, before, occurredAt];
}

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

  /** Whether anything was ever told of the profile. */
  hasTold(profile: ProfileId): boolean {
    return this.#store.get(TOLD + profile) !== undefined;
  }

  /** The writes that tell of the profiles whose ladder changed. */
  stage(
    changed: Iterable<ProfileId>,
    ladderOf: (profile: ProfileId) => PackedLadder,
    floor: QuarterBits,
    occurredAt: number,
  ): StoreWrite[] {
    const writes: StoreWrite[] = [];
    for (const profile of Array.from(changed).sort(compareText)) {
      const ladder = ladderOf(profile);
      const after = readLadder(profile, { strongest: ladder[0], steps: ladder[1] }, floor).founder;
      const told = this.#store.get(TOLD + profile);
      const before =
        told === undefined ? null : (Buffer.from(told).toString('latin1') as ProfileId);
      const row = feedRow(profile, before, after, occurredAt);
      if (row === null) continue;
      writes.push([TOLD + profile, Buffer.from(after, 'latin1')]);
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

/**
 * The change feed of one partition in a cluster: what became of a profile, or of evidence that counts
 * or not, is told once the origin of the change is settled everywhere.
 *
 * Rows: `y/<subject>` origin of a change not told yet, written with the state; `z/<subject>` the
 * state and event told last; `n/<number>` an event decided but not yet in the feed.
 * E1 An event is decided and durable before it is published, so a repeat is the same event: one made
 *    up again after a crash could say something else under the same id.
 * E2 The id of an event names the profile and the version of its ladder (token epoch, ladder
 *    version), which rise with every change: readers skip a lower version than one seen. Two owners
 *    that tell different changes (the former and the present one) never share an id.
 * E3 What was not told when a term began may have been told by a former owner, at a state in
 *    between: it is told even when the customer is the one that this state told last.
 */
import type { Store, StoreWrite } from '../adapters/store.ts';
import { activeTraces, joinTraces, type Traces } from '../adapters/tracing.ts';
import { compareText } from '../domain/identifier.ts';
import { decode, encode } from '../protocol/codec.ts';
import type { SettledRounds } from '../protocol/settled-rounds.ts';
import type { FeedRow } from '../protocol/feed-row.ts';
import { feedRowAgain, feedRowOf, feedStateOf } from './feed-state.ts';
import { type FeedSubject, type Partition, partitionPrefix } from './partition.ts';

export interface SettledEvent {
  /** `<subject>.<epoch>.<version>`. */
  readonly eventId: string;
  readonly row: FeedRow;
  /** Of the entries that made the change; not kept over a restart. */
  readonly traces: Traces;
}

interface Decided extends SettledEvent {
  readonly key: string;
}

interface Pending {
  readonly origin: number;
  readonly round: number;
  readonly traces: Traces;
  /** Whether another owner may have told something of it (E3). */
  isShared: boolean;
}

/** Token epochs of one generation are below those of the next: readers keep to the highest (E2). */
const GENERATION_EPOCHS = 2 ** 32;

/** What was told last of a subject. */
interface Told {
  /** As `FeedState.now`. */
  readonly state: string;
  readonly eventId: string;
  /** By the former generation: of this one nobody told anything yet. */
  readonly isFormer: boolean;
}

/** By the latest decided event, whose rows may not be committed yet. */
interface LatestTold extends Told {
  readonly key: string;
}

export class SettledFeed {
  readonly #partition: Partition;
  readonly #store: Store;
  readonly #prefix: string;
  readonly #generation: number;
  readonly #former: Store | null;
  /** Profile of the former generation that was noted last; null: all were. */
  #formerAfter: string | null = '';
  readonly #pending = new Map<FeedSubject, Pending>();
  /** Decided events in order; the first `#durable` of them may be published (E1). */
  readonly #decided: Decided[] = [];
  readonly #latest = new Map<FeedSubject, LatestTold>();
  #durable: number;
  #next = 1;

  /** `former`: the generation that told of these profiles before this one went live. */
  constructor(partition: Partition, store: Store, generation = 1, former: Store | null = null) {
    this.#partition = partition;
    this.#store = store;
    this.#generation = generation;
    this.#former = former;
    this.#prefix = partitionPrefix(partition.partition);
    for (const [key, bytes] of this.#rows('y/')) {
      this.#pending.set(key as FeedSubject, {
        origin: decode(bytes) as number,
        round: 0,
        traces: [],
        isShared: true,
      });
    }
    for (const [number, bytes] of this.#rows('n/')) {
      const [eventId, row] = decode(bytes) as [string, FeedRow];
      this.#decided.push({ key: `${this.#prefix}n/${number}`, eventId, row, traces: [] });
      this.#next = Number(number) + 1;
    }
    this.#durable = this.#decided.length;
  }

  /** Changes that are not settled, and events that are not in the feed. */
  get size(): number {
    return this.#pending.size + this.#decided.length;
  }

  /** A term of this owner begins: everything before it was seen by the former owner too (E3). */
  beginTerm(): void {
    for (const pending of this.#pending.values()) pending.isShared = true;
  }

  /** Notes changes made in `round`; the writes join the commit of the state that made them. */
  note(changes: ReadonlyMap<FeedSubject, number>, round: number, writes: StoreWrite[]): void {
    const own = activeTraces();
    for (const [profile, origin] of changes) {
      const known = this.#pending.get(profile);
      // The latest origin counts: until it is settled the customer may still change.
      const latest = known === undefined ? origin : Math.max(known.origin, origin);
      const traces = known === undefined ? own : joinTraces([{ traces: own }, known]);
      const isShared = known?.isShared ?? false;
      this.#pending.set(profile, { origin: latest, round, traces, isShared });
      if (latest !== known?.origin) writes.push([`${this.#prefix}y/${profile}`, encode(latest)]);
    }
  }

  /**
   * Notes the next `limit` profiles that the former generation told of and this one did not: the
   * version may have none of them. False when that were all. Begins again with every process.
   */
  noteFormer(origin: number, round: number, limit: number): boolean {
    if (this.#former === null || this.#formerAfter === null) return false;
    const start = `${this.#prefix}z/`;
    const from = this.#formerAfter === '' ? start : `${start}${this.#formerAfter} `;
    const rows = this.#former.range(from, `${start}\x7f`, { limit });
    for (const [key] of rows) {
      const profile = key.slice(start.length) as FeedSubject;
      if (this.#pending.has(profile) || this.#store.get(key) !== undefined) continue;
      this.#pending.set(profile, { origin, round, traces: [], isShared: false });
    }
    this.#formerAfter = rows.length < limit ? null : (rows.at(-1)?.[0].slice(start.length) ?? null);
    return this.#formerAfter !== null;
  }

  get hasDecided(): boolean {
    return this.#decided.length > 0;
  }

  /** Something is still to be told of a profile of which only the former generation remembers. */
  get isFormerNeeded(): boolean {
    if (this.#former === null) return false;
    for (const profile of this.#pending.keys()) {
      const key = `${this.#prefix}z/${profile}`;
      if (this.#store.get(key) === undefined && this.#former.get(key) !== undefined) return true;
    }
    return false;
  }

  /** Decides the events of changes that are settled; at most `limit` wait to be published. */
  settle(rounds: SettledRounds, occurredAt: number, writes: StoreWrite[], limit: number): void {
    const floor = this.#partition.rules?.rules.clusterFloor;
    if (floor === undefined || this.#decided.length >= limit) return;
    const ready = Array.from(this.#pending)
      .filter(([, { origin, round }]) => rounds.isSettled(round, origin))
      .sort(([left], [right]) => compareText(left, right))
      .slice(0, limit - this.#decided.length);
    for (const [subject, { isShared, traces }] of ready) {
      const state = feedStateOf(this.#partition.actors, subject, floor);
      const toldKey = `${this.#prefix}z/${subject}`;
      const told = this.#told(subject, toldKey);
      const before = told?.state ?? null;
      const epoch = (this.#generation - 1) * GENERATION_EPOCHS + state.version[0];
      const eventId = `${subject}.${epoch}.${state.version[1]}`;
      const isAgain = isShared && told?.isFormer !== true && told?.eventId !== eventId;
      const row =
        feedRowOf(subject, before, state, occurredAt) ??
        (isAgain ? feedRowAgain(subject, before, state, occurredAt) : null);
      if (row !== null) {
        const key = `${this.#prefix}n/${String(this.#next++).padStart(12, '0')}`;
        this.#decided.push({ key, eventId, row, traces });
        this.#latest.set(subject, { key, state: state.now, eventId, isFormer: false });
        writes.push([toldKey, encode([state.now, eventId])], [key, encode([eventId, row])]);
      }
      // The former generation's memory goes with it.
      if (row === null && told?.isFormer === true) {
        writes.push([toldKey, encode([told.state, told.eventId])]);
      }
      writes.push([`${this.#prefix}y/${subject}`, null]);
      this.#pending.delete(subject);
    }
  }

  /** Events decided so far: what `release` may let go once the commit in hand is durable. */
  extent(): string {
    return this.#decided.at(-1)?.key ?? '';
  }

  release(extent: string): void {
    while ((this.#decided[this.#durable]?.key ?? '\x7f') <= extent) this.#durable++;
  }

  /** Events to be published, in order. */
  publishable(): readonly SettledEvent[] {
    return this.#decided.slice(0, this.#durable);
  }

  /** The first `count` events are in the feed. */
  published(count: number, writes: StoreWrite[]): void {
    for (const { key, row } of this.#decided.splice(0, count)) {
      writes.push([key, null]);
      if (this.#latest.get(row[1])?.key === key) this.#latest.delete(row[1]);
    }
    this.#durable -= count;
  }

  #told(profile: FeedSubject, toldKey: string): Told | null {
    const latest = this.#latest.get(profile);
    if (latest !== undefined) return latest;
    const own = this.#store.get(toldKey);
    const row = own ?? this.#former?.get(toldKey);
    if (row === undefined) return null;
    const [state, eventId] = decode(row) as readonly [string, string];
    return { state, eventId, isFormer: own === undefined };
  }

  #rows(kind: string): (readonly [name: string, bytes: Uint8Array])[] {
    const start = this.#prefix + kind;
    return this.#store
      .range(start, `${start}\x7f`)
      .map(([key, bytes]) => [key.slice(start.length), bytes] as const);
  }
}

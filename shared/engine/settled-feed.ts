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
 * E4 Owners say up to which entry everything is in the feed (`told` in marks); a follower keeps only
 *    what came after it, so that a take-over tells again no more than what may not have been told.
 */
import type { Store, StoreWrite } from '../adapters/store.ts';
import { activeTraces, joinTraces, type Traces } from '../adapters/tracing.ts';
import { compareText } from '../domain/identifier.ts';
import { decode, encode } from '../protocol/codec.ts';
import type { SettledRounds } from '../protocol/settled-rounds.ts';
import type { FeedRow } from '../protocol/feed-row.ts';
import { type FormerTold, TOLD_ROWS } from './former-told.ts';
import { feedRowAgain, feedRowOf, type FeedState, feedStateOf } from './feed-state.ts';
import { type FeedSubject, type Partition, partitionPrefix } from './partition.ts';

export interface SettledEvent {
  /** `<subject>.<epoch>.<version>`. */
  readonly eventId: string;
  readonly row: FeedRow;
  /** Of the entries that made the change; not kept over a restart. */
  readonly traces: Traces;
}

/** Entries of the log of `epoch`: the first that is untold, and the last. */
interface Span {
  readonly epoch: number;
  readonly first: number;
  readonly last: number;
}

interface Decided extends SettledEvent {
  readonly key: string;
  readonly span: Span;
}

interface Pending {
  readonly span: Span;
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
  readonly #former: FormerTold | null;
  /** Profile of the former generation that was noted last; null: all were. */
  #formerAfter: string | null = '';
  readonly #pending = new Map<FeedSubject, Pending>();
  /** Decided events in order; the first `#durable` of them may be published (E1). */
  readonly #decided: Decided[] = [];
  readonly #latest = new Map<FeedSubject, LatestTold>();
  #durable: number;
  #next = 1;

  /** `former`: what was told of these subjects before this generation went live. */
  constructor(
    partition: Partition,
    store: Store,
    generation = 1,
    former: FormerTold | null = null,
  ) {
    this.#partition = partition;
    this.#store = store;
    this.#generation = generation;
    this.#former = former;
    this.#prefix = partitionPrefix(partition.partition);
    for (const [key, bytes] of this.#rows('y/')) {
      this.#pending.set(key as FeedSubject, {
        span: this.#spanOfRow(),
        origin: decode(bytes) as number,
        round: 0,
        traces: [],
        isShared: true,
      });
    }
    for (const [number, bytes] of this.#rows('n/')) {
      const [eventId, row] = decode(bytes) as [string, FeedRow];
      const key = `${this.#prefix}n/${number}`;
      this.#decided.push({ key, span: this.#spanOfRow(), eventId, row, traces: [] });
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
    const { epoch, sequence } = this.#partition.position;
    for (const [profile, origin] of changes) {
      const known = this.#pending.get(profile);
      // The latest origin counts: until it is settled the customer may still change.
      const latest = known === undefined ? origin : Math.max(known.origin, origin);
      const traces = known === undefined ? own : joinTraces([{ traces: own }, known]);
      const isShared = known?.isShared ?? false;
      // What is open from an earlier epoch is open before the first entry of this one.
      const since = known === undefined ? sequence : known.span.first;
      const first = known !== undefined && known.span.epoch !== epoch ? 0 : since;
      const span = { epoch, first, last: sequence };
      this.#pending.set(profile, { span, origin: latest, round, traces, isShared });
      if (latest !== known?.origin) writes.push([`${this.#prefix}y/${profile}`, encode(latest)]);
    }
  }

  /**
   * Notes the next `limit` profiles that the former generation told of and this one did not: the
   * version may have none of them. False when that were all. Begins again with every process.
   */
  noteFormer(origin: number, round: number, limit: number): boolean {
    if (this.#former === null || this.#formerAfter === null) return false;
    if (!this.#former.isThere) return true;
    const subjects = this.#former.after(this.#formerAfter, limit);
    for (const subject of subjects) {
      const profile = subject as FeedSubject;
      if (this.#pending.has(profile) || this.#hasTold(profile)) continue;
      const span = this.#spanOfRow();
      this.#pending.set(profile, { span, origin, round, traces: [], isShared: false });
    }
    this.#formerAfter = subjects.length < limit ? null : (subjects.at(-1) ?? null);
    return this.#formerAfter !== null;
  }

  get hasDecided(): boolean {
    return this.#decided.length > 0;
  }

  /** Something is still to be told of a profile of which only the former generation remembers. */
  get isFormerNeeded(): boolean {
    if (this.#former === null) return false;
    if (!this.#former.isThere) return true;
    for (const profile of this.#pending.keys()) {
      if (!this.#hasTold(profile) && this.#former.get(profile) !== undefined) return true;
    }
    return false;
  }

  /** What the former generation told is not all here: nothing is told meanwhile. */
  get isFormerMissing(): boolean {
    return this.#former?.isThere === false;
  }

  /** Decides the events of changes that are settled; at most `limit` wait to be published. */
  settle(rounds: SettledRounds, occurredAt: number, writes: StoreWrite[], limit: number): void {
    const floor = this.#partition.rules?.rules.clusterFloor;
    if (floor === undefined || this.#decided.length >= limit || this.isFormerMissing) return;
    const ready = Array.from(this.#pending)
      .filter(([, { origin, round }]) => rounds.isSettled(round, origin))
      .sort(([left], [right]) => compareText(left, right))
      .slice(0, limit - this.#decided.length);
    for (const [subject, { isShared, traces, span }] of ready) {
      const state = feedStateOf(this.#partition.actors, subject, floor);
      const toldKey = `${this.#prefix}z/${subject}`;
      const told = this.#told(subject, toldKey);
      const before = told?.state ?? null;
      const eventId = this.#eventId(subject, state);
      const isAgain = isShared && told?.isFormer !== true && told?.eventId !== eventId;
      const row =
        feedRowOf(subject, before, state, occurredAt) ??
        (isAgain ? feedRowAgain(subject, before, state, occurredAt) : null);
      if (row !== null) {
        const key = `${this.#prefix}n/${String(this.#next++).padStart(12, '0')}`;
        this.#decided.push({ key, span, eventId, row, traces });
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
    for (const decided of this.#decided.splice(0, count)) this.#forget(decided, writes);
    this.#durable -= count;
  }

  /**
   * All changes of entries up to this one of the present epoch are in the feed; -1: not even those
   * of the state it began with.
   */
  toldThrough(): number {
    const { epoch, sequence } = this.#partition.position;
    let least = sequence + 1;
    const look = ({ span }: { readonly span: Span }): void => {
      least = Math.min(least, span.epoch === epoch ? span.first : 0);
    };
    for (const pending of this.#pending.values()) look(pending);
    for (const decided of this.#decided) look(decided);
    return least - 1;
  }

  /**
   * E4. The owner told everything up to this entry of the epoch: a follower need not remember it. The
   * subject has not changed here since, so where it stands now is what was told last.
   */
  toldElsewhere(through: number, writes: StoreWrite[]): void {
    const floor = this.#partition.rules?.rules.clusterFloor;
    if (floor === undefined || through < 0) return;
    const { epoch } = this.#partition.position;
    const isTold = ({ span }: { readonly span: Span }): boolean =>
      (span.epoch === epoch ? span.last : 0) <= through;
    const kept: Decided[] = [];
    for (const decided of this.#decided) {
      if (!isTold(decided)) kept.push(decided);
      else this.#forget(decided, writes);
    }
    if (kept.length < this.#decided.length) {
      this.#decided.splice(0, this.#decided.length, ...kept);
      this.#durable = Math.min(this.#durable, kept.length);
    }
    for (const [subject, pending] of this.#pending) {
      if (!isTold(pending)) continue;
      const state = feedStateOf(this.#partition.actors, subject, floor);
      const told = encode([state.now, this.#eventId(subject, state)]);
      writes.push([`${this.#prefix}z/${subject}`, told], [`${this.#prefix}y/${subject}`, null]);
      this.#pending.delete(subject);
    }
  }

  #hasTold(subject: FeedSubject): boolean {
    return this.#store.get(`${this.#prefix}${TOLD_ROWS}${subject}`) !== undefined;
  }

  #forget({ key, row }: Decided, writes: StoreWrite[]): void {
    writes.push([key, null]);
    if (this.#latest.get(row[1])?.key === key) this.#latest.delete(row[1]);
  }

  #eventId(subject: FeedSubject, { version }: FeedState): string {
    return `${subject}.${(this.#generation - 1) * GENERATION_EPOCHS + version[0]}.${version[1]}`;
  }

  /** Of what was read back: anything up to here may have made it. */
  #spanOfRow(): Span {
    const { epoch, sequence } = this.#partition.position;
    return { epoch, first: 0, last: sequence };
  }

  #told(profile: FeedSubject, toldKey: string): Told | null {
    const latest = this.#latest.get(profile);
    if (latest !== undefined) return latest;
    const own = this.#store.get(toldKey);
    const row = own ?? this.#former?.get(profile);
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

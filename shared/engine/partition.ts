/**
 * One partition: the deterministic reducer over its log, with position, links and quarantine.
 *
 * Synchronous and free of timers and transport, so that the embedded engine, the NATS shard and the
 * simulator drive the very same code. Owns:
 * P1 state and position change together: `takeWrites` yields both, the caller commits them as one;
 * P2 the entry applied next must follow the one applied last, by sequence and by hash;
 * P3 link messages are taken in contiguous numbers: repeats are dropped, gaps refused;
 * P4 outputs carry numbers that are a pure function of the log prefix;
 * P5 a poison message is set aside alone (quarantine), the same way on every replica.
 */
import { hash } from 'node:crypto';
import { type Store, StoreError, type StoreWrite } from '../adapters/store.ts';
import { runTurn } from '../domain/actors/reducer.ts';
import type { EvidenceId } from '../domain/actors/evidence-standing.ts';
import type { ActorSpace, Counter } from '../domain/actors/turn.ts';
import type { ProfileId } from '../domain/identifier.ts';
import type { Message } from '../domain/messages.ts';
import { indexRules, type RulesIndex } from '../domain/rules.ts';
import { decode, encode } from '../protocol/codec.ts';
import { assertShape } from '../protocol/message-shape.ts';
import {
  decodeFrame,
  type LinkSubframe,
  type Stamped,
  type Subframe,
  SubframeKind,
} from '../protocol/frame.ts';
import { destinationOf, type Topology } from '../protocol/topology.ts';
import { ActorCache } from './actor-cache.ts';
import { type ActiveVersion, assertRunnable } from './active-version.ts';
import { changeRow, MIRROR_ROW } from './change-rows.ts';
import { endOf, type LinkBatch, LinkNumbers } from './link-numbers.ts';
import { emptyPosition, type Position, packPosition, unpackPosition } from './position.ts';
import { errorKind, type SetAside } from './set-aside.ts';

/** Row that holds the active version, as JSON text. */
const VERSION_ROW = 'v';
/** Row that says: this state came from a snapshot and has not caught up with its log since. */
export const RESTORED_ROW = 'u';
/** Rows that name profiles with parked seeks, with the least origin. */
const PARKED_ROWS = 'w/';

export interface PartitionOptions {
  readonly partition: number;
  readonly topology: Topology;
  readonly store: Store;
  /** Most decoded actors kept. */
  readonly maxActors: number;
  /** Largest encoded link message before it is cut into fragments, bytes. */
  readonly fragmentBytes: number;
  readonly onSetAside?: ((what: SetAside) => void) | undefined;
}

/** A batch of consecutive messages of one link, ready for the destination's log or the outbox. */
export interface LinkOutput {
  readonly destination: number;
  readonly batch: LinkBatch;
}

/** What the change feed tells of. */
export type FeedSubject = ProfileId | EvidenceId;

export interface AppliedEntry {
  readonly outputs: readonly LinkOutput[];
  /** Profiles whose ladder, and evidence whose standing changed, with the origin it follows from. */
  readonly feedChanges: ReadonlyMap<FeedSubject, number>;
  /** Tags of the ingress in the entry: routers wait to hear that they are durable. */
  readonly ingressTags: readonly string[];
  /** Size of the entry. */
  readonly bytes: number;
}

/** The log is not the one this state was built from; the caller opens the next epoch. */
export class LogMismatch extends Error {
  readonly code = 'log_mismatch';
}

/** Another process opened this epoch from a state that is not this one. */
export class ForeignEpoch extends Error {
  readonly code = 'foreign_epoch';
}

export class Partition {
  readonly partition: number;
  readonly topology: Topology;
  readonly actors: ActorCache;
  counters: Partial<Record<Counter | PartitionCounter, number>> = {};
  position: Position;
  readonly #prefix: string;
  readonly #links: LinkNumbers;
  readonly #fragmentBytes: number;
  readonly #onSetAside: PartitionOptions['onSetAside'];
  readonly #space: ActorSpace;
  #rules: RulesIndex | null = null;
  #sealedRules: RulesIndex | null;
  #mirror: number;
  #sealedMirror: number;
  #isRestored: boolean;
  #parked = new Map<string, number>();
  #outputs = new Map<number, Stamped[]>();
  #feedChanges = new Map<FeedSubject, number>();
  #sinceSeal: { readonly sequence: number; readonly bytes: Uint8Array }[] = [];
  #sealedPosition: Uint8Array;
  #sealedCounters: Partition['counters'] = {};

  constructor(options: PartitionOptions) {
    this.partition = options.partition;
    this.topology = options.topology;
    this.#prefix = partitionPrefix(options.partition);
    this.#fragmentBytes = options.fragmentBytes;
    this.#onSetAside = options.onSetAside;
    this.actors = new ActorCache(options.store, this.#prefix, options.maxActors);
    const stored = options.store.get(`${this.#prefix}m`);
    this.position = stored === undefined ? emptyPosition() : unpackPosition(decode(stored));
    this.#sealedPosition = encode(packPosition(this.position));
    this.#links = new LinkNumbers(this.actors);
    const version = options.store.get(`${this.#prefix}${VERSION_ROW}`);
    if (version !== undefined) {
      const active = JSON.parse(decode(version) as string) as ActiveVersion;
      assertRunnable(active);
      this.#rules = indexRules(active.rules);
    }
    const mirror = options.store.get(`${this.#prefix}${MIRROR_ROW}`);
    this.#mirror = mirror === undefined ? 0 : (decode(mirror) as number);
    this.#sealedMirror = this.#mirror;
    this.#sealedRules = this.#rules;
    this.#isRestored = options.store.get(`${this.#prefix}${RESTORED_ROW}`) !== undefined;
    this.#space = this.#makeSpace();
    this.#loadParked();
  }

  /** Least origin of the seeks parked here; null: none. */
  get parkedOrigin(): number | null {
    let least: number | null = null;
    for (const origin of this.#parked.values()) {
      if (least === null || origin < least) least = origin;
    }
    return least;
  }

  /** Shadow generation for which changes are noted; 0: none. */
  get mirror(): number {
    return this.#mirror;
  }

  get rules(): RulesIndex | null {
    return this.#rules;
  }

  /** Hash that identifies an entry: what `position.lastHash` must equal for the last one applied. */
  static entryHash(bytes: Uint8Array): string {
    return hash('sha256', bytes, 'hex').slice(0, 32);
  }

  /**
   * Applies the entry at `sequence`. Throws `LogMismatch` (a hole or a repeat) or `FrameError`
   * (flipped bits) before anything changes; poison messages are quarantined, never thrown.
   * `subframes` may be given when the caller has just encoded them itself.
   */
  apply(sequence: number, bytes: Uint8Array, subframes?: readonly Subframe[]): AppliedEntry {
    if (sequence !== this.position.sequence + 1) {
      throw new LogMismatch(
        `partition ${this.partition}: entry ${sequence} follows ${this.position.sequence}`,
      );
    }
    const content = subframes ?? decodeFrame(bytes);
    if (sequence === 1) this.#assertOwnEpoch(content);
    for (const subframe of content) {
      if (subframe[0] === SubframeKind.activate) {
        assertRunnable({ rules: subframe[1], reducer: subframe[2] });
      }
    }
    try {
      const applied = this.#applySubframes(sequence, bytes, content);
      this.#sinceSeal.push({ sequence, bytes });
      return applied;
    } catch (error) {
      // A failing disk is no property of the entry: the process stops instead.
      if (error instanceof StoreError) throw error;
      return this.#applyCarefully(sequence, bytes, content);
    }
  }

  /** What `apply` changed since the last call, to be committed as one transaction (P1). */
  takeWrites(): StoreWrite[] {
    this.#seal();
    const writes = this.actors.takeWrites();
    writes.push([`${this.#prefix}m`, this.#sealedPosition]);
    return writes;
  }

  /**
   * Starts the next log epoch from the present state. A restored state that never caught up may
   * have sent more than it remembers: its links start anew as well. A snapshot may be restored more
   * than once, so counting up alone would repeat a link epoch, and its receivers would take the
   * second life's messages for repeats of the first one's: `nowMs` tells them apart.
   */
  openEpoch(epoch: number, nowMs = 0): void {
    if (epoch <= this.position.epoch)
      throw new Error(`epoch ${epoch} is not after the present one`);
    if (this.isRestored) {
      this.position.linkEpoch = Math.max(this.position.linkEpoch + 1, Math.floor(nowMs));
      this.position.sent = new Map();
      // Not in any log: a state without this change must not take itself for this one's equal.
      const lineage = `${this.position.chain}|restored|${this.position.linkEpoch}`;
      this.position.chain = hash('sha256', lineage, 'hex').slice(0, 32);
    }
    this.position.epoch = epoch;
    this.position.sequence = 0;
    this.position.lastHash = '';
    this.position.base = this.position.chain;
    // No entry: a poison one that follows must not roll it back.
    this.#seal();
  }

  /** Whether this state came from a snapshot and has not caught up with its log since. */
  get isRestored(): boolean {
    return this.#isRestored;
  }

  caughtUp(): void {
    if (!this.#isRestored) return;
    this.#isRestored = false;
    this.actors.putRow(RESTORED_ROW, null);
    this.#seal();
  }

  /** Highest number taken on the link from `source`, and its epoch. */
  received(source: number): readonly [linkEpoch: number, number: number] {
    return this.position.received.get(source) ?? [0, 0];
  }

  /** An epoch belongs to the state whose claim is its first entry. */
  #assertOwnEpoch(subframes: readonly Subframe[]): void {
    const claim = subframes.find((subframe) => subframe[0] === SubframeKind.owner);
    if (claim === undefined || claim[3] === this.position.base) return;
    throw new ForeignEpoch(
      `partition ${this.partition}: epoch ${this.position.epoch} was opened from another state`,
    );
  }

  #applySubframes(
    sequence: number,
    bytes: Uint8Array,
    subframes: readonly Subframe[],
  ): AppliedEntry {
    const messages = this.#accept(subframes);
    if (messages.length > 0) this.#runTurn(messages);
    this.#noteChanges(sequence, messages);
    return this.#finishEntry(sequence, bytes, ingressTags(subframes));
  }

  #runTurn(messages: readonly Stamped[]): void {
    if (this.#rules === null) throw new Error('no rules version is active');
    for (const [, message] of messages) assertShape(message);
    runTurn(this.#space, this.#rules, messages);
  }

  #finishEntry(sequence: number, bytes: Uint8Array, tags: readonly string[]): AppliedEntry {
    this.position.sequence = sequence;
    this.position.lastHash = Partition.entryHash(bytes);
    this.position.chain = hash('sha256', this.position.chain + this.position.lastHash, 'hex').slice(
      0,
      32,
    );
    const outputs = this.#numberOutputs();
    const feedChanges = this.#feedChanges;
    this.#feedChanges = new Map();
    return { outputs, feedChanges, ingressTags: tags, bytes: bytes.length };
  }

  /** Takes control subframes into the position; returns the messages that are next in line. */
  #accept(subframes: readonly Subframe[]): Stamped[] {
    const messages: Stamped[] = [];
    for (const subframe of subframes) {
      switch (subframe[0]) {
        case SubframeKind.ingress:
          for (const message of subframe[1]) messages.push(message);
          break;
        case SubframeKind.link:
          this.#acceptLink(subframe, messages);
          break;
        case SubframeKind.owner:
          if (subframe[3] === this.position.base && subframe[1] > this.position.term) {
            this.position.term = subframe[1];
            this.position.owner = subframe[2];
          }
          break;
        case SubframeKind.activate:
          // The first version stays: another one is built beside it, in a generation of its own.
          if (this.#rules === null) {
            const active: ActiveVersion = { rules: subframe[1], reducer: subframe[2] };
            this.#rules = indexRules(active.rules);
            this.actors.putRow(VERSION_ROW, JSON.stringify(active));
          }
          break;
        case SubframeKind.mirror:
          this.#mirror = subframe[1];
          this.actors.putRow(MIRROR_ROW, this.#mirror === 0 ? null : this.#mirror);
          break;
        default:
          throw new Error('unknown subframe kind');
      }
    }
    return messages;
  }

  /** For a shadow generation: which actors ingress reached in this entry (see change-rows.ts). */
  #noteChanges(sequence: number, messages: readonly Stamped[]): void {
    if (this.#mirror === 0) return;
    for (const [, message] of messages) {
      const row = changeRow(this.position.epoch, sequence, message);
      if (row !== null) this.actors.putRow(row, 1);
    }
  }

  #acceptLink(subframe: LinkSubframe, messages: Stamped[]): void {
    const [, source, linkEpoch, first, batch] = subframe;
    const known = this.received(source);
    if (linkEpoch < known[0]) {
      this.#count('linkRepeats', batch.length);
      return;
    }
    let last = linkEpoch === known[0] ? known[1] : 0;
    for (const [index, item] of batch.entries()) {
      const number = first + index;
      if (number <= last) {
        this.#count('linkRepeats');
        continue;
      }
      if (number !== last + 1) {
        this.#count('linkGaps');
        break;
      }
      last = number;
      const message = this.#links.assemble(source, item);
      if (message !== null) messages.push(message);
    }
    this.position.received.set(source, [linkEpoch, last]);
  }

  #numberOutputs(): LinkOutput[] {
    if (this.#outputs.size === 0) return [];
    const outputs: LinkOutput[] = [];
    const { linkEpoch, sent } = this.position;
    for (const [destination, messages] of this.#outputs) {
      const first = (sent.get(destination) ?? 0) + 1;
      const place = { source: this.partition, linkEpoch, first };
      for (const batch of this.#links.number(messages, place, this.#fragmentBytes)) {
        sent.set(destination, endOf(batch));
        outputs.push({ destination, batch });
      }
    }
    this.#outputs = new Map();
    return outputs;
  }

  /**
   * Something in the entry failed: goes back to the last seal, repeats what came since, and takes
   * the entry message by message, setting the poison ones aside (P5).
   */
  #applyCarefully(
    sequence: number,
    bytes: Uint8Array,
    subframes: readonly Subframe[],
  ): AppliedEntry {
    const earlier = this.#sinceSeal;
    this.#rollBack();
    for (const entry of earlier) {
      this.#applySubframes(entry.sequence, entry.bytes, decodeFrame(entry.bytes));
    }
    this.#seal();
    let messages: Stamped[];
    try {
      messages = this.#accept(subframes);
    } catch (error) {
      this.#rollBack();
      this.#quarantine(sequence, 0, bytes, error);
      messages = [];
    }
    this.#seal();
    for (const [index, message] of messages.entries()) {
      const outputsBefore = new Map(Array.from(this.#outputs, ([to, list]) => [to, list.slice()]));
      const feedBefore = new Map(this.#feedChanges);
      try {
        this.#runTurn([message]);
      } catch (error) {
        if (error instanceof StoreError) throw error;
        this.#rollBack();
        this.#outputs = outputsBefore;
        this.#feedChanges = feedBefore;
        this.#quarantine(sequence, index, encode(message), error);
      }
      this.#seal();
    }
    // Poison messages too: noting what did not change does no harm.
    this.#noteChanges(sequence, messages);
    const applied = this.#finishEntry(sequence, bytes, ingressTags(subframes));
    // The entry cannot be repeated by `#sinceSeal`: a later poison must not roll its end back.
    this.#seal();
    return applied;
  }

  #quarantine(sequence: number, index: number, content: Uint8Array, error: unknown): void {
    this.#count('quarantined');
    this.position.quarantined++;
    const { epoch } = this.position;
    const key = `q/${epoch}/${String(sequence).padStart(12, '0')}/${index}`;
    this.actors.putRow(key, [content, error instanceof Error ? error.message : String(error)]);
    const { partition } = this;
    this.#onSetAside?.({ partition, epoch, sequence, index, errorKind: errorKind(error) });
  }

  #seal(): void {
    this.actors.seal();
    this.#sealedPosition = encode(packPosition(this.position));
    this.#sealedRules = this.#rules;
    this.#sealedMirror = this.#mirror;
    this.#sealedCounters = { ...this.counters };
    this.#sinceSeal = [];
  }

  #rollBack(): void {
    this.actors.rollBack();
    this.position = unpackPosition(decode(this.#sealedPosition));
    this.#rules = this.#sealedRules;
    this.#mirror = this.#sealedMirror;
    // What is repeated from here on counts itself again.
    this.counters = { ...this.#sealedCounters };
    this.#outputs = new Map();
    this.#feedChanges = new Map();
    this.#loadParked();
  }

  #loadParked(): void {
    this.#parked = new Map(
      this.actors
        .rows(PARKED_ROWS)
        .map(([key, origin]) => [key.slice(PARKED_ROWS.length), origin as number]),
    );
  }

  #makeSpace(): ActorSpace {
    const { actors, topology, partition } = this;
    return {
      load: (kind, id) => actors.load(kind, id),
      save: (kind, id, state) => actors.save(kind, id, state),
      remove: (kind, id) => actors.remove(kind, id),
      putRow: (key, row) => actors.putRow(key, row),
      row: (key) => actors.row(key),
      rows: (prefix) => actors.rows(prefix),
      someRow: (prefix, test) => actors.someRow(prefix, test),
      rowsAfter: (prefix, after, limit) => actors.rowsAfter(prefix, after, limit),
      idsAfter: (kind, after, limit) => actors.idsAfter(kind, after, limit),
      isLocal: (message) => destinationOf(topology, message) === partition,
      emit: (origin, message) => this.#emit(origin, message),
      ladderChanged: (profile, origin) => this.#noteChange(profile, origin),
      standingChanged: (subject, origin) => this.#noteChange(subject, origin),
      seeksParked: (profile, origin) => {
        actors.putRow(PARKED_ROWS + profile, origin);
        if (origin === null) this.#parked.delete(profile);
        else this.#parked.set(profile, origin);
      },
      count: (counter, by) => this.#count(counter, by),
    };
  }

  #noteChange(subject: FeedSubject, origin: number): void {
    const known = this.#feedChanges.get(subject);
    if (known === undefined || origin < known) this.#feedChanges.set(subject, origin);
  }

  #emit(origin: number, message: Message): void {
    const destination = destinationOf(this.topology, message);
    const known = this.#outputs.get(destination);
    if (known === undefined) this.#outputs.set(destination, [[origin, message]]);
    else known.push([origin, message]);
  }

  #count(counter: Counter | PartitionCounter, by = 1): void {
    this.counters[counter] = (this.counters[counter] ?? 0) + by;
  }
}

function ingressTags(subframes: readonly Subframe[]): readonly string[] {
  const tags: string[] = [];
  for (const subframe of subframes) {
    if (subframe[0] === SubframeKind.ingress) tags.push(subframe[2]);
  }
  return tags;
}

export type PartitionCounter = 'linkRepeats' | 'linkGaps' | 'quarantined';

/** Beginning of every store key of a partition. */
export function partitionPrefix(partition: number): string {
  return `p${String(partition).padStart(4, '0')}/`;
}

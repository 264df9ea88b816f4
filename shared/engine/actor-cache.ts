/**
 * The actors of one partition: activation from the store, changes of the batch in hand, passivation.
 *
 * Owns three layers over the store: `dirty` (changed since the last seal, decoded), `sealed`
 * (encoded, not yet handed to the store) and the cache of decoded states. `rollBack` returns to the
 * last seal: nothing of a failed turn remains.
 *
 * Decoded states are found by the actor's bare id: to join prefix and id for every look-up, and to
 * hash the result, cost as much as the look-up itself (profile of 2026-11-22).
 */
import { LRUCache } from 'lru-cache';
import type { Store, StoreWrite } from '../adapters/store.ts';
import { unpackProfile } from '../domain/actors/profile-codec.ts';
import {
  packDecision,
  packDelivery,
  packInteractionState,
  packKey,
  packPost,
  packProposal,
  packRoot,
  packWay,
  unpackDecision,
  unpackDelivery,
  unpackInteractionState,
  unpackKey,
  unpackPost,
  unpackProposal,
  unpackRoot,
  unpackWay,
} from '../domain/actors/state-codec.ts';
import type { Packed } from '../domain/actors/states.ts';
import type { ActorKind, ActorStates } from '../domain/actors/turn.ts';
import { decode, encode } from '../protocol/codec.ts';
import { encodeProfile } from './encode-profile.ts';

interface Codec<T> {
  readonly prefix: string;
  readonly encode: (state: T) => Uint8Array;
  readonly unpack: (packed: Packed) => T;
}

const CODECS: { readonly [K in ActorKind]: Codec<ActorStates[K]> } = {
  interaction: {
    prefix: 'i/',
    encode: (state) => encode(packInteractionState(state)),
    unpack: unpackInteractionState,
  },
  decision: {
    prefix: 'd/',
    encode: (state) => encode(packDecision(state)),
    unpack: unpackDecision,
  },
  profile: { prefix: 'a/', encode: encodeProfile, unpack: unpackProfile },
  key: { prefix: 'k/', encode: (state) => encode(packKey(state)), unpack: unpackKey },
  root: { prefix: 'r/', encode: (state) => encode(packRoot(state)), unpack: unpackRoot },
  proposal: {
    prefix: 't/',
    encode: (state) => encode(packProposal(state)),
    unpack: unpackProposal,
  },
  delivery: {
    prefix: 'c/',
    encode: (state) => encode(packDelivery(state)),
    unpack: unpackDelivery,
  },
  way: { prefix: 'wa/', encode: (state) => encode(packWay(state)), unpack: unpackWay },
  post: { prefix: 'wp/', encode: (state) => encode(packPost(state)), unpack: unpackPost },
};
const KINDS = Object.keys(CODECS) as ActorKind[];

/** Interactions are touched once or twice: caching them would only push out what is hot. */
type CachedKind = 'profile' | 'key' | 'root';

/**
 * Decoded states of one id: a profile and the root of its component share the id. null: the store
 * has none; undefined: it was not asked.
 */
type Cell = Record<CachedKind, unknown>;

type Dirty = { readonly [K in ActorKind]: Map<string, ActorStates[K] | null> };

function isCached(kind: ActorKind): kind is CachedKind {
  return kind === 'profile' || kind === 'key' || kind === 'root';
}

/**
 * One load in so many marks its actor as used. Marking moves it in a list whose neighbours lie
 * anywhere in memory: a seventh of the time of look-ups (profile of 2026-11-26). What is loaded more
 * often is marked sooner, so what is hot stays.
 */
const LOADS_PER_USE = 8;

/** Rows read from the store at a time by a scan that may end early. */
const SCAN_ROWS = 256;

/**
 * Begin of a row's key up to its second slash (`o/<profile>/`), or the only one: what a range of
 * rows is asked by, so that changed rows need not be searched one by one.
 */
function groupOf(key: string): string {
  const first = key.indexOf('/') + 1;
  return key.slice(0, key.indexOf('/', first) + 1 || first);
}

export class ActorCache {
  readonly #store: Store;
  readonly #prefix: string;
  readonly #cells: LRUCache<string, Cell>;
  readonly #dirty: Dirty = {
    interaction: new Map(),
    decision: new Map(),
    profile: new Map(),
    key: new Map(),
    root: new Map(),
    proposal: new Map(),
    delivery: new Map(),
    way: new Map(),
    post: new Map(),
  };
  /** Rows changed since the last seal, by group and key. */
  readonly #rows = new Map<string, Map<string, Packed | null>>();
  /** By full key. */
  #sealed = new Map<string, Uint8Array | null>();
  /** Keys of the rows among `#sealed`, by group. */
  readonly #sealedRows = new Map<string, Set<string>>();
  #loads = 0;
  activations = 0;

  /**
   * `prefix` begins every key of the partition; `maxActors` bounds the ids whose decoded states are
   * kept.
   */
  constructor(store: Store, prefix: string, maxActors: number) {
    this.#store = store;
    this.#prefix = prefix;
    this.#cells = new LRUCache({ max: maxActors });
  }

  get resident(): number {
    return this.#cells.size;
  }

  get residentMax(): number {
    return this.#cells.max;
  }

  load<K extends ActorKind>(kind: K, id: string): ActorStates[K] | undefined {
    const dirty = this.#dirty[kind].get(id);
    if (dirty !== undefined) return dirty ?? undefined;
    if (!isCached(kind)) return this.#activate(kind, id);
    this.#loads++;
    const isUse = this.#loads % LOADS_PER_USE === 0;
    const cell = isUse ? this.#cells.get(id) : this.#cells.peek(id);
    const known = cell?.[kind] as ActorStates[K] | null | undefined;
    if (known !== undefined) return known ?? undefined;
    const state = this.#activate(kind, id);
    this.#keep(cell, kind, id, state ?? null);
    return state;
  }

  save<K extends ActorKind>(kind: K, id: string, state: ActorStates[K]): void {
    this.#dirty[kind].set(id, state);
  }

  remove(kind: ActorKind, id: string): void {
    this.#dirty[kind].set(id, null);
  }

  putRow(key: string, row: Packed | null): void {
    const group = groupOf(key);
    const rows = this.#rows.get(group);
    if (rows === undefined) this.#rows.set(group, new Map([[key, row]]));
    else rows.set(key, row);
  }

  /** One row, including this turn's; null: there is none. Costs no scan of what the batch changed. */
  row(key: string): Packed | null {
    const changed = this.#rows.get(groupOf(key))?.get(key);
    if (changed !== undefined) return changed;
    const sealed = this.#sealed.get(this.#prefix + key);
    const bytes = sealed === undefined ? this.#store.get(this.#prefix + key) : sealed;
    return bytes === undefined || bytes === null ? null : decode(bytes);
  }

  rows(prefix: string): readonly (readonly [string, Packed])[] {
    return this.#rowsOver(prefix, this.#store.range(...this.#bounds(prefix)));
  }

  /** The first `limit` rows under the prefix whose keys follow prefix + `after`. */
  rowsAfter(prefix: string, after: string, limit: number): readonly (readonly [string, Packed])[] {
    const [start, end] = this.#bounds(prefix);
    // What this batch deletes is still in the store: at most so many more must be read.
    let gone = 0;
    for (const row of this.#changedRows(prefix).values()) if (row === null) gone++;
    const stored = this.#store.range(`${start}${after}${after === '' ? '' : '\0'}`, end, {
      limit: limit + gone,
    });
    const rows = this.#rowsOver(prefix, stored).filter(([key]) => key > prefix + after);
    return rows.slice(0, limit);
  }

  /** Ids of actors as they stand, whether changed, sealed or stored; a scan, for what is rare. */
  idsAfter(kind: ActorKind, after: string, limit: number): readonly string[] {
    const { prefix } = CODECS[kind];
    const [first, end] = this.#bounds(prefix);
    const changed = new Map<string, boolean>();
    for (const [key, bytes] of this.#sealed) {
      if (key.startsWith(first)) changed.set(key.slice(first.length), bytes !== null);
    }
    for (const [id, state] of this.#dirty[kind]) changed.set(id, state !== null);
    let gone = 0;
    const ids = new Set<string>();
    for (const [id, isThere] of changed) {
      if (!isThere) gone++;
      else if (id > after) ids.add(id);
    }
    const start = after === '' ? first : `${first}${after}\0`;
    for (const [key] of this.#store.range(start, end, { limit: limit + gone })) {
      const id = key.slice(first.length);
      if (changed.get(id) !== false) ids.add(id);
    }
    return Array.from(ids).sort().slice(0, limit);
  }

  /** '\x7f' is above every character of a key. */
  #bounds(prefix: string): [start: string, end: string] {
    return [this.#prefix + prefix, `${this.#prefix}${prefix}\x7f`];
  }

  /** Rows of the store under the prefix, with what this batch changed of them. */
  #rowsOver(
    prefix: string,
    stored: readonly (readonly [string, Uint8Array])[],
  ): (readonly [string, Packed])[] {
    const found = new Map<string, Packed>();
    for (const [key, bytes] of stored) {
      found.set(key.slice(this.#prefix.length), decode(bytes));
    }
    for (const [key, row] of this.#changedRows(prefix)) {
      if (row === null) found.delete(key);
      else found.set(key, row);
    }
    return Array.from(found).sort((left, right) => (left[0] < right[0] ? -1 : 1));
  }

  /** Whether a row under the prefix passes the test; reads `SCAN_ROWS` rows of the store at a time. */
  someRow(prefix: string, test: (row: Packed) => boolean): boolean {
    const changed = this.#changedRows(prefix);
    for (const row of changed.values()) if (row !== null && test(row)) return true;
    const end = `${this.#prefix}${prefix}\x7f`;
    for (let start = this.#prefix + prefix; ; ) {
      const page = this.#store.range(start, end, { limit: SCAN_ROWS });
      for (const [key, bytes] of page) {
        if (!changed.has(key.slice(this.#prefix.length)) && test(decode(bytes))) return true;
      }
      if (page.length < SCAN_ROWS) return false;
      start = `${page.at(-1)?.[0]}\x00`;
    }
  }

  /** Rows under the prefix that were changed and are not in the store yet; null: deleted. */
  #changedRows(prefix: string): Map<string, Packed | null> {
    const group = groupOf(prefix);
    const changed = new Map<string, Packed | null>();
    for (const key of this.#sealedRows.get(group) ?? []) {
      if (!key.startsWith(prefix)) continue;
      const bytes = this.#sealed.get(this.#prefix + key) ?? null;
      changed.set(key, bytes === null ? null : decode(bytes));
    }
    for (const [key, row] of this.#rows.get(group) ?? []) {
      if (key.startsWith(prefix)) changed.set(key, row);
    }
    return changed;
  }

  /** For readers: the last `limit` committed rows under the prefix, descending. */
  latestRows(prefix: string, limit: number): readonly Packed[] {
    const start = this.#prefix + prefix;
    return this.#store
      .range(start, `${start}\x7f`, { limit, reverse: true })
      .map(([, bytes]) => decode(bytes));
  }

  /** For readers: the first `limit` committed rows under the prefix whose keys follow `after`. */
  committedAfter(prefix: string, after: string, limit: number): (readonly [string, Packed])[] {
    const [first, end] = this.#bounds(prefix);
    const start = after === '' ? first : `${this.#prefix}${after}\x00`;
    return this.#store
      .range(start < first ? first : start, end, { limit })
      .map(([key, bytes]) => [key.slice(this.#prefix.length), decode(bytes)]);
  }

  /** Encodes all changes since the last seal; they can no longer be rolled back. */
  seal(): void {
    for (const kind of KINDS) this.#sealKind(kind);
    for (const [group, rows] of this.#rows) {
      const sealed = this.#sealedRows.get(group) ?? new Set();
      this.#sealedRows.set(group, sealed);
      for (const [key, row] of rows) {
        this.#sealed.set(this.#prefix + key, row === null ? null : encode(row));
        sealed.add(key);
      }
    }
    this.#rows.clear();
  }

  /** Forgets everything since the last seal. Loaded states may have been changed: drop them all. */
  rollBack(): void {
    for (const kind of KINDS) this.#dirty[kind].clear();
    this.#rows.clear();
    this.#cells.clear();
  }

  /** The sealed writes, with full keys; the caller commits them before the next read. */
  takeWrites(): StoreWrite[] {
    const writes = Array.from(this.#sealed);
    this.#sealed = new Map();
    this.#sealedRows.clear();
    return writes;
  }

  #sealKind<K extends ActorKind>(kind: K): void {
    const dirty: Map<string, ActorStates[K] | null> = this.#dirty[kind];
    const codec: Codec<ActorStates[K]> = CODECS[kind];
    const prefix = this.#prefix + codec.prefix;
    for (const [id, state] of dirty) {
      this.#sealed.set(prefix + id, state === null ? null : codec.encode(state));
      // No `get`: loading has told already that the actor is in use.
      if (isCached(kind)) this.#keep(this.#cells.peek(id), kind, id, state);
    }
    dirty.clear();
  }

  /**
   * Puts a decoded state, or that there is none (null), into the cell of its id. No cell is made to
   * remember an absence: readers ask for ids that no one has, and would push out what is hot.
   */
  #keep(cell: Cell | undefined, kind: CachedKind, id: string, state: unknown): void {
    if (cell !== undefined) {
      cell[kind] = state;
    } else if (state !== null) {
      const fresh: Cell = { profile: undefined, key: undefined, root: undefined };
      fresh[kind] = state;
      this.#cells.set(id, fresh);
    }
  }

  #activate<K extends ActorKind>(kind: K, id: string): ActorStates[K] | undefined {
    const codec: Codec<ActorStates[K]> = CODECS[kind];
    const key = this.#prefix + codec.prefix + id;
    const sealed = this.#sealed.get(key);
    const bytes = sealed === undefined ? this.#store.get(key) : sealed;
    if (bytes === undefined || bytes === null) return undefined;
    this.activations++;
    return codec.unpack(decode(bytes));
  }
}

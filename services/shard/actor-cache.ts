/**
 * The actors of one partition: activation from the store, changes of the batch in hand, passivation.
 *
 * Owns three layers over the store: `dirty` (changed since the last seal, decoded), `sealed`
 * (encoded, not yet handed to the store) and the cache of decoded states. `rollBack` returns to the
 * last seal: nothing of a failed turn remains.
 */
import { LRUCache } from 'lru-cache';
import type { Store, StoreWrite } from '../../shared/adapters/store.ts';
import { packDecision, packInteractionState, packKey, packProfile, packProposal, packRoot, unpackDecision, unpackInteractionState, unpackKey, unpackProfile, unpackProposal, unpackRoot } from '../../shared/domain/actors/state-codec.ts';
import type { Packed } from '../../shared/domain/actors/states.ts';
import type { ActorKind, ActorStates } from '../../shared/domain/actors/turn.ts';
import { decode, encode } from '../../shared/protocol/codec.ts';

interface Codec<T> {
  readonly prefix: string;
  readonly pack: (state: T) => Packed;
  readonly unpack: (packed: Packed) => T;
}

const CODECS: { readonly [K in ActorKind]: Codec<ActorStates[K]> } = {
  interaction: { prefix: 'i/', pack: packInteractionState, unpack: unpackInteractionState },
  decision: { prefix: 'd/', pack: packDecision, unpack: unpackDecision },
  profile: { prefix: 'a/', pack: packProfile, unpack: unpackProfile },
  key: { prefix: 'k/', pack: packKey, unpack: unpackKey },
  root: { prefix: 'r/', pack: packRoot, unpack: unpackRoot },
  proposal: { prefix: 't/', pack: packProposal, unpack: unpackProposal },
};

/** Interactions are touched once or twice: caching them would only push out what is hot. */
const UNCACHED: ReadonlySet<ActorKind> = new Set(['interaction', 'proposal', 'decision']);

type Entry = { readonly kind: ActorKind; readonly state: unknown };

export class ActorCache {
  readonly #store: Store;
  readonly #prefix: string;
  readonly #cache: LRUCache<string, Entry>;
  readonly #dirty = new Map<string, Entry | null>();
  readonly #rows = new Map<string, Packed | null>();
  #sealed = new Map<string, Uint8Array | null>();
  activations = 0;

  /** `prefix` begins every key of the partition; `maxActors` bounds the decoded states kept. */
  constructor(store: Store, prefix: string, maxActors: number) {
    this.#store = store;
    this.#prefix = prefix;
    this.#cache = new LRUCache({ max: maxActors });
  }

  get resident(): number {
    return this.#cache.size;
  }

  load<K extends ActorKind>(kind: K, id: string): ActorStates[K] | undefined {
    const codec = CODECS[kind];
    const key = codec.prefix + id;
    const dirty = this.#dirty.get(key);
    if (dirty !== undefined) return dirty === null ? undefined : (dirty.state as ActorStates[K]);
    const cached = this.#cache.get(key);
    if (cached !== undefined) return cached.state as ActorStates[K];
    const bytes = this.#bytes(key);
    if (bytes === undefined) return undefined;
    this.activations++;
    const state = codec.unpack(decode(bytes));
    if (!UNCACHED.has(kind)) this.#cache.set(key, { kind, state });
    return state;
  }

  save<K extends ActorKind>(kind: K, id: string, state: ActorStates[K]): void {
    this.#dirty.set(CODECS[kind].prefix + id, { kind, state });
  }

  remove(kind: ActorKind, id: string): void {
    this.#dirty.set(CODECS[kind].prefix + id, null);
  }

  putRow(key: string, row: Packed | null): void {
    this.#rows.set(key, row);
  }

  rows(prefix: string): readonly (readonly [string, Packed])[] {
    const found = new Map<string, Packed>();
    const start = this.#prefix + prefix;
    // '\x7f' is above every character of a key.
    for (const [key, bytes] of this.#store.range(start, `${start}\x7f`)) {
      found.set(key.slice(this.#prefix.length), decode(bytes));
    }
    for (const [key, bytes] of this.#sealed) {
      if (!key.startsWith(prefix)) continue;
      if (bytes === null) found.delete(key);
      else found.set(key, decode(bytes));
    }
    for (const [key, row] of this.#rows) {
      if (!key.startsWith(prefix)) continue;
      if (row === null) found.delete(key);
      else found.set(key, row);
    }
    return Array.from(found).sort((left, right) => (left[0] < right[0] ? -1 : 1));
  }

  /** For readers: the last `limit` committed rows under the prefix, descending. */
  latestRows(prefix: string, limit: number): readonly Packed[] {
    const start = this.#prefix + prefix;
    return this.#store
      .range(start, `${start}\x7f`, { limit, reverse: true })
      .map(([, bytes]) => decode(bytes));
  }

  /** Encodes all changes since the last seal; they can no longer be rolled back. */
  seal(): void {
    for (const [key, entry] of this.#dirty) {
      if (entry === null) {
        this.#cache.delete(key);
        this.#sealed.set(key, null);
        continue;
      }
      const codec = CODECS[entry.kind] as Codec<unknown>;
      this.#sealed.set(key, encode(codec.pack(entry.state)));
      if (!UNCACHED.has(entry.kind)) this.#cache.set(key, entry);
    }
    this.#dirty.clear();
    for (const [key, row] of this.#rows) this.#sealed.set(key, row === null ? null : encode(row));
    this.#rows.clear();
  }

  /** Forgets everything since the last seal. Loaded states may have been changed: drop them all. */
  rollBack(): void {
    this.#dirty.clear();
    this.#rows.clear();
    this.#cache.clear();
  }

  /** The sealed writes, with full keys; the caller commits them before the next read. */
  takeWrites(): StoreWrite[] {
    const writes: StoreWrite[] = [];
    for (const [key, bytes] of this.#sealed) writes.push([this.#prefix + key, bytes]);
    this.#sealed = new Map();
    return writes;
  }

  #bytes(key: string): Uint8Array | undefined {
    const sealed = this.#sealed.get(key);
    if (sealed !== undefined) return sealed ?? undefined;
    return this.#store.get(this.#prefix + key);
  }
}

/**
 * The audit trail on a log: two shelves, each a partition of its own, so that however much is looked
 * up, records of changes are not pushed out by it.
 *
 * References: customer ids and profile references are taken as they are, for they tell nothing
 * (ARCHITECTURE S16). Everything else is `h` and 22 characters: HMAC-SHA-256 of its parts under a key
 * made from the id key. Identifiers are normalised first, so that all their spellings are one.
 */
import { createHmac } from 'node:crypto';
import { type Log, LogError } from '../adapters/log.ts';
import { StoreError } from '../adapters/store.ts';
import type { Identifier } from '../domain/identifier.ts';
import { type CompiledRules, normaliseIdentifier } from '../ingress/compiled-rules.ts';
import {
  AUDIT_PAGE_MAX,
  type AuditEntry,
  type AuditFilter,
  type AuditPage,
  type AuditPageOptions,
  type AuditRecord,
  type AuditShelf,
  type AuditState,
  type AuditTrail,
} from '../protocol/audit.ts';
import { ClusterError, type CustomerView } from '../protocol/cluster.ts';
import { AuditCursor, type AuditHead, type AuditPlace } from './audit-cursor.ts';
import { ShelfWriter } from './audit-shelf.ts';

/** Partition of each shelf in the log. */
const PLACES: Readonly<Record<AuditShelf, number>> = { privileged: 0, look_up: 1 };
const SHELVES = Object.keys(PLACES) as AuditShelf[];
const PAGE_DEFAULT = 100;
/** Entries of the log that one page may look at: about a second of reading over NATS. */
const ENTRIES_PER_PAGE = 4_000;

export interface AuditTrailOptions {
  /** Opens the log; called until it succeeds. Records are bytes of one append each. */
  readonly log: () => Promise<Log>;
  readonly idKey: Uint8Array;
  /** Rules by which identifiers are normalised. */
  readonly rules: () => CompiledRules;
  /** For lists by customer; null: unknown. */
  readonly customer: (ref: string) => Promise<CustomerView | null>;
  /** Records that may wait for the log, of each shelf. Default 10,000. */
  readonly waitingMax?: number;
  /** How long a privileged call waits for its record. Default 2 s. */
  readonly patienceMs?: number;
  /** Entries kept of each shelf; more are trimmed. Default: the log has bounds of its own. */
  readonly keptEntries?: number;
}

const KEPT_SLACK = 256;

export class LogAuditTrail implements AuditTrail {
  readonly #options: AuditTrailOptions;
  readonly #referenceKey: Uint8Array;
  readonly #sealKey: Uint8Array;
  readonly #writers: Readonly<Record<AuditShelf, ShelfWriter>>;
  #log: Promise<Log> | null = null;

  constructor(options: AuditTrailOptions) {
    this.#options = options;
    this.#referenceKey = derivedKey(options.idKey, 'references');
    this.#sealKey = derivedKey(options.idKey, 'seals');
    const writerOf = (shelf: AuditShelf): ShelfWriter =>
      new ShelfWriter(() => this.#opened(), {
        place: PLACES[shelf],
        key: this.#sealKey,
        waitingMax: options.waitingMax ?? 10_000,
        patienceMs: options.patienceMs ?? 2_000,
        onAppended: (sequence) => this.#trim(shelf, sequence),
        onFailed: (error) => this.#reopenAfter(error),
      });
    this.#writers = { privileged: writerOf('privileged'), look_up: writerOf('look_up') };
  }

  get state(): AuditState {
    const { privileged, look_up: lookUp } = this.#writers;
    const [one, other] = [privileged.state, lookUp.state];
    return {
      waiting: one.waiting + other.waiting,
      lost: one.lost + other.lost,
      written: one.written + other.written,
    };
  }

  write(record: AuditRecord): Promise<void> {
    return this.#writers.privileged.write(record);
  }

  note(shelf: AuditShelf, record: AuditRecord): void {
    this.#writers[shelf].note(record);
  }

  identifierReference({ namespace, value }: Identifier): string {
    const known = normaliseIdentifier(this.#options.rules(), namespace, value);
    const text = known.kind === 'ok' ? known.identifier.value : value.trim().toLowerCase();
    return this.reference('identifier', namespace, text);
  }

  reference(...parts: readonly string[]): string {
    const hmac = createHmac('sha256', this.#referenceKey).update(JSON.stringify(parts));
    return `h${hmac.digest('base64url').slice(0, 22)}`;
  }

  async list(filter: AuditFilter, options: AuditPageOptions = {}): Promise<AuditPage> {
    const pageSize = pageSizeOf(options);
    const filterHash = this.reference('filter', JSON.stringify(filterParts(filter)));
    const places = placesOf(options.pageToken ?? '', filterHash);
    const wanted = await this.#wanted(filter);
    try {
      const cursors = await this.#cursors(filter, places);
      const entries: AuditEntry[] = [];
      const isOver = await this.#collect(cursors, filter, wanted, entries, pageSize);
      const nextPageToken = isOver ? null : tokenOf(filterHash, cursors);
      return { entries, nextPageToken };
    } catch (error) {
      if (!(error instanceof LogError)) throw error;
      const message = 'the audit trail cannot be read';
      throw new ClusterError('unavailable', message, { cause: error });
    }
  }

  /** Writes what waits, and closes the log. */
  async close(): Promise<void> {
    await Promise.all(SHELVES.map((shelf) => this.#writers[shelf].close()));
    await (await this.#log?.catch(() => null))?.close();
  }

  async #cursors(
    filter: AuditFilter,
    places: ReadonlyMap<AuditShelf, AuditPlace> | null,
  ): Promise<ReadonlyMap<AuditShelf, AuditCursor>> {
    const log = await this.#opened();
    const cursors = new Map<AuditShelf, AuditCursor>();
    for (const shelf of SHELVES) {
      if (filter.shelf !== undefined && filter.shelf !== shelf) continue;
      const cursor = new AuditCursor(log, PLACES[shelf], this.#sealKey);
      await cursor.open(places?.get(shelf) ?? null, filter.until ?? null);
      cursors.set(shelf, cursor);
    }
    return cursors;
  }

  /** Fills `entries`, the latest first over all shelves; whether nothing is left. */
  async #collect(
    cursors: ReadonlyMap<AuditShelf, AuditCursor>,
    filter: AuditFilter,
    wanted: readonly ReadonlySet<string>[],
    entries: AuditEntry[],
    pageSize: number,
  ): Promise<boolean> {
    const since = filter.since ?? Number.NEGATIVE_INFINITY;
    for (;;) {
      let latest: { shelf: AuditShelf; cursor: AuditCursor; head: AuditHead } | null = null;
      let read = 0;
      for (const [shelf, cursor] of cursors) {
        const head = await cursor.head(since);
        read += cursor.entriesRead;
        if (head === null) continue;
        if (latest === null || head.record.time > latest.head.record.time) {
          latest = { shelf, cursor, head };
        }
      }
      if (latest === null) return true;
      if (entries.length === pageSize || read > ENTRIES_PER_PAGE) return false;
      const { shelf, cursor, head } = latest;
      cursor.advance();
      if (!head.isDamaged && !isAskedFor(head.record, filter, wanted)) continue;
      entries.push({ ...head.record, shelf, isDamaged: head.isDamaged });
    }
  }

  /** Of each of these sets an entry must have a reference. */
  async #wanted({ customer, identifier }: AuditFilter): Promise<readonly ReadonlySet<string>[]> {
    const wanted: ReadonlySet<string>[] = [];
    if (identifier !== undefined) wanted.push(new Set([this.identifierReference(identifier)]));
    if (customer === undefined) return wanted;
    const view = await this.#options.customer(customer).catch(() => null);
    const profiles = view?.profiles ?? [];
    const identifiers = (view?.identifiers ?? []).filter(({ kind }) => kind !== 'context');
    const references = [
      bareReference(customer),
      ...profiles.map(({ profileRef }) => bareReference(profileRef)),
      ...identifiers.map((one) => this.identifierReference(one)),
    ];
    return [...wanted, new Set(references)];
  }

  #opened(): Promise<Log> {
    this.#log ??= this.#options.log().catch((error: unknown) => {
      this.#log = null;
      throw error;
    });
    return this.#log;
  }

  /** A store that failed refuses everything until it is opened anew. */
  #reopenAfter(error: unknown): void {
    if (!(error instanceof LogError) || !(error.cause instanceof StoreError)) return;
    const failed = this.#log;
    this.#log = null;
    void failed?.then((log) => log.close()).catch(() => undefined);
  }

  #trim(shelf: AuditShelf, sequence: number): void {
    const { keptEntries } = this.#options;
    if (keptEntries === undefined || sequence % KEPT_SLACK !== 0) return;
    const below = sequence - keptEntries + 1;
    if (below < 1) return;
    // What is not trimmed now is trimmed the next time.
    void this.#opened()
      .then((log) => log.trim(PLACES[shelf], 1, below))
      .catch(() => undefined);
  }
}

function derivedKey(idKey: Uint8Array, use: string): Uint8Array {
  return createHmac('sha256', idKey).update(`audit:${use}`).digest();
}

/** A customer id and the reference of its founding profile differ in their first letter only. */
function bareReference(reference: string): string {
  return reference.replace(/^[cp]/, '');
}

function isAskedFor(
  record: AuditRecord,
  { actor, method, since, until }: AuditFilter,
  wanted: readonly ReadonlySet<string>[],
): boolean {
  if (since !== undefined && record.time < since) return false;
  if (until !== undefined && record.time >= until) return false;
  // Whatever is asked for may be among what was lost.
  if (record.phase === 'lost') return true;
  if (actor !== undefined && record.actor !== actor) return false;
  if (method !== undefined && record.method !== method && !record.method.endsWith(`/${method}`)) {
    return false;
  }
  return wanted.every((set) => record.references.some((one) => set.has(bareReference(one))));
}

function pageSizeOf({ pageSize }: AuditPageOptions): number {
  if (pageSize === undefined) return PAGE_DEFAULT;
  if (Number.isInteger(pageSize) && pageSize >= 1 && pageSize <= AUDIT_PAGE_MAX) return pageSize;
  throw invalid('page_size', `must be 1 to ${AUDIT_PAGE_MAX}`);
}

/** Without times, which move when they are given as ages, and end a list rather than choose of it. */
function filterParts(filter: AuditFilter): readonly unknown[] {
  const { shelf, customer, identifier, actor, method } = filter;
  const named = [identifier?.namespace, identifier?.value];
  return [shelf, customer, ...named, actor, method].map((part) => part ?? null);
}

function tokenOf(hash: string, cursors: ReadonlyMap<AuditShelf, AuditCursor>): string {
  const places = Array.from(cursors, ([shelf, { position }]) => [shelf, ...position]);
  return Buffer.from(JSON.stringify([hash, places])).toString('base64url');
}

function placesOf(token: string, hash: string): ReadonlyMap<AuditShelf, AuditPlace> | null {
  if (token === '') return null;
  try {
    const [of, places] = JSON.parse(Buffer.from(token, 'base64url').toString()) as [
      unknown,
      readonly (readonly [AuditShelf, number, number])[],
    ];
    const isUsable = places.every(
      ([shelf, sequence, index]) =>
        shelf in PLACES && Number.isSafeInteger(sequence) && Number.isSafeInteger(index),
    );
    if (of === hash && isUsable) {
      return new Map(places.map(([shelf, sequence, index]) => [shelf, [sequence, index]]));
    }
  } catch {
    // As wrong as any other text.
  }
  throw invalid('page_token', 'is not one that this list with this filter issued');
}

function invalid(field: string, description: string): ClusterError {
  return new ClusterError('invalid_argument', `${field} ${description}`, {
    violations: [{ field, description }],
  });
}

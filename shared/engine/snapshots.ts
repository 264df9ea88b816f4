/**
 * Snapshots: all rows of one partition as of one commit, where every process can get them.
 *
 * A process without a partition's state takes the latest snapshot and the log after it. A snapshot
 * carries a checksum over everything, and its name (epoch, sequence), so that a torn or foreign one is
 * never taken. A state that comes from one is verified against the log like any other.
 *
 * Layout: JSON header line, then per row u16 key length, u32 value length, key, value; then the
 * SHA-256 of all before.
 */
import { createHash, type Hash } from 'node:crypto';
import type { SnapshotInfo, SnapshotPlace } from '../adapters/snapshot-place.ts';
import type { Store, StoreWrite } from '../adapters/store.ts';
import { decode, encode } from '../protocol/codec.ts';
import { partitionPrefix, RESTORED_ROW } from './partition.ts';
import { unpackPosition } from './position.ts';

const FORMAT = 'selfsame-snapshot-1';
const BATCH_ROWS = 1000;
const DIGEST_BYTES = 32;

export class SnapshotError extends Error {
  readonly code = 'bad_snapshot';
}

export class Snapshots {
  readonly #place: SnapshotPlace;

  constructor(place: SnapshotPlace) {
    this.#place = place;
  }

  /** Of one partition, newest first. */
  async list(partition: number): Promise<readonly SnapshotInfo[]> {
    const found = await this.#place.list(partition);
    return [...found].sort(
      (left, right) => right.epoch - left.epoch || right.sequence - left.sequence,
    );
  }

  async newest(partition: number): Promise<SnapshotInfo | null> {
    return (await this.list(partition))[0] ?? null;
  }

  /** Writes a snapshot of the partition, of its last durable commit or a later one. */
  async take(store: Store, partition: number): Promise<SnapshotInfo> {
    const row = store.get(`${partitionPrefix(partition)}m`);
    if (row === undefined) throw new SnapshotError(`partition ${partition} has no state`);
    // What is written may be of a later commit: the name promises too little, never too much.
    const { epoch, sequence } = unpackPosition(decode(row));
    return this.#place.write({ partition, epoch, sequence }, contentOf(store, partition));
  }

  /**
   * Puts the newest readable snapshot of the partition into a store that has no state of it; null
   * when there is none. Unreadable ones are passed over (and named in `onBad`).
   */
  async restore(
    store: Store,
    partition: number,
    onBad: (file: string, error: unknown) => void = () => undefined,
  ): Promise<SnapshotInfo | null> {
    for (const info of await this.list(partition)) {
      try {
        await this.#restore(store, info);
        return info;
      } catch (error) {
        if (!(error instanceof SnapshotError)) throw error;
        onBad(info.file, error);
      }
    }
    return null;
  }

  async #restore(store: Store, info: SnapshotInfo): Promise<void> {
    const prefix = partitionPrefix(info.partition);
    let positionRow: StoreWrite | null = null;
    const keys: string[] = [];
    try {
      for await (const rows of readRows(info.file, this.#place.read(info))) {
        // The position comes last: an interrupted restore leaves a partition without state.
        const row = rows.find(([key]) => key === `${prefix}m`);
        if (row !== undefined) positionRow = row;
        for (const [key] of rows) keys.push(key);
        await store.commit(rows.filter(([key]) => key !== `${prefix}m`));
      }
      if (positionRow === null) throw new SnapshotError(`${info.file} holds no position`);
    } catch (error) {
      // What is known to be bad only now is in the store already.
      for (let start = 0; start < keys.length; start += BATCH_ROWS) {
        await store.commit(keys.slice(start, start + BATCH_ROWS).map((key) => [key, null]));
      }
      throw error;
    }
    await store.commit([positionRow, [prefix + RESTORED_ROW, encode(true)]]);
  }
}

async function* contentOf(store: Store, partition: number): AsyncIterable<Uint8Array> {
  const digest = createHash('sha256');
  const prefix = partitionPrefix(partition);
  const header = Buffer.from(`${JSON.stringify({ format: FORMAT, partition })}\n`);
  digest.update(header);
  yield header;
  for await (const rows of store.snapshotRange(prefix, `${prefix}\x7f`, BATCH_ROWS)) {
    const bytes = Buffer.concat(rows.flatMap(([key, value]) => packRow(key, value)));
    digest.update(bytes);
    yield bytes;
  }
  yield digest.digest();
}

function packRow(key: string, value: Uint8Array): Uint8Array[] {
  const head = Buffer.alloc(6);
  head.writeUInt16BE(key.length, 0);
  head.writeUInt32BE(value.length, 2);
  return [head, Buffer.from(key, 'latin1'), value];
}

/** Throws `SnapshotError`, at the end of the content when only the checksum is wrong. */
async function* readRows(
  file: string,
  content: AsyncIterable<Uint8Array>,
): AsyncIterable<StoreWrite[]> {
  const digest = createHash('sha256');
  let rest: Buffer = Buffer.alloc(0);
  let hasHeader = false;
  for await (const chunk of content) {
    rest = Buffer.concat([rest, chunk]);
    if (!hasHeader) {
      const end = rest.indexOf('\n');
      if (end < 0) continue;
      assertHeader(file, rest.toString('utf8', 0, end));
      digest.update(rest.subarray(0, end + 1));
      rest = rest.subarray(end + 1);
      hasHeader = true;
    }
    const [rows, read] = wholeRows(rest, digest);
    rest = rest.subarray(read);
    if (rows.length > 0) yield rows;
  }
  if (!hasHeader || rest.length !== DIGEST_BYTES || !rest.equals(digest.digest())) {
    throw new SnapshotError(`${file} does not match its checksum`);
  }
}

function assertHeader(file: string, text: string): void {
  let format: unknown;
  try {
    ({ format } = JSON.parse(text) as { readonly format?: unknown });
  } catch {
    format = null;
  }
  if (format !== FORMAT) throw new SnapshotError(`${file} is not in format ${FORMAT}`);
}

/** Rows before the last `DIGEST_BYTES`, which may be the checksum, and the bytes they take. */
function wholeRows(bytes: Buffer, digest: Hash): readonly [StoreWrite[], number] {
  const rows: StoreWrite[] = [];
  const limit = bytes.length - DIGEST_BYTES;
  let at = 0;
  while (limit - at >= 6) {
    const keyLength = bytes.readUInt16BE(at);
    const valueLength = bytes.readUInt32BE(at + 2);
    const end = at + 6 + keyLength + valueLength;
    if (end > limit) break;
    const key = bytes.toString('latin1', at + 6, at + 6 + keyLength);
    rows.push([key, Buffer.from(bytes.subarray(at + 6 + keyLength, end))]);
    at = end;
  }
  digest.update(bytes.subarray(0, at));
  return [rows, at];
}

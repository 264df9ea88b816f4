/**
 * Snapshots: all rows of one partition as of one commit, in a file of a shared directory.
 *
 * A process without a partition's state takes the latest snapshot and the log after it. Files are
 * written beside and renamed, carry a checksum over everything, and name (epoch, sequence), so that
 * a torn or foreign file is never taken. The newest `kept` files of a partition stay.
 *
 * Layout: JSON header line, then per row u16 key length, u32 value length, key, value; then the
 * SHA-256 of all before.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { makeDirectory } from '../adapters/make-directory.ts';
import type { Store, StoreWrite } from '../adapters/store.ts';
import { decode, encode } from '../protocol/codec.ts';
import { partitionPrefix, RESTORED_ROW } from './partition.ts';
import { unpackPosition } from './position.ts';

export interface SnapshotInfo {
  readonly partition: number;
  readonly epoch: number;
  readonly sequence: number;
  readonly file: string;
}

const FORMAT = 'selfsame-snapshot-1';
const BATCH_ROWS = 1000;
const DIGEST_BYTES = 32;
const NAME = /^p(\d{4})-e(\d{6})-s(\d{12})\.snapshot$/;

export class SnapshotError extends Error {
  readonly code = 'bad_snapshot';
}

export class Snapshots {
  readonly #directory: string;
  readonly #kept: number;

  constructor(directory: string, kept = 2) {
    this.#directory = directory;
    this.#kept = kept;
  }

  /** Of one partition, newest first. */
  async list(partition: number): Promise<readonly SnapshotInfo[]> {
    const names = await readdir(this.#directory).catch(() => []);
    const found: SnapshotInfo[] = [];
    for (const name of names) {
      const match = NAME.exec(name);
      if (match === null || Number(match[1]) !== partition) continue;
      const file = join(this.#directory, name);
      found.push({ partition, epoch: Number(match[2]), sequence: Number(match[3]), file });
    }
    return found.sort((left, right) => right.epoch - left.epoch || right.sequence - left.sequence);
  }

  /** Writes a snapshot of the partition as of its last durable commit. */
  async take(store: Store, partition: number): Promise<SnapshotInfo> {
    makeDirectory(this.#directory);
    const temporary = join(this.#directory, `p${partition}.${process.pid}.tmp`);
    const file = await open(temporary, 'w');
    const digest = createHash('sha256');
    let position: { epoch: number; sequence: number } | null = null;
    const prefix = partitionPrefix(partition);
    const put = async (bytes: Uint8Array): Promise<void> => {
      digest.update(bytes);
      await file.writeFile(bytes);
    };
    try {
      await put(Buffer.from(`${JSON.stringify({ format: FORMAT, partition })}\n`));
      for await (const rows of store.snapshotRange(prefix, `${prefix}\x7f`, BATCH_ROWS)) {
        for (const [key, value] of rows) {
          if (key === `${prefix}m`) position = unpackPosition(decode(value));
        }
        await put(Buffer.concat(rows.flatMap(([key, value]) => packRow(key, value))));
      }
      if (position === null) throw new SnapshotError(`partition ${partition} has no state`);
      await file.writeFile(digest.digest());
      await file.sync();
    } catch (error) {
      await file.close();
      await rm(temporary, { force: true });
      throw error;
    }
    await file.close();
    const name =
      `p${String(partition).padStart(4, '0')}-e${String(position.epoch).padStart(6, '0')}` +
      `-s${String(position.sequence).padStart(12, '0')}.snapshot`;
    const target = join(this.#directory, name);
    await rename(temporary, target);
    const all = await this.list(partition);
    for (const old of all.slice(this.#kept)) await rm(old.file, { force: true });
    return { partition, epoch: position.epoch, sequence: position.sequence, file: target };
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
        await verifyFile(info.file);
      } catch (error) {
        onBad(info.file, error);
        continue;
      }
      const prefix = partitionPrefix(partition);
      let positionRow: StoreWrite | null = null;
      for await (const rows of readRows(info.file)) {
        // The position comes last: an interrupted restore leaves a partition without state.
        const row = rows.find(([key]) => key === `${prefix}m`);
        if (row !== undefined) positionRow = row;
        await store.commit(rows.filter(([key]) => key !== `${prefix}m`));
      }
      if (positionRow === null) throw new SnapshotError(`${info.file} holds no position`);
      await store.commit([positionRow, [prefix + RESTORED_ROW, encode(true)]]);
      return info;
    }
    return null;
  }
}

function packRow(key: string, value: Uint8Array): Uint8Array[] {
  const head = Buffer.alloc(6);
  head.writeUInt16BE(key.length, 0);
  head.writeUInt32BE(value.length, 2);
  return [head, Buffer.from(key, 'latin1'), value];
}

async function verifyFile(file: string): Promise<void> {
  const { size } = await stat(file);
  if (size <= DIGEST_BYTES) throw new SnapshotError(`${file} is too short`);
  const digest = createHash('sha256');
  const body = createReadStream(file, { end: size - DIGEST_BYTES - 1 });
  for await (const chunk of body) digest.update(chunk as Uint8Array);
  const tail: Uint8Array[] = [];
  for await (const chunk of createReadStream(file, { start: size - DIGEST_BYTES })) {
    tail.push(chunk as Uint8Array);
  }
  if (!Buffer.concat(tail).equals(digest.digest())) {
    throw new SnapshotError(`${file} does not match its checksum`);
  }
}

async function* readRows(file: string): AsyncIterable<StoreWrite[]> {
  const { size } = await stat(file);
  let rest = Buffer.alloc(0);
  let hasHeader = false;
  for await (const chunk of createReadStream(file, { end: size - DIGEST_BYTES - 1 })) {
    rest = Buffer.concat([rest, chunk as Uint8Array]);
    if (!hasHeader) {
      const end = rest.indexOf('\n');
      if (end < 0) continue;
      const header = JSON.parse(rest.toString('utf8', 0, end)) as { readonly format?: string };
      if (header.format !== FORMAT) throw new SnapshotError(`${file} is not in format ${FORMAT}`);
      rest = rest.subarray(end + 1);
      hasHeader = true;
    }
    const rows: StoreWrite[] = [];
    let at = 0;
    while (rest.length - at >= 6) {
      const keyLength = rest.readUInt16BE(at);
      const valueLength = rest.readUInt32BE(at + 2);
      const end = at + 6 + keyLength + valueLength;
      if (end > rest.length) break;
      const key = rest.toString('latin1', at + 6, at + 6 + keyLength);
      rows.push([key, Buffer.from(rest.subarray(at + 6 + keyLength, end))]);
      at = end;
    }
    rest = rest.subarray(at);
    if (rows.length > 0) yield rows;
  }
  if (rest.length > 0) throw new SnapshotError(`${file} ends within a row`);
}

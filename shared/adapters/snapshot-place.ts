/** Where snapshots of partitions are kept: a directory, or the object store of NATS. */
import { createReadStream } from 'node:fs';
import { open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { makeDirectory } from './make-directory.ts';

export interface SnapshotName {
  readonly partition: number;
  readonly epoch: number;
  readonly sequence: number;
}

export interface SnapshotInfo extends SnapshotName {
  /** For messages. */
  readonly file: string;
}

export interface SnapshotPlace {
  /** Those of one partition, in any order. */
  list(partition: number): Promise<readonly SnapshotInfo[]>;
  /** Shows it in `list` only once all of it is there. The newest two of a partition are kept. */
  write(name: SnapshotName, content: AsyncIterable<Uint8Array>): Promise<SnapshotInfo>;
  read(info: SnapshotInfo): AsyncIterable<Uint8Array>;
}

const KEPT = 2;
const NAME = /^p(\d{4})-e(\d{6})-s(\d{12})\.snapshot$/;

/** Files are written beside and renamed. */
export class SnapshotDirectory implements SnapshotPlace {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

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

  async write(name: SnapshotName, content: AsyncIterable<Uint8Array>): Promise<SnapshotInfo> {
    const { partition, epoch, sequence } = name;
    makeDirectory(this.#directory);
    const temporary = join(this.#directory, `p${partition}.${process.pid}.tmp`);
    const file = await open(temporary, 'w');
    try {
      for await (const bytes of content) await file.writeFile(bytes);
      await file.sync();
    } catch (error) {
      await file.close();
      await rm(temporary, { force: true });
      throw error;
    }
    await file.close();
    const target = join(
      this.#directory,
      `p${String(partition).padStart(4, '0')}-e${String(epoch).padStart(6, '0')}` +
        `-s${String(sequence).padStart(12, '0')}.snapshot`,
    );
    await rename(temporary, target);
    const all = await this.list(partition);
    for (const old of all.slice(KEPT)) await rm(old.file, { force: true });
    return { ...name, file: target };
  }

  read({ file }: SnapshotInfo): AsyncIterable<Uint8Array> {
    return createReadStream(file) as AsyncIterable<Uint8Array>;
  }
}

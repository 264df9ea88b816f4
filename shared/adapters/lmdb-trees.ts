/**
 * The trees of a store's LMDB file: `rows` (what the store keeps) and `about` (format and number of
 * the last commit). Nothing else lives in the file.
 */
import { existsSync } from 'node:fs';
import { type Database, open as openLmdb, type RootDatabase } from 'lmdb';
import { corruptError, dataFileOf } from './lmdb-errors.ts';
import { findLmdbDamage } from './lmdb-file-check.ts';
import type { StoreKey } from './store.ts';

export type Tree = Database<Uint8Array, StoreKey>;

/** Row of the `about` tree that says what wrote this file. A new layout gets a new number. */
const FORMAT = 'selfsame-store-1';
/** Row of the `about` tree whose version is the number of the last commit. */
export const COMMIT_KEY = 'commit';
export const EMPTY = Buffer.alloc(0);

/** Keys are ASCII, so latin1 is their byte order and costs no intermediate buffer. */
const KEY_ENCODER = {
  writeKey: (key: string, target: Buffer, position: number): number =>
    position + target.write(key, position, 'latin1'),
  readKey: (source: Buffer, start: number, end: number): string =>
    source.toString('latin1', start, end),
};

export interface Trees {
  readonly root: RootDatabase;
  readonly rows: Tree;
  readonly about: Tree;
  readonly lastCommit: number;
}

/** Opens or creates the file and its trees; throws `StoreError` or what LMDB throws. */
export async function openTrees(directory: string, mapSize: number): Promise<Trees> {
  const file = dataFileOf(directory);
  const damage = existsSync(file) ? findLmdbDamage(file) : null;
  if (damage !== null) throw corruptError(file, damage);
  const root = openLmdb({
    path: directory,
    mapSize,
    // Else lmdb-js takes a directory with a dot in its name for a file.
    noSubdir: false,
    overlappingSync: false,
    maxDbs: 4,
    encoding: 'binary',
  });
  try {
    const tree = { encoding: 'binary', keyEncoder: KEY_ENCODER } as const;
    const rows = root.openDB<Uint8Array, StoreKey>({ name: 'rows', ...tree });
    const about = root.openDB<Uint8Array, StoreKey>({ name: 'about', useVersions: true, ...tree });
    const format = about.getBinary('format')?.toString('latin1');
    if (format === undefined) {
      // Both rows in one transaction: a store without them has never been used.
      await root.batch(() => {
        void about.put('format', Buffer.from(FORMAT, 'latin1'), 1);
        void about.put(COMMIT_KEY, EMPTY, 1);
      });
    } else if (format !== FORMAT) {
      throw corruptError(file, `it is not in the format ${FORMAT}`);
    }
    const lastCommit = about.getEntry(COMMIT_KEY)?.version;
    if (lastCommit === undefined) throw corruptError(file, 'its commit counter is missing');
    return { root, rows, about, lastCommit };
  } catch (error) {
    await root.close();
    throw error;
  }
}

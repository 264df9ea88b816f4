/**
 * Examines an LMDB data file before LMDB maps it.
 *
 * LMDB trusts its file: reading a page beyond the end of a truncated file kills the process with
 * SIGBUS, so truncation must be found first, with ordinary reads. Checked are both meta pages, the
 * root page of each tree, and that the file holds every page in use.
 * Layout: `MDB_page_header`, `MDB_meta`, `MDB_db`, `MDB_node` of mdb.c in lmdb 3.5.6 (folder
 * dependencies/lmdb/libraries/liblmdb; data version 2, 64 bit); free lists: midl.c there (an entry
 * may be 0 = empty, or a negative run length that precedes the first page number of the run).
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { endianness } from 'node:os';

const HEADER_BYTES = 24;
const META_BYTES = HEADER_BYTES + 144;
const MAGIC = 0xbeefc0de;
const DATA_VERSION = 2;
const FLAG_BRANCH = 0x01;
const FLAG_LEAF = 0x02;
const FLAG_META = 0x08;
const NODE_BIG_DATA = 0x01;
/** md_root of an empty tree. */
const NO_PAGE = 0xffff_ffff_ffff_ffffn;
/** A B-tree of 4 KiB pages deeper than this would hold more keys than there is storage. */
const DEPTH_MAX = 32;

interface Meta {
  readonly pageBytes: number;
  readonly lastPage: number;
  readonly freeRoot: bigint;
  readonly mainRoot: bigint;
  readonly transaction: bigint;
}

/** Thrown by the readers below; becomes the answer of `findLmdbDamage`. */
class Damage extends Error {}

/**
 * What is wrong with the file, in words, or null when nothing was found (also when it is empty:
 * LMDB then creates it). Reads a few pages; only a file shorter than its last page number says
 * costs a walk over the free list.
 */
export function findLmdbDamage(path: string): string | null {
  // The layout is that of the machine; big-endian ones are left to LMDB's own checks.
  if (endianness() !== 'LE') return null;
  const file = openSync(path, 'r');
  try {
    const size = fstatSync(file).size;
    if (size === 0) return null;
    examine(file, size);
    return null;
  } catch (error) {
    if (error instanceof Damage) return error.message;
    throw error;
  } finally {
    closeSync(file);
  }
}

function examine(file: number, size: number): void {
  const first = readMeta(file, size, 0, 'first');
  const second = readMeta(file, size, first.pageBytes, 'second');
  const meta = second.transaction > first.transaction ? second : first;
  for (const [root, tree] of [
    [meta.freeRoot, 'free list'],
    [meta.mainRoot, 'main tree'],
  ] as const) {
    if (root !== NO_PAGE) readTreePage(file, size, meta.pageBytes, Number(root), tree);
  }
  const pagesInFile = Math.floor(size / meta.pageBytes);
  if (pagesInFile > meta.lastPage) return;
  // LMDB never writes pages that a transaction both took and freed, so the file may end early,
  // but only in free pages.
  const free = readFreePages(file, size, meta);
  for (let page = pagesInFile; page <= meta.lastPage; page++) {
    if (!free.has(page)) {
      throw new Damage(
        `it is truncated: ${size} bytes, but page ${page} of ${meta.pageBytes} bytes is in use ` +
          `(at least ${(page + 1) * meta.pageBytes} bytes expected)`,
      );
    }
  }
}

function readMeta(file: number, size: number, offset: number, name: string): Meta {
  const bytes = readBytes(file, size, offset, META_BYTES, `${name} meta page`);
  if ((bytes.readUInt16LE(18) & FLAG_META) === 0 || bytes.readUInt32LE(24) !== MAGIC) {
    throw new Damage(`its ${name} meta page is not one of LMDB (overwritten or another file)`);
  }
  const version = bytes.readUInt32LE(28) & 0xffff;
  if (version !== DATA_VERSION) {
    throw new Damage(`its format is LMDB data version ${version}, expected ${DATA_VERSION}`);
  }
  const pageBytes = bytes.readUInt32LE(48);
  if (pageBytes < 512 || pageBytes > 65536 || (pageBytes & (pageBytes - 1)) !== 0) {
    throw new Damage(`its ${name} meta page names an impossible page size (${pageBytes})`);
  }
  return {
    pageBytes,
    freeRoot: bytes.readBigUInt64LE(88),
    mainRoot: bytes.readBigUInt64LE(136),
    lastPage: Number(bytes.readBigUInt64LE(144)),
    transaction: bytes.readBigUInt64LE(152),
  };
}

function readTreePage(
  file: number,
  size: number,
  pageBytes: number,
  page: number,
  tree: string,
): Buffer {
  const bytes = readBytes(file, size, page * pageBytes, pageBytes, `page ${page} (${tree})`);
  const isTreePage = (bytes.readUInt16LE(18) & (FLAG_BRANCH | FLAG_LEAF)) !== 0;
  if (Number(bytes.readBigUInt64LE(0)) !== page || !isTreePage) {
    throw new Damage(`page ${page} (${tree}) was overwritten`);
  }
  return bytes;
}

function readFreePages(file: number, size: number, meta: Meta): Set<number> {
  const free = new Set<number>();
  const visit = (page: number, depth: number): void => {
    if (depth > DEPTH_MAX) throw new Damage('its free list runs in circles');
    const bytes = readTreePage(file, size, meta.pageBytes, page, 'free list');
    const isBranch = (bytes.readUInt16LE(18) & FLAG_BRANCH) !== 0;
    const nodeCount = bytes.readUInt16LE(20) >> 1;
    for (let index = 0; index < nodeCount; index++) {
      const at = nodeOffset(bytes, index);
      const low = bytes.readUInt32LE(at);
      const flags = bytes.readUInt16LE(at + 4);
      if (isBranch) {
        visit(low + flags * 2 ** 32, depth + 1);
        continue;
      }
      const dataAt = at + 8 + bytes.readUInt16LE(at + 6);
      if ((flags & NODE_BIG_DATA) === 0) addFreeList(bytes.subarray(dataAt, dataAt + low), free);
      else {
        const overflow = Number(bytes.readBigUInt64LE(dataAt));
        const offset = overflow * meta.pageBytes + HEADER_BYTES;
        addFreeList(readBytes(file, size, offset, low, `page ${overflow} (free list)`), free);
      }
    }
  };
  if (meta.freeRoot !== NO_PAGE) visit(Number(meta.freeRoot), 0);
  return free;
}

function nodeOffset(bytes: Buffer, index: number): number {
  // Offsets in a page count from the end of its header (PAGEBASE).
  const at = HEADER_BYTES + bytes.readUInt16LE(HEADER_BYTES + 2 * index);
  if (at + 8 > bytes.length) throw new Damage('its free list was overwritten');
  return at;
}

function addFreeList(list: Buffer, free: Set<number>): void {
  const count = Math.min(Number(list.readBigInt64LE(0)), list.length / 8 - 1);
  for (let index = 1; index <= count; index++) {
    const entry = Number(list.readBigInt64LE(8 * index));
    if (entry > 0) free.add(entry);
    if (entry >= 0 || index === count) continue;
    index++;
    const start = Number(list.readBigInt64LE(8 * index));
    for (let page = start; page < start - entry; page++) free.add(page);
  }
}

function readBytes(
  file: number,
  size: number,
  offset: number,
  length: number,
  what: string,
): Buffer {
  if (offset + length > size) {
    throw new Damage(
      `it is truncated: ${size} bytes, but its ${what} ends at byte ${offset + length}`,
    );
  }
  const bytes = Buffer.alloc(length);
  readSync(file, bytes, 0, length, offset);
  return bytes;
}

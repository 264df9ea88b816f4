/** What LMDB and the system report, as errors that say what, where and how to repair. */
import { closeSync, openSync, statSync, unlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { StoreError } from './store.ts';

const PROBE_BYTES = 1 << 20;

export function dataFileOf(directory: string): string {
  return join(directory, 'data.mdb');
}

export function corruptError(file: string, damage: string, cause?: unknown): StoreError {
  return new StoreError(
    'corrupt',
    `the store file ${file} is damaged: ${damage}. Stop the process, move the directory away ` +
      '(keep it for examination) and start again: the partition is restored from its latest ' +
      'snapshot and its log. Check the disk before reusing it.',
    cause === undefined ? undefined : { cause },
  );
}

/** Names of errors: lmdb.h of lmdb 3.5.6 and strerror(3), which are what lmdb-js passes on. */
export function toStoreError(error: unknown, directory: string): StoreError {
  if (error instanceof StoreError) return error;
  const message = error instanceof Error ? error.message : String(error);
  if (/MDB_(CORRUPTED|PAGE_NOTFOUND|INVALID|VERSION_MISMATCH|PANIC)/.test(message)) {
    return corruptError(dataFileOf(directory), message, error);
  }
  if (/MDB_MAP_FULL|Cannot allocate memory/.test(message)) {
    return new StoreError(
      'disk_full',
      `the store in ${directory} cannot map more address space. Raise the limit of the process ` +
        '(ulimit -v) and start again: nothing that was acknowledged is lost.',
      { cause: error },
    );
  }
  if (/No space left|quota|File too large/i.test(message) || isDiskFull(directory)) {
    return new StoreError(
      'disk_full',
      `no space is left for ${directory}. Free space, enlarge the volume or raise the quota, and ` +
        'start again: nothing that was acknowledged is lost.',
      { cause: error },
    );
  }
  return new StoreError(
    'io',
    `the store in ${directory} cannot be used: ${message}. Check that the directory exists, ` +
      'belongs to this user and is on a local disk that works, and start again.',
    { cause: error },
  );
}

/**
 * LMDB turns the short write of a full disk into EIO ("Input/output error"), so the cause is found
 * by trying what it tried: to write at the end of the data file, here of a sparse file beside it.
 */
function isDiskFull(directory: string): boolean {
  const probe = join(directory, 'selfsame.probe');
  try {
    const end = statSync(dataFileOf(directory), { throwIfNoEntry: false })?.size ?? 0;
    const file = openSync(probe, 'w', 0o600);
    try {
      return writeSync(file, Buffer.alloc(PROBE_BYTES), 0, PROBE_BYTES, end) < PROBE_BYTES;
    } finally {
      closeSync(file);
      unlinkSync(probe);
    }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    return code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG';
  }
}

/**
 * Exclusive use of a directory by one process, surviving kill -9 of its holder.
 *
 * LMDB's own locks serialise writers but let two processes open one environment; two engines on one
 * store would each believe to be its only writer. The lock is a file that names its holder.
 * L1. It is created by link(2), which fails when it exists: of several takers one wins.
 * L2. It is stale when its holder provably is gone: same host, boot and pid namespace and no such
 *     process (pid and start time), or same host name and another boot. Otherwise (another
 *     container or machine on a shared volume) only when its heartbeat has stood still for
 *     `staleAfterMs`; such an opener waits for that long at most.
 */
import {
  closeSync,
  linkSync,
  openSync,
  readFileSync,
  readlinkSync,
  renameSync,
  statSync,
  unlinkSync,
  utimesSync,
  writeSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { StoreError } from './store.ts';

export const LOCK_FILE_NAME = 'selfsame.lock';
/** The holder touches the file this often; three missed beats make a foreign lock stale. */
const HEARTBEAT_INTERVAL_MS = 5_000;
const STALE_AFTER_MS = 3 * HEARTBEAT_INTERVAL_MS;

interface Holder {
  readonly pid: number;
  /** Kernel's start time of the process, or '' where unknown: tells a re-used pid. */
  readonly startTime: string;
  readonly host: string;
  readonly bootId: string;
  readonly pidNamespace: string;
  /** Tells two lock files of one process apart. */
  readonly nonce: string;
}

export interface DirectoryLock {
  /** Idempotent. */
  release(): void;
}

/** Lock files held by this process: a pid alone cannot tell a second open in the same process. */
const heldHere = new Set<string>();

/** Rejects with `StoreError` `locked` when another process (or this one) holds the directory. */
export async function lockDirectory(
  directory: string,
  staleAfterMs: number = STALE_AFTER_MS,
): Promise<DirectoryLock> {
  const path = join(directory, LOCK_FILE_NAME);
  if (heldHere.has(path)) throw lockedError(path, 'this process has it open already');
  heldHere.add(path);
  try {
    const mine = describeThisProcess();
    while (!tryCreate(path, mine)) await removeIfStale(path, staleAfterMs);
    return heldLock(path, mine);
  } catch (error) {
    heldHere.delete(path);
    throw error;
  }
}

function heldLock(path: string, mine: Holder): DirectoryLock {
  const heartbeat = setInterval(() => {
    try {
      utimesSync(path, new Date(), new Date());
    } catch {
      // The file was removed by hand. Nothing to refresh; release() copes as well.
    }
  }, HEARTBEAT_INTERVAL_MS);
  heartbeat.unref();
  let released = false;
  return {
    release() {
      if (released) return;
      released = true;
      clearInterval(heartbeat);
      heldHere.delete(path);
      // Not ours any more when an operator deleted it and somebody else took over.
      if (readHolder(path)?.nonce === mine.nonce) unlinkSync(path);
    },
  };
}

function tryCreate(path: string, holder: Holder): boolean {
  const temporary = `${path}.${holder.nonce}`;
  const file = openSync(temporary, 'w', 0o600);
  try {
    writeSync(file, `${JSON.stringify(holder)}\n`);
  } finally {
    closeSync(file);
  }
  try {
    linkSync(temporary, path);
    return true;
  } catch (error) {
    if (errorCodeOf(error) === 'EEXIST') return false;
    throw error;
  } finally {
    unlinkSync(temporary);
  }
}

/** Returns when the lock file is gone or was stale and has been moved away; else throws. */
async function removeIfStale(path: string, staleAfterMs: number): Promise<void> {
  const holder = readHolder(path);
  if (holder === undefined) return;
  const verdict = judge(holder);
  if (verdict === 'alive') throw lockedError(path, describe(holder));
  if (verdict === 'unknown') {
    const before = modifiedMs(path);
    const age = before === undefined ? 0 : Date.now() - before;
    // A clock that differs between machines must not make a lock look old: the beat is watched.
    if (before !== undefined) await sleep(age > 2 * staleAfterMs ? staleAfterMs / 2 : staleAfterMs);
    if (modifiedMs(path) !== before) throw lockedError(path, describe(holder));
  }
  const moved = `${path}.stale-${describeThisProcess().nonce}`;
  try {
    renameSync(path, moved);
  } catch (error) {
    if (errorCodeOf(error) === 'ENOENT') return;
    throw error;
  }
  // Between reading and renaming another taker may have put its own lock there: give it back.
  if (readHolder(moved)?.nonce !== holder.nonce) {
    linkSync(moved, path);
    unlinkSync(moved);
    throw lockedError(path, 'another process took it over a moment ago');
  }
  unlinkSync(moved);
}

function judge(holder: Holder): 'alive' | 'gone' | 'unknown' {
  const here = describeThisProcess();
  if (holder.host !== here.host) return 'unknown';
  if (holder.bootId !== here.bootId) return holder.bootId === '' ? 'unknown' : 'gone';
  if (holder.pidNamespace !== here.pidNamespace) return 'unknown';
  // Our own pid without an entry in `heldHere` is a re-used one (pid 1 in a container, say).
  if (holder.pid === process.pid) return 'gone';
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    if (errorCodeOf(error) === 'ESRCH') return 'gone';
  }
  return startTimeOf(holder.pid) === holder.startTime ? 'alive' : 'gone';
}

let nonceCount = 0;

function describeThisProcess(): Holder {
  nonceCount++;
  return {
    pid: process.pid,
    startTime: startTimeOf(process.pid),
    host: hostname(),
    bootId: readText('/proc/sys/kernel/random/boot_id').trim(),
    pidNamespace: readLink('/proc/self/ns/pid'),
    nonce: `${process.pid}-${process.hrtime.bigint()}-${nonceCount}`,
  };
}

/** Field 22 of /proc/PID/stat (proc(5)); the command in brackets may hold blanks. */
function startTimeOf(pid: number): string {
  const stat = readText(`/proc/${pid}/stat`);
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}

function readHolder(path: string): Holder | undefined {
  const text = readText(path);
  if (text === '') return undefined;
  try {
    return JSON.parse(text) as Holder;
  } catch {
    // Torn by a power failure: nobody can be named, so only the heartbeat can tell.
    return { pid: 0, startTime: '', host: '', bootId: '', pidNamespace: '', nonce: 'torn' };
  }
}

function lockedError(path: string, holder: string): StoreError {
  return new StoreError(
    'locked',
    `the store is in use: ${path} is held (${holder}). Stop the other process, or point this one ` +
      'to a directory of its own. The lock frees itself when its holder ends; if it is certain ' +
      'that nobody uses the directory, delete the lock file.',
  );
}

function describe(holder: Holder): string {
  return `process ${holder.pid} on host ${holder.host === '' ? 'unknown' : holder.host}`;
}

function modifiedMs(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs;
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // Absent: /proc on other systems, or a lock removed meanwhile. To the callers it is unknown.
    return '';
  }
}

function readLink(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

function errorCodeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}

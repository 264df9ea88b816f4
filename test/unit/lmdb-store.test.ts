/**
 * LmdbStore: the contract, and what only a real file can do: crashes, damage, a full disk, a second
 * process. Method: child processes are killed with -9; files are cut and overwritten by hand.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { lockDirectory } from '../../shared/adapters/directory-lock.ts';
import { findLmdbDamage } from '../../shared/adapters/lmdb-file-check.ts';
import { LmdbStore } from '../../shared/adapters/lmdb-store.ts';
import type { StoreWrite } from '../../shared/adapters/store.ts';
import { describeStoreContract } from './store-contract.ts';

const newDirectory = (): string => mkdtempSync(join(tmpdir(), 'selfsame-lmdb-'));

describeStoreContract('LmdbStore', async () => {
  const directory = newDirectory();
  return {
    open: () => LmdbStore.open(directory),
    async dispose() {
      rmSync(directory, { recursive: true });
    },
  };
});

let directory: string;
let dataFile: string;
beforeEach(() => {
  directory = newDirectory();
  dataFile = join(directory, 'data.mdb');
});
afterEach(() => rmSync(directory, { recursive: true }));

function manyRows(from: number, count: number, bytes = 400): StoreWrite[] {
  return Array.from({ length: count }, (_, index) => [
    `k${String(from + index).padStart(9, '0')}`,
    Buffer.alloc(bytes, from + index),
  ]);
}

async function filledStore(rows: number): Promise<void> {
  const store = await LmdbStore.open(directory);
  await store.commit(manyRows(0, rows));
  await store.close();
}

function writerCommand(...options: string[]): string[] {
  const script = new URL('../support/lmdb-writer.ts', import.meta.url).pathname;
  return [process.execPath, '--import', 'tsx', script, directory, ...options];
}

/** Size that the newest meta page asks for (`mm_last_pg` and `mm_txnid` of mdb.c). */
function bytesByLastPage(): number {
  const content = readFileSync(dataFile);
  const pageBytes = content.readUInt32LE(48);
  const newest = [0, pageBytes].reduce((left, right) =>
    content.readBigUInt64LE(left + 152) > content.readBigUInt64LE(right + 152) ? left : right,
  );
  return (Number(content.readBigUInt64LE(newest + 144)) + 1) * pageBytes;
}

/** Starts the writer; resolves when `commits` are durable, with the child still writing. */
async function startWriter(
  commits: number,
): Promise<{ child: ChildProcess; durable: () => number }> {
  const [command = '', ...args] = writerCommand();
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let durable = 0;
  await new Promise<void>((resolve, reject) => {
    child.once('exit', (code, signal) => reject(new Error(`writer ended: ${code} ${signal}`)));
    createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', (line) => {
      if (line !== 'open') durable = Number(line);
      if (durable >= commits) resolve();
    });
  });
  return { child, durable: () => durable };
}

async function kill(child: ChildProcess): Promise<void> {
  const exited = once(child, 'close');
  child.kill('SIGKILL');
  await exited;
}

describe('LmdbStore and crashes', () => {
  test('kill -9 while writing -> every durable commit is there, a prefix, none torn', async () => {
    const writer = await startWriter(30);
    await kill(writer.child);
    const store = await LmdbStore.open(directory);
    const rows = store.range('row', 'rox');
    expect(rows.length).toBeGreaterThanOrEqual(writer.durable());
    expect(Number(rows.at(-1)?.[0].slice(3))).toBe(rows.length);
    for (const [key, value] of store.range('shared', 'sharee')) {
      expect(`${key}=${Buffer.from(value)}`).toBe(`${key}=${rows.length}`);
    }
    await store.commit([['after', Buffer.of(1)]]);
    await store.close();
  }, 20_000);

  test('a second process -> locked while the first lives, free after its kill -9', async () => {
    const writer = await startWriter(1);
    try {
      await expect(LmdbStore.open(directory)).rejects.toMatchObject({
        code: 'locked',
        message: expect.stringContaining(`process ${writer.child.pid} on host`),
      });
    } finally {
      await kill(writer.child);
    }
    const store = await LmdbStore.open(directory);
    await store.close();
  }, 20_000);

  test('a second open in the same process -> locked, until the first closes', async () => {
    const store = await LmdbStore.open(directory);
    await expect(LmdbStore.open(directory)).rejects.toMatchObject({ code: 'locked' });
    await store.close();
    await (await LmdbStore.open(directory)).close();
  });
});

test('a directory where none can be made -> an error, not an endless try', async () => {
  const opening = LmdbStore.open('/proc/selfsame/data');
  await expect(opening).rejects.toMatchObject({ code: 'io' });
  await expect(LmdbStore.open(import.meta.filename)).rejects.toMatchObject({ code: 'io' });
});

describe('directory lock across hosts', () => {
  const foreign = (nonce: string): string =>
    JSON.stringify({ pid: 1, startTime: '', host: 'elsewhere', bootId: 'b', nonce });

  test('a holder elsewhere that beats -> locked', async () => {
    const path = join(directory, 'selfsame.lock');
    writeFileSync(path, foreign('x'));
    const beat = setInterval(() => writeFileSync(path, foreign('x')), 30);
    await expect(lockDirectory(directory, 200)).rejects.toMatchObject({ code: 'locked' });
    clearInterval(beat);
  });

  test.each([
    ['a silent holder elsewhere', foreign('x')],
    ['a torn lock file', '{"pid":'],
  ])('%s -> taken over once it is silent for long enough', async (_, content) => {
    const path = join(directory, 'selfsame.lock');
    writeFileSync(path, content);
    const lock = await lockDirectory(directory, 100);
    expect(readFileSync(path, 'utf8')).toContain(`"pid":${process.pid}`);
    lock.release();
  });
});

describe('LmdbStore and damaged files', () => {
  test.each([0.2, 0.5, 0.9, 0.999])('cut to %d of its size -> corrupt, says so', async (share) => {
    await filledStore(2_000);
    truncateSync(dataFile, Math.floor(statSync(dataFile).size * share));
    await expect(LmdbStore.open(directory)).rejects.toMatchObject({
      code: 'corrupt',
      message: expect.stringMatching(/data\.mdb is damaged: it is truncated.*move the directory/s),
    });
  });

  test.each([
    ['first meta page', 0, /meta page is not one of LMDB/],
    ['second meta page', 4096, /meta page is not one of LMDB/],
  ])('%s overwritten -> corrupt', async (_, offset, wanted) => {
    await filledStore(100);
    const content = readFileSync(dataFile);
    content.fill(0xff, offset, offset + 512);
    writeFileSync(dataFile, content);
    await expect(LmdbStore.open(directory)).rejects.toMatchObject({
      code: 'corrupt',
      message: expect.stringMatching(wanted),
    });
  });

  test('root pages overwritten -> corrupt, the process survives', async () => {
    await filledStore(100);
    const content = readFileSync(dataFile);
    content.fill(0, 8192);
    writeFileSync(dataFile, content);
    await expect(LmdbStore.open(directory)).rejects.toMatchObject({ code: 'corrupt' });
  });

  test('a file of something else -> corrupt', async () => {
    writeFileSync(dataFile, 'source,record_id\n'.repeat(1000));
    await expect(LmdbStore.open(directory)).rejects.toMatchObject({ code: 'corrupt' });
  });

  test('a refused open leaves no lock behind: a repaired file opens', async () => {
    await filledStore(100);
    const content = readFileSync(dataFile);
    truncateSync(dataFile, 5000);
    await expect(LmdbStore.open(directory)).rejects.toMatchObject({ code: 'corrupt' });
    writeFileSync(dataFile, content);
    const store = await LmdbStore.open(directory);
    expect(store.range('k', 'l')).toHaveLength(100);
    await store.close();
  });

  test('growing, shrinking and growing again -> never mistaken for damage', async () => {
    let isShort = false;
    for (let round = 0; round < 12; round++) {
      const store = await LmdbStore.open(directory);
      const writes = manyRows(round * 50, 300, 100 + 700 * (round % 3));
      // Large rows written and deleted in one transaction: their pages are taken from the end of
      // the file and freed without being written, so the file ends early although it is sound.
      const passing = manyRows(1_000_000, 100, 9_000);
      const gone = passing.map(([key]): StoreWrite => [key, null]);
      await store.commit([...writes, ...passing, ...gone]);
      await store.commit(writes.slice(20).map(([key]) => [key, null]));
      await store.close();
      isShort ||= statSync(dataFile).size < bytesByLastPage();
      expect(findLmdbDamage(dataFile)).toBeNull();
    }
    expect(isShort).toBe(true);
  });
});

describe('LmdbStore and a full disk', () => {
  // The limit on the size of a file stands in for the size of the disk: it needs no privileges.
  test('no more space -> disk_full, refuses everything, reopens with a prefix', async () => {
    const child = spawn(
      '/bin/sh',
      // 2,048 blocks of 512 bytes. Ignored, the signal becomes an error of write(2).
      ['-c', 'trap "" XFSZ; ulimit -f 2048; exec "$@"', 'sh', ...writerCommand('--full')],
      { stdio: ['ignore', 'pipe', 'ignore'] },
    );
    let output = '';
    child.stdout.on('data', (chunk) => {
      output += String(chunk);
    });
    await once(child, 'close');
    const lines = output.trim().split('\n');
    expect(lines.at(-1)).toBe('later: disk_full, read: disk_full, closed');
    expect(lines.at(-2)).toMatch(/^disk_full: no space is left for .* Free space/);
    const durable = Number(lines.at(-3));
    expect(durable).toBeGreaterThan(0);
    const again = await LmdbStore.open(directory);
    const rows = again.range('row', 'rox');
    expect(rows.length).toBeGreaterThanOrEqual(durable);
    expect(Number(rows.at(-1)?.[0].slice(3))).toBe(rows.length);
    await again.commit(manyRows(1_000_000, 2_000));
    await again.close();
  }, 20_000);
});

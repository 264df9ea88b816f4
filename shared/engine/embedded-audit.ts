/**
 * The log of the audit trail of an embedded cluster, in a store of its own: what fills or damages the
 * one leaves the other usable. Opened with the first record, so that nobody else pays for it.
 */
import { join } from 'node:path';
import { LmdbStore } from '../adapters/lmdb-store.ts';
import type { Log } from '../adapters/log.ts';
import { MemoryStore } from '../adapters/memory-store.ts';
import type { Store } from '../adapters/store.ts';
import type { EmbeddedOptions } from './embedded-config.ts';
import { EmbeddedLog } from './embedded-log.ts';

/** Folder beside the data. */
const FOLDER = 'audit';

function storeOf({ dataDir, auditStore }: EmbeddedOptions): Promise<Store> {
  if (auditStore !== undefined) return auditStore();
  if (typeof dataDir === 'string') return LmdbStore.open(join(dataDir, FOLDER));
  return Promise.resolve(new MemoryStore());
}

/** Rejects with `StoreError`. Closing the log closes its store. */
export async function openAuditLog(options: EmbeddedOptions): Promise<Log> {
  const store = await storeOf(options);
  const log = new EmbeddedLog(store);
  const closeLog = log.close.bind(log);
  log.close = async () => {
    await closeLog();
    await store.close();
  };
  for (const shelf of [0, 1]) await log.create(shelf, 1);
  return log;
}

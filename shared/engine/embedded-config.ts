/**
 * What an embedded cluster was made with, kept with its data: partition count, rules version and id
 * key cannot change under existing data, for ids and routing follow from them.
 */
import { randomBytes } from 'node:crypto';
import type { Store } from '../adapters/store.ts';
import { SLOT_COUNT } from '../domain/identifier.ts';
import type { Rules } from '../domain/rules.ts';
import { ClusterError } from '../protocol/cluster.ts';

export interface EmbeddedOptions {
  /** Directory of the store; or a store that the caller owns. */
  readonly dataDir: string | Store;
  /** Default: the shipped deterministic configuration. Must match that of existing data. */
  readonly rules?: Rules;
  /** Default 8: one process has nothing to spread, but partitions exist as in a cluster. */
  readonly partitions?: number;
  /** 16 bytes that key the customer ids. Default: random, kept with the data. */
  readonly idKey?: Uint8Array;
  /** Most decoded actors kept in memory, default 200,000. */
  readonly maxActors?: number;
  /** Most messages waiting before callers are refused, default 50,000. */
  readonly maxWaiting?: number;
  /** Log entries kept per partition behind the applied one, default 1,000. */
  readonly keptEntries?: number;
  /** Feed events kept, default 100,000. */
  readonly keptEvents?: number;
  readonly now?: () => number;
}

const CONFIG_ROW = 'c/cluster';
const ID_KEY_BYTES = 16;

export interface StoredConfig {
  readonly partitions: number;
  readonly desks: number;
  readonly rulesVersion: string;
  readonly idKey: string;
}

function assertOptions({ idKey, partitions }: EmbeddedOptions): void {
  const refuse = (field: string, description: string): never => {
    throw new ClusterError('invalid_argument', `${field} ${description}`, {
      violations: [{ field, description }],
    });
  };
  if (idKey !== undefined && idKey.length !== ID_KEY_BYTES) {
    refuse('id_key', `must have ${ID_KEY_BYTES} bytes`);
  }
  if (partitions === undefined) return;
  if (!Number.isInteger(partitions) || partitions < 1 || partitions > SLOT_COUNT) {
    refuse('partitions', `must be an integer in 1..${SLOT_COUNT}`);
  }
}

/**
 * The configuration kept in the store, or the one asked for, which is then kept. Throws
 * `ClusterError`: `invalid_argument`, or `failed_precondition` when data was made with another.
 */
export async function readConfig(
  store: Store,
  options: EmbeddedOptions,
  rules: Rules,
): Promise<StoredConfig> {
  assertOptions(options);
  const stored = store.get(CONFIG_ROW);
  if (stored === undefined) {
    const config: StoredConfig = {
      partitions: options.partitions ?? 8,
      desks: 1,
      rulesVersion: rules.version,
      idKey: Buffer.from(options.idKey ?? randomBytes(ID_KEY_BYTES)).toString('hex'),
    };
    await store.commit([[CONFIG_ROW, Buffer.from(JSON.stringify(config))]]);
    return config;
  }
  const config = JSON.parse(Buffer.from(stored).toString()) as StoredConfig;
  const refuse = (what: string, found: unknown, asked: unknown): never => {
    throw new ClusterError(
      'failed_precondition',
      `this data was made with ${what} ${String(found)}, not ${String(asked)}: ` +
        `use the same ${what}, or another data directory and ingest again`,
    );
  };
  if (options.partitions !== undefined && options.partitions !== config.partitions) {
    refuse('partition count', config.partitions, options.partitions);
  }
  if (rules.version !== config.rulesVersion) {
    refuse('rules version', config.rulesVersion, rules.version);
  }
  if (options.idKey !== undefined && Buffer.from(options.idKey).toString('hex') !== config.idKey) {
    refuse('id key', '(kept secret)', '(the one given)');
  }
  return config;
}

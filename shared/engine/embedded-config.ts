/**
 * What an embedded cluster was made with, kept with its data. The id key cannot change under existing
 * data; rules and partitions change by way of another generation (`versions`).
 */
import { randomBytes } from 'node:crypto';
import type { Store, StoreWrite } from '../adapters/store.ts';
import { SLOT_COUNT } from '../domain/identifier.ts';
import type { Rules } from '../domain/rules.ts';
import { compileRules } from '../ingress/compiled-rules.ts';
import { defaultRules } from '../ingress/rules-file.ts';
import { ClusterError } from '../protocol/cluster.ts';
import { firstVersions, hasBeenLive, type VersionsState } from '../protocol/versions.ts';

export interface EmbeddedOptions {
  /** Directory of the store; or a store that the caller owns. */
  readonly dataDir: string | Store;
  /**
   * Rules that a new cluster begins with; default: the shipped deterministic configuration. Existing
   * data has its active version: rules given for it must be that one, or one that it replaced.
   */
  readonly rules?: Rules;
  /** In place of that default: unlike `rules` they may differ from those of existing data. */
  readonly rulesOfNewData?: Rules;
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
  /** Entries kept of each shelf of the audit trail, default 100,000. */
  readonly keptAuditEntries?: number;
  /** Where the audit trail is kept; default: a store of its own beside the data. */
  readonly auditStore?: () => Promise<Store>;
  readonly now?: () => number;
  /** Told of what stops the building of a shadow generation; the live one goes on. */
  readonly onVersionsError?: (error: unknown) => void;
}

const CONFIG_ROW = 'c/cluster';
const VERSIONS_ROW = 'c/versions';
const ID_KEY_BYTES = 16;

export interface StoredConfig {
  readonly partitions: number;
  readonly desks: number;
  readonly idKey: string;
}

export interface ClusterRecord {
  readonly config: StoredConfig;
  readonly versions: VersionsState;
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

/** The write that keeps the versions, for the transaction that makes them so. */
export function versionsWrite(versions: VersionsState): StoreWrite {
  return [VERSIONS_ROW, Buffer.from(JSON.stringify(versions))];
}

/**
 * The configuration kept in the store, or the one asked for, which is then kept. Throws
 * `ClusterError`: `invalid_argument`, or `failed_precondition` when data was made with another;
 * `RulesUnsupportedError` for rules that this program does not know.
 */
export async function readConfig(store: Store, options: EmbeddedOptions): Promise<ClusterRecord> {
  assertOptions(options);
  const stored = store.get(CONFIG_ROW);
  const storedVersions = store.get(VERSIONS_ROW);
  if (stored === undefined || storedVersions === undefined) {
    const rules = options.rules ?? options.rulesOfNewData ?? defaultRules();
    // Before anything is kept: unknown rules must leave nothing in the store.
    compileRules(rules);
    const config: StoredConfig = {
      partitions: options.partitions ?? 8,
      desks: 1,
      idKey: Buffer.from(options.idKey ?? randomBytes(ID_KEY_BYTES)).toString('hex'),
    };
    const { partitions, desks } = config;
    const versions = firstVersions(rules, { partitions, desks, slots: null });
    const row = Buffer.from(JSON.stringify(config));
    await store.commit([[CONFIG_ROW, row], versionsWrite(versions)]);
    return { config, versions };
  }
  const config = JSON.parse(Buffer.from(stored).toString()) as StoredConfig;
  const versions = JSON.parse(Buffer.from(storedVersions).toString()) as VersionsState;
  assertSame(config, versions, options);
  return { config, versions };
}

function assertSame(config: StoredConfig, versions: VersionsState, options: EmbeddedOptions): void {
  const refuse = (what: string, found: unknown, asked: unknown): never => {
    throw new ClusterError(
      'failed_precondition',
      `this data was made with ${what} ${String(found)}, not ${String(asked)}: ` +
        `use the same ${what}, or another data directory and ingest again`,
    );
  };
  const { rules, partitions, idKey } = options;
  const { layout } = versions.live;
  const known = [config.partitions, layout.partitions];
  if (partitions !== undefined && !known.includes(partitions)) {
    refuse('partition count', layout.partitions, partitions);
  }
  if (rules !== undefined && !hasBeenLive(versions, rules.version)) {
    throw new ClusterError(
      'failed_precondition',
      `this data was made with rules version ${versions.live.rules.version}, not ` +
        `${rules.version}: start without rules, then try the others beside them ` +
        '(selfsame rules try FILE)',
    );
  }
  if (idKey !== undefined && Buffer.from(idKey).toString('hex') !== config.idKey) {
    refuse('id key', '(kept secret)', '(the one given)');
  }
}

/** Runs a history through the embedded engine over a memory store. */
import { MemoryStore } from '../../shared/adapters/memory-store.ts';
import type { Rules } from '../../shared/domain/rules.ts';
import { EmbeddedEngine } from '../../services/shard/embedded-engine.ts';
import {
  type ClusterOutcome,
  clusterOutcome,
  expectedOutcome,
  readProfiles,
} from './cluster-outcome.ts';
import { runOracle } from './oracle.ts';
import type { OracleEvent } from './oracle-events.ts';
import { messageOf } from './oracle-messages.ts';

export interface RunOptions {
  readonly partitions: number;
  /** Events a round. */
  readonly batch: number;
  readonly maxActors?: number;
}

export async function runEmbedded(
  rules: Rules,
  events: readonly OracleEvent[],
  options: RunOptions,
): Promise<{ readonly found: ClusterOutcome; readonly expected: ClusterOutcome }> {
  const store = new MemoryStore();
  const engine = new EmbeddedEngine({
    store,
    topology: { partitions: options.partitions, desks: 1 },
    rules,
    maxActors: options.maxActors ?? 100_000,
    keptEntries: 10,
    roundMessages: options.batch,
  });
  await engine.open();
  await Promise.all(engine.submit(events.map((event) => [0, messageOf(event)] as const)));
  await engine.close();
  const quarantined = engine.partitions.reduce((sum, entry) => sum + entry.position.quarantined, 0);
  if (quarantined > 0) {
    const prefix = engine.partitions.map(
      (entry) => `p${String(entry.partition).padStart(4, '0')}/q/`,
    );
    const rows = prefix.flatMap((start) => store.range(start, `${start}\x7f`));
    throw new Error(
      `quarantined ${quarantined}: ${Buffer.from(rows[0]?.[1] ?? []).toString('latin1')}`,
    );
  }
  const profiles = readProfiles(
    engine.partitions.map((entry) => [entry.partition, store] as const),
  );
  return {
    found: clusterOutcome(profiles),
    expected: expectedOutcome(runOracle(rules, events)),
  };
}

/**
 * Runs the trial of a candidate generation through its phases, and judges it at the end (ARCHITECTURE S23):
 * a shadow equals what a fresh cluster under the candidate would say of all that was sent, whatever struck
 * while it was copied; after an activation too, though routers learnt of it at different times; and of one
 * that was dropped nothing is left.
 */
import { generationPrefix, generationStore } from '../../shared/adapters/generation-store.ts';
import { CHANGE_ROWS } from '../../shared/engine/change-rows.ts';
import { partitionPrefix } from '../../shared/engine/partition.ts';
import {
  breakerOrders,
  clusterOutcome,
  expectedOutcome,
  readProfiles,
} from '../support/cluster-outcome.ts';
import { runOracle } from '../support/oracle.ts';
import { check, difference } from './checkers.ts';
import type { Client } from './client.ts';
import type { GenerationTrial } from './generation-trial.ts';
import type { Scheduler } from './scheduler.ts';
import { SHADOW } from './shadow-host.ts';
import type { ShardProcess } from './shard-process.ts';
import type { SimulatedCluster } from './simulated-cluster.ts';

/** How often it is asked whether everything is copied. */
const ASK_MS = 200;

export class TrialRun {
  readonly #trial: GenerationTrial;
  readonly #scheduler: Scheduler;
  readonly #cluster: SimulatedCluster;
  readonly #client: Client;

  constructor(
    trial: GenerationTrial,
    scheduler: Scheduler,
    cluster: SimulatedCluster,
    client: Client,
  ) {
    this.#trial = trial;
    this.#scheduler = scheduler;
    this.#cluster = cluster;
    this.#client = client;
  }

  start(): void {
    const { proposeMs, endMs, end } = this.#trial.plan;
    this.#scheduler.after(proposeMs, 'propose a candidate', () => this.#enter('building'));
    if (end === 'drop') {
      this.#scheduler.after(endMs, 'drop the candidate', () => this.#enter('dropped'));
    }
    if (end === 'activate') {
      this.#scheduler.after(endMs, 'activate the candidate', () => this.#activate());
    }
  }

  #enter(phase: GenerationTrial['phase']): void {
    this.#trial.phase = phase;
    this.#cluster.followTrial();
  }

  /** As soon as every partition has been copied once; what comes in meanwhile follows (G1). */
  #activate(): void {
    if (
      !isCopied(this.#cluster, (process, partition) => {
        return process.shadow?.mirrors.progress(partition).isComplete === true;
      })
    ) {
      this.#scheduler.after(ASK_MS, 'activate the candidate', () => this.#activate());
      return;
    }
    this.#enter('live');
    this.#client.switchGeneration();
  }
}

function isCopied(
  cluster: SimulatedCluster,
  test: (process: ShardProcess, partition: number) => boolean,
): boolean {
  return cluster.slots.every(
    ({ process, partitions }) =>
      process !== null &&
      partitions.every(
        (partition) => partition >= cluster.actorPartitions || test(process, partition),
      ),
  );
}

export function isTrialAtRest(trial: GenerationTrial, cluster: SimulatedCluster): boolean {
  const { end } = trial.plan;
  if (trial.cluster.openAppends > 0) return false;
  if (end === 'drop') return trial.phase === 'dropped' && isGone(cluster);
  if (trial.phase !== (end === 'activate' ? 'live' : 'building')) return false;
  return cluster.slots.every(({ process }) => {
    const shadow = process?.shadow ?? null;
    if (shadow === null || !shadow.mirrors.isCaughtUp) return false;
    for (const [partition, { runner, outbox }] of shadow.shard.partitions) {
      const { position, parkedOrigin } = runner.partition;
      if (runner.state !== 'running' || outbox.messages > 0 || parkedOrigin !== null) return false;
      if (trial.cluster.current(partition)?.last !== position.sequence) return false;
    }
    return true;
  });
}

/** No row of the shadow, no change noted for it, and nobody notes any more. */
function isGone(cluster: SimulatedCluster): boolean {
  return cluster.slots.every(({ process }) => {
    if (process === null) return false;
    const { store } = process.disk;
    const prefix = generationPrefix(SHADOW);
    if (store.range(prefix, `${prefix}\x7f`, { limit: 1 }).length > 0) return false;
    for (const [partition, member] of process.shard.partitions) {
      if (member.partition.mirror !== 0) return false;
      const changes = partitionPrefix(partition) + CHANGE_ROWS;
      if (store.range(changes, `${changes}\x7f`, { limit: 1 }).length > 0) return false;
    }
    return true;
  });
}

export function checkTrial(
  trial: GenerationTrial,
  owners: ReadonlyMap<number, ShardProcess>,
): void {
  if (trial.phase === 'dropped') return;
  const stores = Array.from(
    owners,
    ([partition, { disk }]) => [partition, generationStore(disk.store, SHADOW)] as const,
  );
  const outcome = clusterOutcome(readProfiles(stores), stores);
  const events = [...trial.events, ...breakerOrders(stores)];
  const found = JSON.stringify(outcome);
  const expected = JSON.stringify(expectedOutcome(runOracle(trial.plan.candidate, events)));
  check('generation', found === expected, () => difference(found, expected));
}

/**
 * Goal: kill -9 at any moment of any process loses nothing that was acknowledged DURABLE, counts
 * nothing twice, and leads to the customers that the oracle names.
 * Method: 10,000 interactions (SELFSAME_LONG=1: 50,000) through separate gateway, coordinator, two shards and nats-server,
 * while a seeded plan kills them; then everything the stores hold and the gateway answers is
 * compared with the oracle.
 *
 * SELFSAME_TEST_INTERACTIONS, SELFSAME_TEST_KILLS and SELFSAME_TEST_SEED give another run.
 */
import { afterEach, expect, test } from 'vitest';
import { compileRules } from '../../shared/ingress/compiled-rules.ts';
import { defaultRules } from '../../shared/ingress/rules-file.ts';
import { ClusterProcesses, type MemberName } from '../support/cluster-processes.ts';
import { identifiersOf, judge, resolveAll } from '../support/cluster-verdict.ts';
import { type Delivered, deliverAll, makeWorkload } from '../support/cluster-workload.ts';
import { findNatsServer, NATS_SERVER_MISSING } from '../support/nats-server.ts';
import { sized } from '../support/long-form.ts';
import { createRandom } from '../support/random.ts';

const INTERACTIONS = Number(process.env['SELFSAME_TEST_INTERACTIONS'] ?? sized(10_000, 50_000));
const KILLS = Number(process.env['SELFSAME_TEST_KILLS'] ?? 25);
const SEED = Number(process.env['SELFSAME_TEST_SEED'] ?? 1);
const DECISIONS = 200;
const TIMEOUT_MS = 420_000;
/** Longer than any one process is away, also on a machine that does other things. */
const PATIENCE_MS = 120_000;
const VICTIMS: readonly MemberName[] = ['gateway', 'coordinator', 'shard-0', 'shard-1', 'nats'];
/** Kills after the last acknowledgement, while consequences still travel between partitions. */
const LATE_KILLS = 3;

interface Kill {
  readonly victim: MemberName;
  /** Share of the deliveries that must be acknowledged before; above 1: all. */
  readonly afterShare: number;
  /** Then this much later, so that a moment is not tied to an acknowledgement. */
  readonly delayMs: number;
  /** How long the victim stays away. */
  readonly awayMs: number;
}

/** Every victim about equally often, in random order, at random moments. */
function planKills(seed: number, kills: number): Kill[] {
  const random = createRandom(seed);
  const victims = random.shuffle(
    Array.from({ length: kills }, (_, index) => VICTIMS[index % VICTIMS.length] as MemberName),
  );
  const shares = Array.from({ length: kills - LATE_KILLS }, () => random.below(1000) / 1000);
  for (let late = 0; late < LATE_KILLS; late++) shares.push(2);
  return shares
    .sort((left, right) => left - right)
    .map((afterShare, index) => ({
      victim: victims[index] as MemberName,
      afterShare,
      delayMs: random.below(300),
      awayMs: random.pick([0, 0, 100, 700]),
    }));
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function carryOut(
  processes: ClusterProcesses,
  plan: readonly Kill[],
  share: () => number,
): Promise<ReadonlyMap<MemberName, number>> {
  const killed = new Map<MemberName, number>();
  const returns = new Map<MemberName, Promise<void>>();
  for (const { victim, afterShare, delayMs, awayMs } of plan) {
    const what = `${afterShare} of the deliveries are acknowledged (now ${share()})`;
    await processes.waitFor(what, () => share() >= afterShare, PATIENCE_MS);
    await pause(delayMs);
    await returns.get(victim);
    await processes.kill(victim);
    killed.set(victim, (killed.get(victim) ?? 0) + 1);
    returns.set(
      victim,
      pause(awayMs).then(() => processes.restart(victim)),
    );
  }
  await Promise.all(returns.values());
  return killed;
}

let processes: ClusterProcesses | null = null;
afterEach(async () => {
  await processes?.dispose();
  processes = null;
});

test(
  'processes killed at random -> nothing lost, nothing twice, customers as the oracle has them',
  async (context) => {
    if (findNatsServer() === null) context.skip(NATS_SERVER_MISSING);
    const rules = compileRules(defaultRules());
    const workload = makeWorkload(rules, SEED, INTERACTIONS, DECISIONS);
    const total = workload.deliveries.length;
    processes = await ClusterProcesses.start();
    const from = Date.now();
    const sender = processes.connect();
    const progress: Delivered = { acknowledged: 0, repeatedBatches: 0, isDone: false };
    const share = () => (progress.isDone ? 2 : progress.acknowledged / total);
    const [killed] = await Promise.all([
      carryOut(processes, planKills(SEED, KILLS), share),
      deliverAll(sender, rules, workload, progress, {
        batchItems: 200,
        inFlight: 6,
        seed: SEED,
        patienceMs: PATIENCE_MS,
      }),
    ]);
    const ingestMs = Date.now() - from;
    await sender.close();
    await processes.untilReady();
    const client = processes.connect();
    await client.settle({ deadlineMs: Date.now() + PATIENCE_MS });
    const settledMs = Date.now() - from;
    const asked = identifiersOf(rules, workload.deliveries);
    const found = await resolveAll(client, asked);
    const status = await client.status();
    await client.close();
    const codes = await processes.stopServices();
    const answers = { asked, found };
    const { faults, ...figures } = await judge(processes, rules, workload, answers, {
      from,
      to: Date.now(),
    });
    process.stdout.write(
      `kill test: ${JSON.stringify({
        seed: SEED,
        deliveries: total,
        repeatedBatches: progress.repeatedBatches,
        kills: Object.fromEntries(killed),
        ingestMs,
        settledMs,
        ...figures,
      })}\n`,
    );
    expect({ seed: SEED, faults }).toEqual({ seed: SEED, faults: [] });
    expect(figures.interactions).toBe(INTERACTIONS);
    expect(status.partitions.filter(({ quarantined }) => quarantined > 0)).toEqual([]);
    expect(Array.from(killed.values()).reduce((sum, one) => sum + one, 0)).toBe(KILLS);
    expect(Array.from(killed.keys()).sort()).toEqual([...VICTIMS].sort());
    expect(processes.unexpectedExits).toEqual([]);
    expect(Array.from(codes.values())).toEqual([0, 0, 0, 0]);
  },
  TIMEOUT_MS,
);

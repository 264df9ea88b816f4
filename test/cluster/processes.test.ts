/**
 * Goal: gateway, coordinator and shards as processes of their own start, answer, stop in good order
 * and come back, one by one or all at once, with the same answers.
 * Method: real processes and nats-server; answers before and after are compared, and everything is
 * compared with the oracle at the end.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { compileRules } from '../../shared/ingress/compiled-rules.ts';
import { defaultRules } from '../../shared/ingress/rules-file.ts';
import type { Cluster } from '../../shared/protocol/cluster.ts';
import { ClusterProcesses } from '../support/cluster-processes.ts';
import { describeWithNats } from '../support/describe-with-nats.ts';
import { identifiersOf, judge, resolveAll } from '../support/cluster-verdict.ts';
import { deliverAll, makeWorkload } from '../support/cluster-workload.ts';

const TIMEOUT_MS = 120_000;
const PATIENCE_MS = 60_000;
const rules = compileRules(defaultRules());
const workload = makeWorkload(rules, 5, 1000, 30);
const asked = identifiersOf(rules, workload.deliveries);

describeWithNats('a cluster of processes', () => {
  let processes: ClusterProcesses;
  let client: Cluster;
  let from = 0;
  /** Of a feed that is empty. */
  let watched = '';

  beforeAll(async () => {
    processes = await ClusterProcesses.start({ partitions: 8 });
    client = processes.connect();
    from = Date.now();
  }, TIMEOUT_MS);
  afterAll(async () => {
    await client?.close();
    await processes?.dispose();
  });

  const settled = async () => {
    await client.settle({ deadlineMs: Date.now() + PATIENCE_MS });
    return resolveAll(client, asked);
  };

  test(
    'a watcher that got no event yet -> its position resumes with the very first one',
    async () => {
      const end = new AbortController();
      const position = new Promise<string>((resolve) => {
        const feed = client.watch(null, { signal: end.signal, onPosition: resolve });
        void feed[Symbol.asyncIterator]().next();
      });
      watched = await position;
      end.abort();
      expect(watched).not.toBe('');
    },
    TIMEOUT_MS,
  );

  test(
    'everything stopped and started again -> exit 0, and the same answers',
    async () => {
      const progress = { acknowledged: 0, repeatedBatches: 0, isDone: false };
      await deliverAll(client, rules, workload, progress, {
        batchItems: 50,
        inFlight: 4,
        seed: 5,
        patienceMs: PATIENCE_MS,
      });
      const before = await settled();
      // What the shards tell of themselves at intervals reaches the gateway.
      await processes.waitFor('every interaction is counted', async () => {
        const { counters } = await client.status();
        return (counters['interactions_applied'] ?? 0) >= 1000 && (counters['joins'] ?? 0) > 0;
      });
      const feed = client.watch(watched, { signal: AbortSignal.timeout(PATIENCE_MS) });
      const { value: first } = await feed[Symbol.asyncIterator]().next();
      // Which kind it is depends on which partition published first.
      expect(first?.resumeToken).toBe('1.0');
      const codes = await processes.stopServices();
      expect(Object.fromEntries(codes)).toEqual({
        gateway: 0,
        coordinator: 0,
        'shard-0': 0,
        'shard-1': 0,
      });
      await processes.nats.stop();
      await processes.nats.restart();
      for (const name of processes.serviceNames) processes.start(name);
      await processes.untilReady();
      expect(await settled()).toEqual(before);
    },
    TIMEOUT_MS,
  );

  test(
    'an open pair -> listed, decided, on record, taken back, open again',
    async () => {
      const { stewardship } = client;
      const call = { deadlineMs: Date.now() + PATIENCE_MS };
      const { reviews } = await stewardship.listReviews({}, call);
      const [first] = reviews;
      if (first === undefined) throw new Error('the workload leaves nothing open');
      const pair = { leftRef: first.left.profileRef, rightRef: first.right.profileRef };
      const decision = {
        verdict: 'different',
        pairs: [pair],
        maxDecisions: 1,
        isDryRun: false,
        requestId: 'processes-test',
        decidedAt: 4_000_000_000_000,
        decidedBy: 'steward:1',
        reason: 'not the same',
      } as const;
      const outcome = await stewardship.decideReviews(decision, { ...call, ack: 'settled' });
      if (outcome.kind !== 'decided') throw new Error('refused');
      const isOpen = async () => {
        const page = await stewardship.listReviews({}, { ...call, pageSize: 1_000 });
        return page.reviews.some(({ left, right }) => {
          return left.profileRef === pair.leftRef && right.profileRef === pair.rightRef;
        });
      };
      expect(await isOpen()).toBe(false);
      const [decisionId = ''] = outcome.decisions.map((one) => one.decisionId);
      const { decisions } = await stewardship.listDecisions({ ...call, pageSize: 1_000 });
      expect(decisions.find((one) => one.decisionId === decisionId)?.standing).toBe('effective');
      await stewardship.listConflicts(call);
      await client.command(
        { kind: 'retract_decision', decisionId, decidedAt: 4_000_000_000_001, withdrawn: false },
        { ...call, ack: 'settled' },
      );
      expect(await isOpen()).toBe(true);
    },
    TIMEOUT_MS,
  );

  test(
    'everything killed at once and started again -> the same answers',
    async () => {
      const before = await resolveAll(client, asked);
      await Promise.all(
        [...processes.serviceNames, 'nats' as const].map((one) => processes.kill(one)),
      );
      // The services are there before NATS is: they wait for it.
      for (const name of processes.serviceNames) processes.start(name);
      await processes.nats.restart();
      await processes.untilReady();
      expect(await settled()).toEqual(before);
    },
    TIMEOUT_MS,
  );

  test(
    'a client that waits 100 ms -> the coordinator gives its call up as well, and counts it',
    async () => {
      const expiries = async (): Promise<number> => {
        const text = await processes.metricsText('coordinator');
        return Number(/^selfsame_router_expiries_total\S* (\d+)/m.exec(text)?.[1]);
      };
      const before = await expiries();
      // Settling takes two rounds of marks, which come every 500 ms.
      const call = client.settle({ deadlineMs: Date.now() + 100 });
      await expect(call).rejects.toMatchObject({ code: 'deadline_exceeded' });
      await processes.waitFor('one call is given up', async () => (await expiries()) > before);
    },
    TIMEOUT_MS,
  );

  test(
    'a shard that was told another number of partitions -> exit 2, says which, harms nothing',
    async () => {
      const { code, said } = await processes.runSpare('shard-1', { SELFSAME_PARTITIONS: '9' });
      expect(code).toBe(2);
      expect(said).toMatch(/cluster was made with partitions 8, this process has 9/);
      expect(await processes.isReady('shard-1')).toBe(true);
    },
    TIMEOUT_MS,
  );

  test(
    'at the end -> stores and answers are the oracle’s, logs hold no identifiers',
    async () => {
      const found = await settled();
      await processes.stopServices();
      const times = { from, to: Date.now() };
      const verdict = await judge(processes, rules, workload, { asked, found }, times);
      expect(verdict.faults).toEqual([]);
      expect(verdict.interactions).toBe(1000);
      expect(processes.unexpectedExits).toEqual([]);
      for (const name of processes.serviceNames) {
        const log = processes.logText(name);
        const told = asked.filter(({ value }) => value.length > 6 && log.includes(value));
        expect({ name, told }).toEqual({ name, told: [] });
      }
    },
    TIMEOUT_MS,
  );
});

/**
 * Goal: three times the load that a gateway holds is refused early, with a time to wait, while what
 * it holds goes on; and decisions that are sent again, also at once, are one decision.
 * Method: a gateway that holds 8 calls, each of which takes 50 ms; clients that wait as they are told.
 */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { reasonOf } from '../../shared/grpc/status.ts';
import { ClusterError } from '../../shared/protocol/cluster.ts';
import { contact } from '../support/contact.ts';
import { startTestGateway, type TestGateway } from '../support/test-gateway.ts';

const CAPACITY = 8;
const CALLS_EACH = 5;

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway({ callsInflightMax: CAPACITY });
});
afterAll(() => gateway.stop());

/** So many clients, each with some calls one after the other; how often they were refused. */
async function load(clients: number): Promise<number> {
  let refused = 0;
  const ask = async (): Promise<void> => {
    for (;;) {
      try {
        await gateway.client.resolve([{ namespace: 'fault', value: 'slow' }]);
        return;
      } catch (error) {
        if (!(error instanceof ClusterError)) throw error;
        refused++;
        const { retryAfterMs } = error;
        // Any other refusal, or one that does not say when to come again, fails the test.
        if (reasonOf(error) !== 'GATEWAY_SATURATED' || retryAfterMs === null || retryAfterMs <= 0) {
          throw error;
        }
        await new Promise((resolve) => setTimeout(resolve, retryAfterMs));
      }
    }
  };
  const client = async (): Promise<void> => {
    for (let call = 0; call < CALLS_EACH; call++) await ask();
  };
  await Promise.all(Array.from({ length: clients }, client));
  return refused;
}

test('three times the capacity -> refused before any work, with RetryInfo; all are answered', async () => {
  expect(await load(CAPACITY)).toBe(0);
  const before = gateway.cluster.resolveCalls;
  expect(await load(3 * CAPACITY)).toBeGreaterThan(0);
  // What was refused has not reached the cluster.
  expect(gateway.cluster.resolveCalls - before).toBe(3 * CAPACITY * CALLS_EACH);
  expect(await load(CAPACITY)).toBe(0);
}, 60_000);

test('one decision sent 8 times at once and once more -> one decision, of one time', async () => {
  const { client } = gateway;
  await client.ingest([contact('1', [['crm_id', '1']]), contact('2', [['crm_id', '2']])], {
    ack: 'settled',
  });
  const [left, right] = ['1', '2'].map(
    (value) => ({ kind: 'identifier', namespace: 'crm_id', value }) as const,
  );
  if (left === undefined || right === undefined) throw new Error('two are named');
  const decided = { decidedAt: 1_700_000_000_000, decidedBy: 'steward:7', reason: 'seen' };
  const command = { kind: 'must_link', decisionId: randomUUID(), left, right, ...decided } as const;
  const send = () => client.command(command, { ack: 'settled' });
  const outcomes = await Promise.all(Array.from({ length: CAPACITY }, send));
  outcomes.push(await send());
  expect(new Set(outcomes.map(({ kind }) => kind))).toEqual(new Set(['acknowledged']));
  const { decisions } = await client.stewardship.listDecisions({ pageSize: 10 });
  expect(decisions.map(({ decisionId, standing }) => [decisionId, standing])).toEqual([
    [command.decisionId, 'effective'],
  ]);
}, 30_000);

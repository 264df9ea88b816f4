/**
 * Goal: what stewards decided shows how far certainties are right, and floors that fit become a
 * candidate version like any other: nothing changes before it is activated.
 */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { probabilityOf } from '../../shared/domain/certainty.ts';
import type { EmbeddedCluster } from '../../shared/engine/embedded-cluster.ts';
import { customersOf, ingest, link, openFresh, RULES, visit } from './embedded-fixture.ts';

/** Pairs that share an address, which claims 6 quarter bits: .74. */
const PAIRS = 60;
const CLAIMED = probabilityOf(6);
const CLUSTER_FLOOR = probabilityOf(RULES.clusterFloor);

let cluster: EmbeddedCluster;
beforeEach(async () => {
  cluster = await openFresh();
  const inputs = Array.from({ length: PAIRS }, (_, index) =>
    ['a', 'b'].map((side) => visit(`${index}${side}`, {}, `crm:${index}${side} address:${index}`)),
  ).flat();
  await cluster.ingest(inputs, { ack: 'durable', receivedAt: 1 });
});
afterEach(() => cluster.close());

/** Decides the first pairs; `same` of them are one customer. */
async function decide(pairs: number, same: number): Promise<void> {
  for (let index = 0; index < pairs; index++) {
    const kind = index < same ? 'must_link' : 'cannot_link';
    const command = link(kind, `crm:${index}a`, `crm:${index}b`);
    await cluster.command(command, { ack: 'durable' });
  }
}

test('decisions -> observed beside predicted; superseded and unpredicted ones do not count', async () => {
  await decide(40, 10);
  await cluster.command(link('must_link', 'crm:39a', 'crm:39b', 9), { ack: 'durable' });
  await cluster.command(link('must_link', 'crm:1a', 'crm:2a'), { ack: 'durable' });
  const found = await cluster.stewardship.reliability();
  expect(found).toMatchObject({ pairs: 40, same: 11, unpredicted: 1 });
  expect(found.bins).toHaveLength(1);
  expect(found.bins[0]?.predicted).toBeCloseTo(CLAIMED, 12);
  expect(found.bins[0]?.observed).toBeCloseTo(11 / 40, 12);
  expect(found.calibrationError).toBeCloseTo(CLAIMED - 11 / 40, 12);
});

test('too few decisions -> no floors', async () => {
  await decide(40, 20);
  await expect(cluster.stewardship.calibrate(CLUSTER_FLOOR)).rejects.toMatchObject({
    code: 'failed_precondition',
    message: expect.stringContaining('20 "same" and 20 "different"'),
  });
  for (const joinFrom of [0.4, 1.1, Number.NaN]) {
    await expect(cluster.stewardship.calibrate(joinFrom)).rejects.toMatchObject({
      code: 'invalid_argument',
    });
  }
  for (const errorRate of [-0.1, 0.3, Number.NaN]) {
    await expect(cluster.stewardship.calibrate(0.9, { errorRate })).rejects.toMatchObject({
      code: 'invalid_argument',
    });
  }
});

test('certainties that claim too much -> a candidate with higher floors, activated only on demand', async () => {
  await ingest(cluster, visit('x', {}, 'crm:x phone:1'), visit('y', {}, 'crm:y phone:1'));
  const together = await customersOf(cluster, 'phone:1');
  await decide(PAIRS, 30);
  const dry = await cluster.stewardship.calibrate(CLUSTER_FLOOR);
  expect(dry).toMatchObject({ same: 30, different: 30, candidateVersion: null });
  expect(dry.clusterFloorBefore).toBe(CLUSTER_FLOOR);
  expect(dry.clusterFloor).toBeGreaterThan(dry.clusterFloorBefore);
  expect(dry.reviewFloor).toBeGreaterThan(dry.reviewFloorBefore);
  expect((await cluster.versions.list()).shadow).toBe(null);

  const { candidateVersion, ...floors } = await cluster.stewardship.calibrate(CLUSTER_FLOOR, {
    isProposed: true,
  });
  expect({ ...floors, candidateVersion: null }).toEqual(dry);
  if (candidateVersion === null) throw new Error('no candidate');
  for (;;) {
    const { live, shadow } = await cluster.versions.list();
    expect(live.version).toBe(RULES.version);
    expect(shadow?.version).toBe(candidateVersion);
    if (shadow?.isComplete === true && shadow.pending === 0) break;
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  expect((await cluster.versions.report()).live.profiles).toBe(2 * PAIRS + 2);
  await cluster.versions.activate(candidateVersion);
  // The aim is the same, so the same decisions ask for no further move.
  const after = await cluster.stewardship.calibrate(CLUSTER_FLOOR, { isProposed: true });
  expect(after).toMatchObject({
    clusterFloorBefore: floors.clusterFloor,
    clusterFloor: floors.clusterFloor,
    candidateVersion: null,
  });
  expect(await customersOf(cluster, 'phone:1')).toEqual(together);
});

test('certainties that keep what they say -> nothing is proposed', async () => {
  await decide(PAIRS, Math.round(PAIRS * CLAIMED));
  const found = await cluster.stewardship.calibrate(CLUSTER_FLOOR, { isProposed: true });
  expect(found.candidateVersion).toBe(null);
  expect((await cluster.versions.list()).shadow).toBe(null);
});

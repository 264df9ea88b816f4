/**
 * Goal: records that come one by one to a cluster of processes end as the customers that
 * `selfsame resolve-files` makes of the same records, whatever their order.
 * Method: generated households and, where the data sets are at hand, splink's fake_1000, through
 * gateway, coordinator and two shards under the weights fitted to them.
 */
import { expect, test } from 'vitest';
import { loadRulesFile, standardRulesPath } from '../../shared/ingress/rules-file.ts';
import { resolveRecords } from '../quality/batch.ts';
import { DATA_SETS } from '../quality/data-sets.ts';
import { hasData, type QualityRecord } from '../quality/quality-record.ts';
import { householdSources } from '../quality/stress/stress-sets.ts';
import { areSameGroups, shuffled, throughCluster } from '../quality/through-cluster.ts';
import { describeWithNats } from '../support/describe-with-nats.ts';

const TIMEOUT_MS = 200_000;
const rules = loadRulesFile(standardRulesPath());

async function expectSame(records: readonly QualityRecord[], seed: number) {
  const batch = resolveRecords(records, rules, true);
  expect(batch.alarm).toBeNull();
  expect(batch.customers).toBeLessThan(records.length);
  const arrival = shuffled(records, seed);
  const { customers } = await throughCluster(arrival, batch.rules, 'nats');
  const byId = new Map(arrival.map(({ id }, index) => [id, customers[index] as string]));
  const found = records.map(({ id }) => byId.get(id) as string);
  expect(areSameGroups(batch.labels, found)).toBe(true);
}

test('groups are the same when no two of one side are apart in the other', () => {
  expect(areSameGroups([0, 0, 1], ['b', 'b', 'a'])).toBe(true);
  expect(areSameGroups([0, 0, 1], ['b', 'a', 'a'])).toBe(false);
  expect(areSameGroups([0, 0, 1], ['b', 'b', 'b'])).toBe(false);
  expect(areSameGroups([0, 1], ['b', 'b'])).toBe(false);
});

describeWithNats('records through a cluster of processes', () => {
  test('generated households shuffled -> as from files', { timeout: TIMEOUT_MS }, () =>
    expectSame(householdSources(60), 31),
  );

  test('fake_1000 shuffled -> as from files', { timeout: TIMEOUT_MS }, async (context) => {
    const set = DATA_SETS.find(({ name }) => name === 'fake_1000');
    if (set === undefined || !hasData()) context.skip('no data sets; name them in SELFSAME_DATA');
    else await expectSame(set.load(), 77);
  });
});

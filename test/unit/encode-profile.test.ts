/**
 * Profiles as bytes: each pair keeps its own until it changes. What is stored must be what the state
 * in memory says, after every kind of change to a pair, however often it was stored between them.
 */
import { expect, test } from 'vitest';
import { packProfile } from '../../shared/domain/actors/profile-codec.ts';
import { partitionPrefix } from '../../shared/engine/partition.ts';
import { encode } from '../../shared/protocol/codec.ts';
import { makeHistory } from '../support/history.ts';
import { messageOf } from '../support/oracle-messages.ts';
import { PartitionDriver } from '../support/partition-driver.ts';
import { countingPersons, scoredTestRules } from '../support/test-rules.ts';

const PARTITIONS = 2;

let kept = 0;

test.for([32, 34, 35, 36])('history %s -> rows equal to the states, all through it', (seed) => {
  const history = makeHistory(seed, {
    events: 160,
    persons: 6,
    hubValues: 3,
    decisionShare: 0.2,
    deliveries: 3,
    orderShare: 0.1,
    wayShare: 0.15,
  });
  const driver = new PartitionDriver({
    topology: { partitions: PARTITIONS, desks: 1 },
    rules: countingPersons(scoredTestRules()),
    commitEvery: 3,
  });
  for (const [index, event] of history.entries()) {
    driver.send([messageOf(event)]);
    if (index % 10 !== 9) continue;
    driver.commit();
    for (let partition = 0; partition < PARTITIONS; partition++) {
      const prefix = `${partitionPrefix(partition)}a/`;
      for (const [key, row] of driver.store.range(prefix, `${prefix}\x7f`)) {
        const state = driver.at(partition).actors.load('profile', key.slice(prefix.length));
        if (state === undefined) throw new Error(`no state of ${key}`);
        for (const pair of state.pairs.values()) if (pair.encoded !== null) kept++;
        expect(Buffer.from(row).equals(encode(packProfile(state)))).toBe(true);
      }
    }
  }
});

test('in these histories pairs kept their bytes', () => {
  expect(kept).toBeGreaterThan(100);
});

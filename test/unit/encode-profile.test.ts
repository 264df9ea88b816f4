/**
 * Profiles as bytes: each pair keeps its own until it changes, and so does all that is still. What is
 * stored must be what the state in memory says, after every kind of change to a profile, however often
 * it was stored between them.
 */
import { expect, test } from 'vitest';
import { packProfile } from '../../shared/domain/actors/profile-codec.ts';
import { encodeStill } from '../../shared/engine/encode-profile.ts';
import { partitionPrefix } from '../../shared/engine/partition.ts';
import { encode } from '../../shared/protocol/codec.ts';
import { makeHistory } from '../support/history.ts';
import { messageOf } from '../support/oracle-messages.ts';
import { PartitionDriver } from '../support/partition-driver.ts';
import { countingPersons, scoredTestRules } from '../support/test-rules.ts';

const PARTITIONS = 2;

const kept = { pairs: 0, still: 0 };

test.for([32, 34, 35, 36])('history %s -> rows equal to the states, all through it', (seed) => {
  const history = makeHistory(seed, {
    events: 240,
    persons: 3,
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
    if (index % 6 !== 5) continue;
    driver.commit();
    for (let partition = 0; partition < PARTITIONS; partition++) {
      const prefix = `${partitionPrefix(partition)}a/`;
      for (const [key, row] of driver.store.range(prefix, `${prefix}\x7f`)) {
        const state = driver.at(partition).actors.load('profile', key.slice(prefix.length));
        if (state === undefined) throw new Error(`no state of ${key}`);
        if (state.encodedStill !== null) kept.still++;
        const still = state.encodedStill ?? encodeStill(state);
        expect(Buffer.from(still).equals(encodeStill(state))).toBe(true);
        // Those with few pairs keep none by themselves.
        state.encodedStill = Uint8Array.from(encodeStill(state));
        for (const pair of state.pairs.values()) if (pair.encoded !== null) kept.pairs++;
        expect(Buffer.from(row).equals(encode(packProfile(state)))).toBe(true);
      }
    }
  }
});

test('in these histories profiles and pairs kept their bytes', () => {
  expect(kept.pairs).toBeGreaterThan(100);
  expect(kept.still).toBeGreaterThan(100);
});

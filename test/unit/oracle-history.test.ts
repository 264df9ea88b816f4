/**
 * Goal: seeded histories reach every mechanism, and the oracle obeys laws that need no oracle.
 * Method: some hundred small histories; a failure names the seed, `makeHistory(seed)` repeats it.
 */
import { describe, expect, test } from 'vitest';
import { readLadder } from '../../shared/domain/component.ts';
import { slotOf } from '../../shared/domain/identifier.ts';
import type { ProfileId } from '../../shared/domain/identifier.ts';
import { makeHistory, shuffleHistory } from '../support/history.ts';
import { runOracle } from '../support/oracle.ts';
import type { OracleOutcome } from '../support/oracle.ts';
import { viewAt } from '../support/oracle-clustering.ts';
import { testRules } from '../support/test-rules.ts';

const rules = testRules();
const SEEDS = Array.from({ length: 150 }, (_, seed) => seed);

function membersByFounder(outcome: OracleOutcome): Map<ProfileId, ProfileId[]> {
  const groups = new Map<ProfileId, ProfileId[]>();
  for (const { profile, founder } of outcome.customers) {
    groups.set(founder, [...(groups.get(founder) ?? []), profile]);
  }
  return groups;
}

describe('laws of the oracle', () => {
  test('any order, any event repeated -> the same outcome', () => {
    for (const seed of SEEDS) {
      const events = makeHistory(seed);
      const again = shuffleHistory(seed, [...events, ...events.slice(0, seed % 7)]);
      expect(runOracle(rules, again), `seed ${seed}`).toEqual(runOracle(rules, events));
    }
  });

  test('ladders -> say what the views say, at every certainty', () => {
    for (const seed of SEEDS) {
      const { profiles, accepted, ladders } = runOracle(rules, makeHistory(seed));
      const certainties = new Set(accepted.map(({ certainty }) => certainty));
      for (const floor of [...certainties].flatMap((each) => [each, each + 1])) {
        const view = viewAt(profiles, accepted, floor);
        const read = ladders.map(([profile, ladder]) => [
          profile,
          readLadder(profile, ladder, floor),
        ]);
        expect(Object.fromEntries(read), `seed ${seed}`).toEqual(Object.fromEntries(view));
      }
    }
  });

  test('customers -> hold no cannot-linked pair and no two labels of one split', () => {
    for (const seed of SEEDS) {
      const outcome = runOracle(rules, makeHistory(seed));
      const members = new Map(outcome.profiles.map((each) => [each.profile, each]));
      for (const group of membersByFounder(outcome).values()) {
        const labels = group.flatMap((profile) => members.get(profile)?.labels ?? []);
        const decisions = new Set(labels.map(([decisionId]) => decisionId));
        const distinct = new Set(labels.map((label) => label.join(' ')));
        expect(distinct.size, `seed ${seed}`).toBe(decisions.size);
        for (const profile of group) {
          const apart = members.get(profile)?.cannotLinks ?? [];
          expect(
            group.filter((other) => apart.includes(other)),
            `seed ${seed}`,
          ).toEqual([]);
        }
      }
    }
  });

  test('customers -> joined by accepted edges alone, one less than profiles', () => {
    for (const seed of SEEDS) {
      const { customers, accepted } = runOracle(rules, makeHistory(seed));
      const founderOf = new Map(customers.map(({ profile, founder }) => [profile, founder]));
      const founders = new Set(founderOf.values());
      expect(accepted.length, `seed ${seed}`).toBe(customers.length - founders.size);
      for (const { low, high } of accepted) {
        expect(founderOf.get(low), `seed ${seed}`).toBe(founderOf.get(high));
      }
    }
  });
});

describe('seeded histories', () => {
  test('same seed -> same history; another seed -> another', () => {
    expect(makeHistory(4)).toEqual(makeHistory(4));
    expect(makeHistory(4)).not.toEqual(makeHistory(5));
  });

  test('options -> number of events, no decisions, no redeliveries', () => {
    const events = makeHistory(1, { events: 200, decisionShare: 0, redeliveryShare: 0 });
    expect(events).toHaveLength(200);
    expect(new Set(events.map(({ kind }) => kind))).toEqual(new Set(['interaction']));
  });

  test('profile ids -> 20 base64url characters, spread over the slots', () => {
    const { profiles } = runOracle(rules, makeHistory(2, { events: 2000 }));
    for (const { profile } of profiles) expect(profile).toMatch(/^[A-Za-z0-9_-]{20}$/);
    const sixteenths = new Set(profiles.map(({ profile }) => Math.floor(slotOf(profile) / 256)));
    expect(sixteenths.size).toBe(16);
  });

  test('every mechanism occurs', () => {
    const found = new Set<string>();
    const note = (name: string, occurs: boolean) => occurs && found.add(name);
    for (const seed of SEEDS) {
      const events = makeHistory(seed);
      const outcome = runOracle(rules, events);
      for (const { reason } of outcome.refused) found.add(`refused: ${reason.kind}`);
      for (const { kind } of events) found.add(`event: ${kind}`);
      for (const { edge } of outcome.refused) note('refused must-link', edge.mustLink);
      note(
        'accepted must-link',
        outcome.accepted.some(({ mustLink }) => mustLink),
      );
      note('review edge', outcome.reviewEdges.length > 0);
      note(
        'holders at cap',
        outcome.values.some(({ holders }) => holders.length === 4),
      );
      note(
        'holders over cap',
        outcome.values.some(({ overCap }) => overCap),
      );
      note(
        'device over cap',
        outcome.deviceUses.some(({ persons }) => persons > 2),
      );
      note(
        'shared device',
        outcome.deviceUses.some((use) => use.other > 0 && use.certainty !== null),
      );
      note(
        'device joins',
        outcome.accepted.some(({ priority }) => priority >= 9),
      );
      note('relationship', outcome.relationships.length > 0);
      note(
        'no observations',
        outcome.profiles.some(({ receivedAt }) => receivedAt === null),
      );
      note(
        'two steps',
        outcome.ladders.some(([, { steps }]) => steps.length > 1),
      );
    }
    expect([...found].sort()).toEqual([
      'accepted must-link',
      'device joins',
      'device over cap',
      'event: interaction',
      'event: link_decision',
      'event: retract_decision',
      'event: retract_identifier',
      'event: retract_interaction',
      'event: split_decision',
      'holders at cap',
      'holders over cap',
      'no observations',
      'refused must-link',
      'refused: cannot_link',
      'refused: contested',
      'refused: exclusive',
      'refused: limit',
      'refused: split_decision',
      'relationship',
      'review edge',
      'shared device',
      'two steps',
    ]);
  });
});

/**
 * Goal: a batch gives every profile the ladder that the oracle gives it (ARCHITECTURE section 2), in
 * any order of its interactions.
 * Method: seeded histories of interactions, redeliveries and revisions among them, over rules whose
 * caps and limits are low; fast-check draws, shuffles and shrinks.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { edgesOf, forEachProposedPair } from '../../shared/domain/batch/batch-edges.ts';
import { withModel } from '../../services/cli/resolve-files/fit-rules.ts';
import { BatchEvidence } from '../../shared/domain/batch/batch-evidence.ts';
import { profilesOf } from '../../shared/domain/batch/batch-profiles.ts';
import { resolveBatch } from '../../shared/domain/batch/resolve-batch.ts';
import type { RoutedInteraction } from '../../shared/domain/interaction.ts';
import { compareText } from '../../shared/domain/identifier.ts';
import { indexRules, type Rules } from '../../shared/domain/rules.ts';
import { learnModel } from '../../shared/learning/learn-model.ts';
import { makeHistory } from '../support/history.ts';
import { runOracle } from '../support/oracle.ts';
import { countingPersons, scoredTestRules, testRules } from '../support/test-rules.ts';

const RULES: readonly Rules[] = [
  testRules(),
  countingPersons(testRules()),
  scoredTestRules(),
  countingPersons(scoredTestRules()),
];

const histories = fc
  .record({
    seed: fc.nat(1_000_000),
    events: fc.integer({ min: 5, max: 120 }),
    persons: fc.integer({ min: 2, max: 12 }),
    householdSize: fc.integer({ min: 1, max: 4 }),
    hubValues: fc.integer({ min: 0, max: 2 }),
    redeliveryShare: fc.constantFrom(0.1, 0.5),
    noiseShare: fc.constantFrom(0, 0.1, 0.3),
    rules: fc.constantFrom(...RULES),
  })
  .chain(({ seed, ...options }) => {
    const history = makeHistory(seed, { ...options, decisionShare: 0 });
    const interactions = history.flatMap((event) =>
      event.kind === 'interaction' ? [event.interaction] : [],
    );
    return fc.record({
      rules: fc.constant(options.rules),
      interactions: fc.shuffledSubarray(interactions, { minLength: 1 }),
    });
  });

function ladders(rules: Rules, interactions: readonly RoutedInteraction[]) {
  const index = indexRules(rules);
  const evidence = new BatchEvidence();
  for (const interaction of interactions) evidence.add(interaction);
  const resolution = resolveBatch(index, profilesOf(index, evidence));
  return { ...resolution, ladders: Array.from(resolution.ladders) };
}

describe('batch against the oracle', () => {
  test('any history of interactions', { timeout: 60_000 }, () => {
    const property = fc.property(histories, ({ rules, interactions }) => {
      const events = interactions.map((interaction) => ({
        kind: 'interaction' as const,
        interaction,
      }));
      const expected = new Map(runOracle(rules, events).ladders);
      const found = ladders(rules, interactions);
      expect(found.held).toBe(0);
      // The oracle does not list a profile that is only named and has no edge; a batch has it alone.
      for (const [profile, ladder] of found.ladders) {
        expect([profile, ladder]).toEqual([
          profile,
          expected.get(profile) ?? { strongest: null, steps: [] },
        ]);
      }
      const known = new Set(found.ladders.map(([profile]) => profile));
      expect([...expected.keys()].filter((profile) => !known.has(profile))).toEqual([]);
    });
    fc.assert(property, { numRuns: 300 });
  });

  test('what the fit compared -> the edges of comparing anew', { timeout: 60_000 }, () => {
    let reused = 0;
    const property = fc.property(histories, ({ rules, interactions }) => {
      if (rules.scoring === null) return;
      const evidence = new BatchEvidence();
      for (const interaction of interactions) evidence.add(interaction);
      const profiles = profilesOf(indexRules(rules), evidence);
      const { model, compared } = learnModel(rules.scoring, profiles.digests, (take) =>
        forEachProposedPair(profiles, take),
      );
      const index = indexRules(withModel(rules, model));
      const floor = rules.reviewFloor;
      expect(edgesOf(index, profiles, { floor, compared })).toEqual(
        edgesOf(index, profiles, { floor }),
      );
      reused += compared?.patternOf.length ?? 0;
    });
    fc.assert(property, { numRuns: 150 });
    expect(reused).toBeGreaterThan(0);
  });

  test('a component above the cap -> held in canonical order, the same in any order', () => {
    const rules = testRules({ componentCap: 3 });
    const history = makeHistory(7, {
      events: 60,
      persons: 4,
      decisionShare: 0,
      noiseShare: 0.3,
      rules,
    });
    const interactions = history.flatMap((event) =>
      event.kind === 'interaction' ? [event.interaction] : [],
    );
    const forwards = ladders(rules, interactions);
    const backwards = ladders(rules, interactions.toReversed());
    expect(forwards.held).toBeGreaterThan(0);
    const sorted = (all: typeof forwards.ladders) =>
      all.toSorted(([left], [right]) => compareText(left, right));
    expect(sorted(backwards.ladders)).toEqual(sorted(forwards.ladders));
    expect(backwards.held).toBe(forwards.held);
  });
});

/** Goal: a fit without labels learns what one person is, also where most pairs are of one household. */
import { expect, test } from 'vitest';
import { forEachProposedPair } from '../../shared/domain/batch/batch-edges.ts';
import { type Digest, digestOfFacts, type Fact } from '../../shared/domain/matching/digest.ts';
import { scorerOf } from '../../shared/domain/matching/scorer.ts';
import { indexRules } from '../../shared/domain/rules.ts';
import { factsOf } from '../../shared/ingress/facts.ts';
import { loadRulesFile, standardRulesPath } from '../../shared/ingress/rules-file.ts';
import { learnModel } from '../../shared/learning/learn-model.ts';
import { LevelPatterns } from '../../shared/learning/level-patterns.ts';
import { withRarity } from '../../shared/learning/rarity-of-values.ts';
import { profilesOfRecords } from '../quality/batch.ts';
import { householdSources } from '../quality/stress/stress-sets.ts';

const rules = loadRulesFile(standardRulesPath());
const shipped = rules.scoring;
if (shipped === null) throw new Error('the standard rules score nothing');

const HOME = { house_number: '7', street: 'Station Road', place: 'Melton', postcode: '3243' };
const person = (
  attributes: Readonly<Record<string, string>>,
  values: readonly Fact[] = [],
): Digest => digestOfFacts([...factsOf(attributes), ...values]);

test('three sources of whole households -> persons, not households', () => {
  const profiles = profilesOfRecords(indexRules(rules), householdSources(60)).profiles;
  const { model, alarm, expectedMatches } = learnModel(shipped, profiles.digests, (take) =>
    forEachProposedPair(profiles, take),
  );
  expect(alarm).toBeNull();
  // Every person stands in three sources: as many pairs as records.
  expect(expectedMatches / profiles.ids.length).toBeGreaterThan(0.7);
  expect(expectedMatches / profiles.ids.length).toBeLessThan(1.3);
  const scorer = scorerOf(model);
  const helen = person({ name: 'Helen Clarwell', birth_date: '1961-04-02', ...HOME });
  const nicholas = person({ name: 'Nicholas Clarwell', birth_date: '1959-11-23', ...HOME });
  const again = person({ name: 'Helen Clarwel', birth_date: '1961-04-02', postcode: '3243' });
  expect(scorer.score(helen, nicholas)).toBeLessThan(rules.reviewFloor);
  expect(scorer.score(helen, again)).toBeGreaterThanOrEqual(rules.clusterFloor);
}, 20_000);

test('a mailbox of many names is common, a number in many records of one name is rare', () => {
  const surnames = 'Abbot Baker Carter Dunn Ellis Fox Gale Hunt Irwin Judd Kerr Lamb'.split(' ');
  const digests = surnames.flatMap((surname): Digest[] => [
    person({ name: `Ann ${surname}` }, [['email', 'info@office.example']]),
    person({ name: 'Una Moss' }, [['phone', '+61399990000']]),
  ]);
  const bits = new Map(withRarity(shipped, digests).rarity);
  expect(bits.get('email info@office.example')).toBeLessThan(5);
  expect(bits.get('phone +61399990000')).toBeUndefined();
});

test('more patterns than there was room for at first -> each counted, numbered as first met', () => {
  const patterns = new LevelPatterns(3);
  const expected = new Map<string, number>();
  const numbers: number[] = [];
  const taken: Uint8Array[] = [];
  let state = 7;
  for (let met = 0; met < 20_000; met++) {
    state = (state * 48_271) % 2_147_483_647;
    const levels = Uint8Array.of(state % 41, (state >> 8) % 9, (state >> 16) % 7);
    const number = patterns.add(levels);
    expected.set(levels.join(), (expected.get(levels.join()) ?? 0) + 1);
    numbers.push(number);
    taken.push(levels);
  }
  expect(expected.size).toBeGreaterThan(1_000);
  const found = patterns.patterns;
  expect(numbers.map((number) => found[number])).toEqual(taken);
  const counts = patterns.counts(2).map(({ levels, count }) => [levels.join(), count / 2]);
  expect(counts).toEqual([...expected]);
});

/**
 * Goal: a score is a function of the two digests and nothing else: neither which side asks nor what
 * was scored before may show, or a replay would decide otherwise.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { scoreTerms } from '../../shared/domain/matching/contributions.ts';
import { type Digest, digestOfFacts } from '../../shared/domain/matching/digest.ts';
import type { ScoringModel } from '../../shared/domain/matching/model.ts';
import { scorerOf } from '../../shared/domain/matching/scorer.ts';
import { factsOf } from '../../shared/ingress/facts.ts';
import { loadRulesFile, standardRulesPath } from '../../shared/ingress/rules-file.ts';

const model = loadRulesFile(standardRulesPath()).scoring as ScoringModel;

const word = fc.constantFrom(
  'mary',
  'marie',
  'mari',
  'ann',
  'anna',
  'maryann',
  'li',
  'm',
  'smith',
  'smyth',
  'smithe',
);
const digest: fc.Arbitrary<Digest> = fc
  .record(
    {
      name: fc.array(word, { maxLength: 5 }).map((words) => words.join(' ')),
      surname: word,
      birth_date: fc.constantFrom('1980-05-12', '1980-12-05', '1980-01-01', '1981', '1950-05-12'),
      street: fc.array(word, { maxLength: 3 }).map((words) => `12 ${words.join(' ')}`),
      place: word,
      phone: fc.constantFrom('+61299990000', '+61299990001'),
    },
    { requiredKeys: [] },
  )
  .map(({ phone, ...attributes }) => {
    const facts = factsOf(attributes);
    return digestOfFacts(phone === undefined ? facts : [...facts, ['phone', phone] as const]);
  });

test('symmetric, additive, and blind to what came before', () => {
  const used = scorerOf(model);
  fc.assert(
    fc.property(digest, digest, (left, right) => {
      const fresh = scorerOf(model);
      const score = fresh.score(right, left);
      expect(used.score(left, right)).toBe(score);
      expect(used.score(right, left)).toBe(score);
      expect(used.logOdds(left, right)).toBe(fresh.logOdds(right, left));
      expect(used.levels(left, right)).toEqual(fresh.levels(right, left));
      const { total, prior, contributions } = fresh.explain(left, right);
      expect(contributions.reduce((sum, { weight }) => sum + weight, prior)).toBe(total);
      expect(score).toBe(Math.max(-120, Math.min(119, Math.floor(total / 64))));
    }),
    { numRuns: 5_000 },
  );
});

test('many pairs of some digests -> levels and scores as of each pair alone, again and again', () => {
  const several = fc.array(digest, { minLength: 2, maxLength: 6 }).map((parts) => [
    ...parts,
    // Several facts of a name leave a choice, which is one of weights.
    digestOfFacts(parts.flat()),
  ]);
  let decided = 0;
  let chosen = 0;
  fc.assert(
    fc.property(several, (digests) => {
      const comparer = scorerOf(model).over(digests);
      const places = digests.flatMap((_, one) => digests.map((__, two) => [one, two] as const));
      for (const [one, two] of [...places, ...places]) {
        const fresh = scorerOf(model);
        const [left, right] = [digests[one] as Digest, digests[two] as Digest];
        const levels = comparer.levels(one, two).slice();
        expect(Array.from(levels)).toEqual(fresh.levels(left, right));
        const score = fresh.score(left, right);
        expect(comparer.score(one, two)).toBe(score);
        expect(comparer.scoreOfLevels(levels)).toBe(score);
        if (comparer.hasChoice(one) || comparer.hasChoice(two)) chosen++;
        else decided++;
      }
    }),
    { numRuns: 60 },
  );
  expect(decided).toBeGreaterThan(0);
  expect(chosen).toBeGreaterThan(0);
});

test('terms of a score -> add up to the certainty, in quarter bits and in parts of a bit', () => {
  const scorer = scorerOf(model);
  const seen = new Set<string>();
  fc.assert(
    fc.property(digest, digest, fc.integer({ min: -3, max: 3 }), (left, right, late) => {
      const explained = scorer.explain(left, right);
      const terms = scoreTerms(explained, explained.certainty + late);
      const sumOf = (part: 'steps' | 'quarterBits') =>
        terms.reduce((sum, term) => sum + term[part], 0);
      expect(sumOf('quarterBits')).toBe(explained.certainty + late);
      expect(sumOf('steps')).toBe(64 * (explained.certainty + late));
      expect(terms.find(({ kind }) => kind === 'pending')?.steps ?? 0).toBe(64 * late);
      for (const { kind, steps, quarterBits } of terms) {
        seen.add(kind);
        expect(Math.abs(64 * quarterBits - steps)).toBeLessThan(65);
      }
      const compared = terms.filter(({ kind }) => kind === 'comparison');
      expect(compared.map(({ name }) => name)).toEqual(
        explained.contributions.map(({ name }) => name),
      );
    }),
    { numRuns: 3_000 },
  );
  const kinds = [
    'alternative',
    'cap',
    'comparison',
    'pending',
    'prior',
    'rounding',
    'term_frequency',
  ];
  expect([...seen].toSorted()).toEqual(kinds);
});

/** Goal: scores add up, are symmetric, and end where a person would expect, with shipped weights. */
import { describe, expect, test } from 'vitest';
import {
  type Digest,
  digestOfFacts,
  EMPTY_DIGEST,
  type Fact,
} from '../../shared/domain/matching/digest.ts';
import type { ScoringModel } from '../../shared/domain/matching/model.ts';
import { scorerOf } from '../../shared/domain/matching/scorer.ts';
import { loadRulesFile, standardRulesPath } from '../../shared/ingress/rules-file.ts';
import { factsOf } from '../../shared/ingress/facts.ts';

const rules = loadRulesFile(standardRulesPath());
const scorer = scorerOf(rules.scoring as ScoringModel);

function person(
  attributes: Readonly<Record<string, string>>,
  values: readonly Fact[] = [],
): Digest {
  return digestOfFacts([...factsOf(attributes), ...values]);
}

const HOME = { street: 'Wallaby Place', house_number: '7', place: 'Benalla', postcode: '3672' };
const PHONE: readonly Fact[] = [['phone', '+61357620000']];
const MAILBOX: readonly Fact[] = [['email', 'rawlings@mail.example']];
const margaret = person({ name: 'Margaret Whitfield', birth_date: '1951-03-14', ...HOME }, PHONE);

const CASES: readonly (readonly [string, Digest, Digest, 'one' | 'possible' | 'two'])[] = [
  [
    'a nickname and a slip in the date',
    margaret,
    person({ name: 'Peggy Whitfeld', birth_date: '1951-03-15', ...HOME }, PHONE),
    'one',
  ],
  [
    'moved house, new phone',
    margaret,
    person({
      name: 'Margaret Whitfield',
      birth_date: '1951-03-14',
      place: 'Boronia',
      postcode: '3155',
    }),
    'one',
  ],
  [
    'twins',
    person({ name: 'Kate Rawlings', birth_date: '1990-09-25', ...HOME }, PHONE),
    person({ name: 'Connor Rawlings', birth_date: '1990-09-25', ...HOME }, PHONE),
    'possible',
  ],
  [
    'twins with one phone and one mailbox',
    person({ name: 'Kate Rawlings', birth_date: '1990-09-25', ...HOME }, [...PHONE, ...MAILBOX]),
    person({ name: 'Connor Rawlings', birth_date: '1990-09-25', ...HOME }, [...PHONE, ...MAILBOX]),
    'possible',
  ],
  [
    'one of them, with the same phone and mailbox',
    person({ name: 'Kate Rawlings', birth_date: '1990-09-25', ...HOME }, [...PHONE, ...MAILBOX]),
    person({ name: 'Katie Rawlings', birth_date: '1990-09-25' }, [...PHONE, ...MAILBOX]),
    'one',
  ],
  [
    'father and son with one phone and one mailbox',
    person({ name: 'Tom Okafor', birth_date: '1961-03-01', ...HOME }, [...PHONE, ...MAILBOX]),
    person({ name: 'Tom Okafor', birth_date: '1992-07-19', ...HOME }, [...PHONE, ...MAILBOX]),
    'two',
  ],
  [
    'a couple',
    margaret,
    person({ name: 'Harold Whitfield', birth_date: '1949-11-02', ...HOME }, PHONE),
    'two',
  ],
  [
    'father and son',
    person({ name: 'Tom Okafor', birth_date: '1961-03-01', ...HOME }, PHONE),
    person({ name: 'Tom Okafor', birth_date: '1992-07-19', ...HOME }, PHONE),
    'two',
  ],
  [
    'father and son by suffix',
    person({ name: 'Tom Okafor Sr', ...HOME }, PHONE),
    person({ name: 'Tom Okafor Jr', ...HOME }, PHONE),
    'two',
  ],
  [
    'namesakes',
    person({ name: 'John Smith', birth_date: '1960-01-12' }),
    person({ name: 'John Smith', birth_date: '1987-05-30' }),
    'two',
  ],
  [
    'a household, no given names',
    person({ surname: 'Whitfield', ...HOME }, PHONE),
    person({ surname: 'Whitfield', ...HOME }, PHONE),
    'possible',
  ],
  [
    'namesakes by given name in other streets of one town',
    person({
      name: 'Peter Smith',
      birth_date: '1959-09-23',
      address: '54 Oak Street, Ballarat VIC 3350',
    }),
    person({
      name: 'Peter Nguyen',
      birth_date: '1959-01-23',
      address: '50 Maple Street, Ballarat VIC 3350',
    }),
    'two',
  ],
  [
    'the same, whatever streets are called there',
    person({
      name: 'Marta Rossi',
      birth_date: '1984-03-12',
      address: '27 Via Verdi, 20121 Milano',
    }),
    person({
      name: 'Marta Bianchi',
      birth_date: '1985-03-12',
      address: '29 Via Mazzini, 20121 Milano',
    }),
    'two',
  ],
  [
    'newborn twins',
    person({ name: 'Baby Girl Jones', birth_date: '2020-03-03', ...HOME }, PHONE),
    person({ name: 'Baby Boy Jones', birth_date: '2020-03-03', ...HOME }, PHONE),
    'possible',
  ],
  [
    'a newborn, twice',
    person({ name: 'Baby Girl Jones', birth_date: '2020-03-03', ...HOME }, PHONE),
    person({ name: 'Jones, Babygirl', birth_date: '2020-03-03', ...HOME }, PHONE),
    'one',
  ],
  [
    'twins who share a syllable',
    person({ name: 'Kim Min-jun', birth_date: '1995-07-07', ...HOME }, PHONE),
    person({ name: 'Kim Min-ji', birth_date: '1995-07-07', ...HOME }, PHONE),
    'possible',
  ],
  [
    'one name in three spellings',
    person({ name: 'Kim Min-jun', birth_date: '1995-07-07', ...HOME }, PHONE),
    person({ name: '김민준', birth_date: '1995-07-07', ...HOME }, PHONE),
    'one',
  ],
  [
    'twins of one name in its two forms',
    person({ name: 'Paul Brown', birth_date: '1980-01-02', ...HOME }, PHONE),
    person({ name: 'Paula Brown', birth_date: '1980-01-02', ...HOME }, PHONE),
    'possible',
  ],
  [
    'nothing in common',
    margaret,
    person({ name: 'Nikos Vlahos', birth_date: '1984-10-02', place: 'Boronia', postcode: '3155' }),
    'two',
  ],
  ['nothing to compare', margaret, EMPTY_DIGEST, 'two'],
  ['a call from her phone, without a name', margaret, person({}, PHONE), 'one'],
  [
    'a visit by her mailbox and phone, without a name',
    person({ name: 'Kate Rawlings' }, [...PHONE, ...MAILBOX]),
    person({}, [...MAILBOX, ...PHONE]),
    'one',
  ],
  [
    'a surname and a phone',
    person({ surname: 'Whitfield' }, PHONE),
    person({ surname: 'Whitfield' }, PHONE),
    'possible',
  ],
  [
    'another mailbox, nothing else',
    person({}, MAILBOX),
    person({}, [['email', 'office@mail.example']]),
    'two',
  ],
];

describe('with the shipped weights', () => {
  test.each(CASES)('%s', (_, left, right, verdict) => {
    const certainty = scorer.score(left, right);
    const possible = certainty >= rules.reviewFloor ? 'possible' : 'two';
    expect(certainty >= rules.clusterFloor ? 'one' : possible).toBe(verdict);
  });

  test.each(CASES)('%s: symmetric, and contributions add up', (_, left, right) => {
    expect(scorer.score(right, left)).toBe(scorer.score(left, right));
    expect(scorer.logOdds(right, left)).toBe(scorer.logOdds(left, right));
    const { certainty, prior, total, contributions } = scorer.explain(left, right);
    expect(contributions.reduce((sum, { weight }) => sum + weight, prior)).toBe(total);
    expect(certainty).toBe(scorer.score(left, right));
    expect(certainty).toBe(Math.max(-120, Math.min(119, Math.floor(total / 64))));
  });
});

describe('what is known of several profiles', () => {
  const [junior, senior] = ['Jr', 'Sr'].map((suffix) =>
    person({ name: `Robert Johnson ${suffix}`, ...HOME }, PHONE),
  ) as [Digest, Digest];
  const plain = person({ name: 'R. Johnson', ...HOME }, PHONE);

  test('a plain name beside one with a generation speaks for no other generation', () => {
    expect(scorer.logOdds(plain, senior)).toBeGreaterThan(0);
    expect(scorer.logOddsTogether([junior, plain], [senior])).toBeLessThan(0);
    expect(scorer.logOddsTogether([senior], [plain, junior])).toBeLessThan(0);
    expect(scorer.logOddsTogether([junior, plain], [junior])).toBeGreaterThan(0);
  });

  test('the same within one profile', () => {
    const both = person({ name: 'Robert Johnson Jr', alias: 'Bob Johnson', ...HOME }, PHONE);
    expect(scorer.score(both, senior)).toBeLessThan(rules.reviewFloor);
    expect(scorer.score(both, junior)).toBeGreaterThanOrEqual(rules.clusterFloor);
  });
});

test('of several facts of a name the best pair counts', () => {
  const two = person({ name: 'Margaret Whitfield' }, [
    ['phone', '+61357620000'],
    ['phone', '+61399990000'],
  ]);
  const one = person({ name: 'Margaret Whitfield' }, [['phone', '+61399990000']]);
  const phone = scorer.explain(two, one).contributions.find(({ name }) => name === 'phone');
  expect(phone).toMatchObject({ left: '+61399990000', right: '+61399990000' });
});

/**
 * The look-ups of CDC's record linker: each query is scored against every person of the seed and
 * answered by the bands of the rules, with the weights as shipped.
 *
 * Queries name the person of the seed that they were made from. Those whose person is in no seed at
 * hand are left out: `nbs_seed.csv` (1,044 persons) belongs to the queries, `sample_seed_data.csv`
 * holds the first five of them.
 */
import type { Digest, Fact } from '../../shared/domain/matching/digest.ts';
import type { RulesIndex } from '../../shared/domain/rules.ts';
import { factsOf } from '../../shared/ingress/facts.ts';
import { hasData, pick, type Row, rows, values } from './quality-record.ts';

const FOLDER = 'cdc-recordlinker';
const SEEDS = ['nbs_seed.csv', 'seed_data.csv', 'sample_seed_data.csv'];
const ATTRIBUTES = {
  given_name: 'FIRST',
  surname: 'LAST',
  name_suffix: 'SUFFIX',
  birth_date: 'BIRTHDATE',
  gender: 'GENDER',
  address: 'ADDRESS',
  place: 'CITY',
  region: 'STATE',
  postcode: 'ZIP',
};

export const ANSWERS = ['match', 'possible_match', 'no_match'] as const;
export type Answer = (typeof ANSWERS)[number];
/** Queries by what was expected, and by what was answered. */
export type LookUpTable = Readonly<Record<Answer, Record<Answer, number>>>;

export interface LookUps {
  readonly seed: string;
  readonly persons: number;
  readonly queries: number;
  readonly leftOut: number;
  readonly table: LookUpTable;
  /** Answered otherwise than expected: test case, expected, answered. */
  readonly misses: readonly (readonly [string, Answer, Answer])[];
}

export function lookUps(
  rules: RulesIndex,
  normalise: (namespace: string, value: string) => string | null,
): LookUps | null {
  const seed = SEEDS.find((file) => hasData(`${FOLDER}/${file}`));
  const { scorer } = rules;
  if (seed === undefined || scorer === null) return null;
  const digestOf = (row: Row): Digest => {
    const facts: Fact[] = [...factsOf(pick(row, ATTRIBUTES))];
    for (const { namespace, value } of values(row, { national_id: 'SSN' })) {
      const normal = normalise(namespace, value);
      if (normal !== null) facts.push([namespace, normal]);
    }
    return facts.sort((a, b) => (a[0] + a[1] < b[0] + b[1] ? -1 : 1));
  };
  const persons = rows(`${FOLDER}/${seed}`);
  const known = new Set(persons.map((row) => row['Match Id']));
  const digests = persons.map(digestOf);
  const queries = rows(`${FOLDER}/better_test.csv`);
  const asked = queries.filter((row) => known.has(row['Match Id']));
  const counts = (): Record<Answer, number> => ({ match: 0, possible_match: 0, no_match: 0 });
  const table = { match: counts(), possible_match: counts(), no_match: counts() };
  const misses: [string, Answer, Answer][] = [];
  for (const row of asked) {
    const expected = row['Expected Result'] as Answer;
    const query = digestOf(row);
    const best = Math.max(...digests.map((digest) => scorer.score(query, digest)));
    const possible = best >= rules.rules.reviewFloor ? 'possible_match' : 'no_match';
    const answer = best >= rules.rules.clusterFloor ? 'match' : possible;
    table[expected][answer]++;
    if (answer !== expected) misses.push([row['Test Case #'] ?? '', expected, answer]);
  }
  return {
    seed,
    persons: persons.length,
    queries: asked.length,
    leftOut: queries.length - asked.length,
    table,
    misses,
  };
}

/**
 * The look-ups of CDC's record linker: the persons of the seed are ingested into a cluster, each query
 * is matched as a record (`MatchRecord`) and answered by its bands, with the weights as shipped.
 *
 * Queries name the person of the seed that they were made from. `nbs_seed.csv` (1,044 persons) belongs
 * to them; where it is not at hand, `sample_seed_data.csv` holds the first five, and the others are put
 * together again from the queries made of them: of each field what most of them say, the first of equals.
 * Persons with one query would be found by themselves: those queries are left out.
 */
import { MemoryStore } from '../../shared/adapters/memory-store.ts';
import type { InteractionInput, PartyInput } from '../../shared/domain/interaction.ts';
import type { Rules } from '../../shared/domain/rules.ts';
import { openEmbeddedCluster } from '../../shared/engine/embedded-cluster.ts';
import type { RecordMatch } from '../../shared/protocol/explanations.ts';
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
  /** Of these, put together again from their queries. */
  readonly rebuilt: number;
  readonly queries: number;
  readonly leftOut: number;
  readonly table: LookUpTable;
  /** Answered otherwise than expected: test case, expected, answered. */
  readonly misses: readonly (readonly [string, Answer, Answer])[];
}

/** Null without a seed. The persons are ingested into a cluster, the queries are matched by it. */
export async function lookUps(rules: Rules): Promise<LookUps | null> {
  const seed = SEEDS.find((file) => hasData(`${FOLDER}/${file}`));
  if (seed === undefined) return null;
  const queries = rows(`${FOLDER}/better_test.csv`);
  const given = rows(`${FOLDER}/${seed}`);
  const rebuilt = rebuiltPersons(queries, new Set(given.map((row) => row['Match Id'])));
  const persons = [...given, ...rebuilt];
  const known = new Set(persons.map((row) => row['Match Id']));
  const asked = queries.filter((row) => known.has(row['Match Id']));
  const counts = (): Record<Answer, number> => ({ match: 0, possible_match: 0, no_match: 0 });
  const table = { match: counts(), possible_match: counts(), no_match: counts() };
  const misses: [string, Answer, Answer][] = [];
  const cluster = await openEmbeddedCluster({ dataDir: new MemoryStore(), rules });
  try {
    await cluster.ingest(persons.map(personOf), { ack: 'settled', receivedAt: 0 });
    for (const row of asked) {
      const expected = row['Expected Result'] as Answer;
      const { matches } = await cluster.matchRecord(partyOf(row));
      const answer = answerOf(matches);
      table[expected][answer]++;
      if (answer !== expected) misses.push([row['Test Case #'] ?? '', expected, answer]);
    }
  } finally {
    await cluster.close();
  }
  return {
    seed,
    persons: persons.length,
    rebuilt: rebuilt.length,
    queries: asked.length,
    leftOut: queries.length - asked.length,
    table,
    misses,
  };
}

/** Persons without a row of their own, from at least two queries made of each. */
function rebuiltPersons(queries: readonly Row[], given: ReadonlySet<string | undefined>): Row[] {
  const byPerson = new Map<string, Row[]>();
  for (const row of queries) {
    const person = row['Match Id'] ?? '';
    if (given.has(person)) continue;
    const known = byPerson.get(person);
    if (known === undefined) byPerson.set(person, [row]);
    else known.push(row);
  }
  return Array.from(byPerson.values())
    .filter(({ length }) => length > 1)
    .map((made) => {
      const fields = Object.keys(made[0] ?? {});
      return Object.fromEntries(fields.map((field) => [field, commonest(made, field)]));
    });
}

function commonest(made: readonly Row[], field: string): string {
  const counts = new Map<string, number>();
  for (const row of made) {
    const value = row[field] ?? '';
    if (value !== '') counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  let best = '';
  for (const [value, count] of counts) if (count > (counts.get(best) ?? 0)) best = value;
  return best;
}

function partyOf(row: Row): PartyInput {
  const identifiers = values(row, { national_id: 'SSN' });
  return { role: 'subject', identifiers, attributes: pick(row, ATTRIBUTES) };
}

function personOf(row: Row): InteractionInput {
  const id = row['Match Id'] ?? '';
  const { identifiers, ...party } = partyOf(row);
  return {
    source: 'seed',
    interactionId: id,
    revision: 0,
    type: 'record',
    channel: 'file',
    occurredAt: 0,
    parties: [
      {
        ...party,
        identifiers: [{ namespace: 'source_record', value: `seed-${id}` }, ...identifiers],
      },
    ],
    propertiesJson: '{}',
  };
}

function answerOf(matches: readonly RecordMatch[]): Answer {
  if (matches.some(({ band, refusal }) => band === 'merge' && refusal === null)) return 'match';
  return matches.length > 0 ? 'possible_match' : 'no_match';
}

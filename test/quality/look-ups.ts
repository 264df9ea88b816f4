/**
 * The look-ups of CDC's record linker: the persons of the seed are ingested into a cluster, each query
 * is matched as a record (`MatchRecord`) and answered by its bands, with the weights as shipped.
 *
 * Queries name the person of the seed that they were made from. Those whose person is in no seed at
 * hand are left out: `nbs_seed.csv` (1,044 persons) belongs to the queries, `sample_seed_data.csv`
 * holds the first five of them.
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
  const persons = rows(`${FOLDER}/${seed}`);
  const known = new Set(persons.map((row) => row['Match Id']));
  const queries = rows(`${FOLDER}/better_test.csv`);
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
    queries: asked.length,
    leftOut: queries.length - asked.length,
    table,
    misses,
  };
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

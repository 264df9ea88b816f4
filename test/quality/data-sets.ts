/** The data sets with known truth, each as records of one party (see the README beside them). */
import { pick, type QualityRecord, rows, values } from './quality-record.ts';
import { STRESS_SETS } from './stress/stress-sets.ts';
import { truthSet } from './truth-set.ts';

export interface DataSet {
  readonly name: string;
  /** Pairwise F1 (or other figure) to reach, and what others published. */
  readonly goal: number;
  readonly published: string;
  /** What a stupid exact rule compares: records that agree on all of these are one. */
  readonly exactRule: readonly string[];
  load(): QualityRecord[];
}

const ANONLINK = {
  given_name: 'givenname',
  surname: 'surname',
  birth_date: 'dob',
  gender: 'gender',
  place: 'city',
  income: 'income',
};

function anonlink(files: readonly string[]): QualityRecord[] {
  return files.flatMap((file) =>
    rows(`anonlink/dataset-${file}.csv`).map((row) => ({
      id: `${file}:${row['id']}`,
      truth: row['id'] as string,
      attributes: pick(row, ANONLINK),
      identifiers: values(row, { phone: 'phone number' }),
    })),
  );
}

const FEBRL = {
  given_name: 'given_name',
  surname: 'surname',
  house_number: 'street_number',
  place: 'suburb',
  region: 'state',
  postcode: 'postcode',
  birth_date: 'date_of_birth',
};

function febrl(files: readonly string[]): QualityRecord[] {
  return files.flatMap((file) =>
    rows(`febrl/dataset${file}_without_ssn.csv`).map((row) => {
      const id = row['rec_id'] as string;
      const street = [row['address_1'], row['address_2']].filter(Boolean).join(' ');
      return {
        id: `${file}:${id}`,
        truth: id.split('-')[1] as string,
        attributes: { ...pick(row, FEBRL), ...(street === '' ? {} : { street }) },
        identifiers: [],
      };
    }),
  );
}

export const DATA_SETS: readonly DataSet[] = [
  {
    name: 'fake_1000',
    goal: 0.98,
    published: 'Splink .862-.911',
    exactRule: ['given_name', 'surname', 'birth_date'],
    load: () =>
      rows('splink/fake_1000.csv').map((row) => ({
        id: row['unique_id'] as string,
        truth: row['cluster'] as string,
        attributes: pick(row, {
          given_name: 'first_name',
          surname: 'surname',
          birth_date: 'dob',
          place: 'city',
        }),
        identifiers: values(row, { email: 'email' }),
      })),
  },
  {
    name: 'historical_50k',
    goal: 0.95,
    published: 'Splink .757, GoldenMatch .827',
    exactRule: ['name', 'birth_date'],
    load: () =>
      rows('splink/historical_50k.csv').map((row) => ({
        id: row['unique_id'] as string,
        truth: row['cluster'] as string,
        attributes: pick(row, {
          name: 'full_name',
          birth_date: 'dob',
          place: 'birth_place',
          postcode: 'postcode_fake',
          gender: 'gender',
          occupation: 'occupation',
        }),
        identifiers: [],
      })),
  },
  {
    name: 'febrl3',
    goal: 0.995,
    published: 'Splink .965-.995',
    exactRule: ['given_name', 'surname', 'birth_date'],
    load: () => febrl(['3']),
  },
  {
    name: 'febrl4',
    goal: 0.995,
    published: '-',
    exactRule: ['given_name', 'surname', 'birth_date'],
    load: () => febrl(['4a', '4b']),
  },
  {
    name: 'anonlink5',
    goal: 0.99,
    published: '-',
    exactRule: ['given_name', 'surname', 'birth_date'],
    load: () => anonlink(['1', '2', '3', '4', '5']),
  },
  {
    name: 'alice_bob_charlie',
    goal: 0.95,
    published: '-',
    exactRule: ['given_name', 'surname', 'birth_date'],
    load: () => anonlink(['alice', 'bob', 'charlie']),
  },
  {
    name: 'organisations',
    goal: 0.92,
    published: '-',
    exactRule: ['phone'],
    load: () =>
      rows('organisations/csv_example_input_with_true_ids.csv').map((row) => ({
        id: row['Id'] as string,
        truth: row['True Id'] as string,
        attributes: pick(row, {
          organisation_name: 'Site name',
          address: 'Address',
          postcode: 'Zip',
        }),
        identifiers: values(row, { phone: 'Phone' }),
      })),
  },
  {
    name: 'truth_set',
    goal: 1,
    published: 'Senzing 1.000',
    exactRule: ['given_name', 'surname', 'birth_date'],
    load: truthSet,
  },
  ...STRESS_SETS.map(({ name, load }) => ({
    name,
    goal: 0.95,
    published: 'generated',
    exactRule: ['given_name', 'surname', 'birth_date'],
    load,
  })),
];

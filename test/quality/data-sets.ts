/** The data sets with known truth, each as records of one party (see the README beside them). */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { packageRoot } from '../../shared/ingress/package-root.ts';

export interface QualityRecord {
  readonly id: string;
  readonly truth: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly identifiers: readonly { readonly namespace: string; readonly value: string }[];
}
export interface DataSet {
  readonly name: string;
  /** Pairwise F1 (or other figure) to reach, and what others published. */
  readonly goal: number;
  readonly published: string;
  load(): QualityRecord[];
}

type Row = Readonly<Record<string, string>>;

export function dataFolder(): string {
  return process.env['SELFSAME_DATA'] ?? join(packageRoot(), '..', 'shared', 'data');
}
export function hasData(): boolean {
  return existsSync(dataFolder());
}

function rows(file: string): Row[] {
  return parse<Row>(readFileSync(join(dataFolder(), file)), {
    columns: true,
    bom: true,
    relax_column_count: true,
    trim: true,
    skip_empty_lines: true,
  });
}

function pick(row: Row, names: Readonly<Record<string, string>>): Record<string, string> {
  const picked: Record<string, string> = {};
  for (const [attribute, column] of Object.entries(names)) {
    const value = row[column] ?? '';
    if (value !== '') picked[attribute] = value;
  }
  return picked;
}

function values(row: Row, columns: Readonly<Record<string, string>>) {
  return Object.entries(pick(row, columns)).map(([namespace, value]) => ({ namespace, value }));
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
  { name: 'febrl3', goal: 0.995, published: 'Splink .965-.995', load: () => febrl(['3']) },
  { name: 'febrl4', goal: 0.995, published: '-', load: () => febrl(['4a', '4b']) },
  {
    name: 'anonlink5',
    goal: 0.99,
    published: '-',
    load: () => anonlink(['1', '2', '3', '4', '5']),
  },
  {
    name: 'alice_bob_charlie',
    goal: 0.95,
    published: '-',
    load: () => anonlink(['alice', 'bob', 'charlie']),
  },
  {
    name: 'organisations',
    goal: 0.92,
    published: '-',
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
];

/** One record of a data set with known truth, and reading such sets from their folder. */
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
export type Row = Readonly<Record<string, string>>;

export function dataFolder(): string {
  return process.env['SELFSAME_DATA'] ?? join(packageRoot(), '..', 'shared', 'data');
}
export function hasData(file = ''): boolean {
  return existsSync(join(dataFolder(), file));
}

export function rows(file: string): Row[] {
  return parse<Row>(readFileSync(join(dataFolder(), file)), {
    columns: true,
    bom: true,
    relax_column_count: true,
    trim: true,
    skip_empty_lines: true,
  });
}

/** The file's lines, one JSON object each. */
export function objects(file: string): unknown[] {
  return readFileSync(join(dataFolder(), file), 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as unknown);
}

export function pick(row: Row, names: Readonly<Record<string, string>>): Record<string, string> {
  const picked: Record<string, string> = {};
  for (const [attribute, column] of Object.entries(names)) {
    const value = row[column] ?? '';
    if (value !== '') picked[attribute] = value;
  }
  return picked;
}

export function values(row: Row, columns: Readonly<Record<string, string>>) {
  return Object.entries(pick(row, columns)).map(([namespace, value]) => ({ namespace, value }));
}

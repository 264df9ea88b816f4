/**
 * Reads a file that says which cluster each record belongs to: ours (`source,record_id,customer_id`),
 * a truth file (`source,record_id,entity_id`), or the Senzing layout
 * (`CLUSTER_ID,RECORD_ID,DATA_SOURCE`, any order, further columns ignored).
 */
import { createReadStream } from 'node:fs';
import { parse } from 'csv-parse';
import { usageError } from '../exit-codes.ts';

/** Which columns to read, ignoring case. */
export interface ClusterFileLayout {
  /** The columns that together name a record; null: source (or data_source) and record_id. */
  readonly recordColumns: readonly string[] | null;
  /** Candidates for the cluster column: the first that is there counts. */
  readonly clusterColumns: readonly string[];
}

/** Record key (unique within the file) -> dense index of its cluster, in order of appearance. */
export interface ClusterFile {
  readonly labelByRecord: ReadonlyMap<string, number>;
  readonly clusterCount: number;
}

const SOURCE_NAMES = ['source', 'data_source'];
const RECORD_NAMES = ['record_id'];
/** Largest number of entries of a JavaScript Map (V8), less a little. */
const RECORDS_MAX = 16_000_000;

interface ParsedRow {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

/**
 * Reads the file in one pass. Throws `CliError` (exit 2) naming file, line and remedy when it is
 * unreadable, not CSV, lacks a column, has an empty or a missing value, or names a record twice.
 */
export async function readClusterFile(
  path: string,
  layout: ClusterFileLayout,
): Promise<ClusterFile> {
  const labelByRecord = new Map<string, number>();
  const labelByCluster = new Map<string, number>();
  const lines: number[] = [];
  let columns: Columns | null = null;
  for await (const { record: row, info } of parseRows(path)) {
    if (columns === null) {
      columns = locateColumns(path, row, layout);
      continue;
    }
    const line = info.lines;
    const record = recordKey(path, line, row, columns);
    const cluster = cell(path, line, row, columns.cluster, columns.header);
    if (labelByRecord.has(record)) {
      const earlier = lines[[...labelByRecord.keys()].indexOf(record)] ?? 0;
      throw usageError(
        `${path}, line ${line}: the same record as line ${earlier}; ` +
          'a record may occur once in a file',
      );
    }
    if (lines.length >= RECORDS_MAX) {
      throw usageError(`${path}: more than ${RECORDS_MAX.toLocaleString('en')} records`);
    }
    lines.push(line);
    const label = labelByCluster.get(cluster) ?? labelByCluster.size;
    labelByCluster.set(cluster, label);
    labelByRecord.set(record, label);
  }
  if (columns === null) throw usageError(`${path} is empty: a header line is needed`);
  return { labelByRecord, clusterCount: labelByCluster.size };
}

async function* parseRows(path: string): AsyncGenerator<ParsedRow> {
  const parser = parse({
    bom: true,
    info: true,
    // Named, because detection takes the first line's: files made with line tools mix the two.
    record_delimiter: ['\r\n', '\n'],
    relax_column_count: true,
    skip_empty_lines: true,
  });
  const file = createReadStream(path);
  file.on('error', (error) => parser.destroy(error));
  file.pipe(parser);
  try {
    for await (const row of parser) yield row as ParsedRow;
  } catch (error) {
    throw asUsageError(path, error);
  } finally {
    file.destroy();
  }
}

function asUsageError(path: string, error: unknown): unknown {
  if (!(error instanceof Error) || !('code' in error)) return error;
  if (error.code === 'ENOENT') return usageError(`no such file: ${path}`, { cause: error });
  if (error.code === 'EISDIR') return usageError(`${path} is a directory, not a CSV file`);
  if (error.code === 'EACCES') return usageError(`no permission to read ${path}`);
  const line = 'lines' in error ? `, line ${String(error.lines)}` : '';
  return usageError(`${path}${line}: not readable as CSV (${String(error.code)})`, {
    cause: error,
  });
}

interface Columns {
  readonly header: readonly string[];
  readonly record: readonly number[];
  readonly cluster: number;
}

function locateColumns(
  path: string,
  header: readonly string[],
  layout: ClusterFileLayout,
): Columns {
  const names = header.map((name) => name.trim().toLowerCase());
  const find = (candidates: readonly string[], option: string): number => {
    for (const candidate of candidates) {
      const index = names.indexOf(candidate.toLowerCase());
      if (index >= 0) return index;
    }
    throw usageError(
      `${path}, line 1: no column ${candidates.join(' or ')}; ` +
        `it has ${header.join(', ')}. Name the column with ${option}`,
    );
  };
  const record =
    layout.recordColumns?.map((name) => find([name], '--record-columns')) ??
    [SOURCE_NAMES, RECORD_NAMES].map((candidates) => find(candidates, '--record-columns'));
  const cluster = find(layout.clusterColumns, '--cluster-column or --truth-column');
  return { header, record, cluster };
}

function recordKey(path: string, line: number, row: readonly string[], columns: Columns): string {
  return recordKeyOf(columns.record.map((column) => cell(path, line, row, column, columns.header)));
}

/** One text for the tuple of record columns; lengths keep (`a`, `bc`) and (`ab`, `c`) apart. */
export function recordKeyOf(values: readonly string[]): string {
  return values.map((value) => `${value.length}:${value}`).join('');
}

function cell(
  path: string,
  line: number,
  row: readonly string[],
  column: number,
  header: readonly string[],
): string {
  if (row.length !== header.length) {
    throw usageError(
      `${path}, line ${line}: ${row.length} columns, but the header has ${header.length}`,
    );
  }
  const value = row[column] ?? '';
  if (value === '') throw usageError(`${path}, line ${line}: empty ${header[column] ?? 'column'}`);
  return value;
}

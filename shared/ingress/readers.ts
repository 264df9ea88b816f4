/**
 * Streaming readers for source files: CSV and NDJSON, plain or gzip. Memory is bounded by one
 * record. A record that cannot be read is reported with its line and the reading goes on; only what
 * makes the rest unreadable (a missing column, a quote that never closes, a broken file) ends it,
 * with `SourceFileError`.
 */
import { createReadStream } from 'node:fs';
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { parse } from 'csv-parse';
import type { Mapping } from './mapping-types.ts';
import { mappingFields } from './mapping-fields.ts';
import { suggestion } from './nearest-name.ts';
import type { SourceRecord } from './record-value.ts';

export type ReadRecord =
  | { readonly kind: 'record'; readonly line: number; readonly record: SourceRecord }
  /** `reason` says what is wrong with the record; it holds none of its text (personal data). */
  | { readonly kind: 'malformed'; readonly line: number; readonly reason: string };

/**
 * Bytes of one record: far above the largest interaction (32 KB of properties, 256,000 characters).
 */
export const RECORD_BYTES_MAX = 1_048_576;

/** A source file that cannot be read to its end. */
export class SourceFileError extends Error {
  readonly code = 'source_unreadable';
  readonly retryable = false;
  /** Line at which the reading stopped, from 1; 0 when nothing was read. */
  readonly line: number;
  constructor(line: number, message: string, options?: ErrorOptions) {
    super(line > 0 ? `line ${line}: ${message}` : message, options);
    this.name = 'SourceFileError';
    this.line = line;
  }
}

type Chunks = AsyncIterable<Uint8Array | string> | Iterable<Uint8Array | string>;

/** Records of the file at `path` (`.gz` is unpacked), in order. Throws `SourceFileError`. */
export function readRecordFile(mapping: Mapping, path: string): AsyncIterable<ReadRecord> {
  const file = createReadStream(path);
  if (!path.endsWith('.gz')) return readRecords(mapping, file);
  // Errors of either stream reach the reader through the unpacked one.
  return readRecords(
    mapping,
    pipeline(file, createGunzip(), () => undefined),
  );
}

/**
 * Records of a stream of UTF-8 chunks, in order. The result does not depend on how the text is cut
 * into chunks. `line` is the line on which a record ends; csv-parse counts a CR LF inside a quoted
 * value as two. Throws `SourceFileError`.
 */
export function readRecords(mapping: Mapping, chunks: Chunks): AsyncIterable<ReadRecord> {
  return mapping.format === 'csv' ? readCsv(mapping, chunks) : readNdjson(chunks);
}

interface CsvRow {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

interface SkippedRow {
  /** Line on which the parser gave up. */
  readonly line: number;
  readonly code: string;
}

async function* readCsv(mapping: Mapping, chunks: Chunks): AsyncGenerator<ReadRecord> {
  const skipped: SkippedRow[] = [];
  let line = 0;
  const parser = parse({
    bom: true,
    delimiter: mapping.delimiter,
    info: true,
    max_record_size: RECORD_BYTES_MAX,
    // All of them: left to itself the parser holds the whole file to the first that it meets, and
    // a file put together from two systems then has values that end in CR, or rows of two records.
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    // Inches and nicknames: a quote inside an unquoted value stands for itself.
    relax_quotes: true,
    skip_empty_lines: true,
    skip_records_with_error: true,
    on_skip: (error) => {
      const place = error?.['lines'];
      const code = error?.code ?? 'unknown';
      // Inside an open quote the parser complains once per megabyte: one report is enough.
      if (code === 'CSV_MAX_RECORD_SIZE' && skipped.at(-1)?.code === code) return;
      skipped.push({ line: typeof place === 'number' ? place : 0, code });
    },
  });
  const rows = pipeline(Readable.from(chunks), parser, () => undefined);
  let header: readonly string[] | null = null;
  try {
    for await (const { record, info } of rows as AsyncIterable<CsvRow>) {
      // The parser runs ahead of this loop: report skipped rows in their place.
      while ((skipped[0]?.line ?? info.lines) < info.lines)
        yield malformedRow(skipped.shift(), line);
      line = info.lines;
      if (header === null) {
        header = checkHeader(mapping, record);
      } else if (record.length === header.length) {
        yield { kind: 'record', line, record: namedRecord(header, record) };
      } else {
        const reason = `has ${record.length} columns, the header has ${header.length}`;
        yield { kind: 'malformed', line, reason };
      }
    }
  } catch (error) {
    throw asSourceFileError(error, line);
  }
  while (skipped.length > 0) yield malformedRow(skipped.shift(), line);
}

/** `lineBefore` is the line of the last readable row: what could not be read begins behind it. */
function malformedRow(row: SkippedRow | undefined, lineBefore: number): ReadRecord {
  const line = lineBefore + 1;
  const lost = `; lines ${line} to ${row?.line ?? line} are lost`;
  switch (row?.code) {
    case 'CSV_QUOTE_NOT_CLOSED':
      return { kind: 'malformed', line, reason: `a quoted value is never closed${lost}` };
    case 'CSV_MAX_RECORD_SIZE':
      return {
        kind: 'malformed',
        line,
        reason: `is longer than ${RECORD_BYTES_MAX} bytes; is a quoted value not closed?`,
      };
    default:
      return {
        kind: 'malformed',
        line,
        reason: `is not valid CSV (${row?.code}); check its quotes`,
      };
  }
}

function namedRecord(header: readonly string[], values: readonly string[]): SourceRecord {
  // No prototype: a column may be called `constructor` or `__proto__`.
  const record: Record<string, string> = Object.create(null) as Record<string, string>;
  for (let index = 0; index < header.length; index++) {
    record[header[index] ?? ''] = values[index] ?? '';
  }
  return record;
}

/**
 * Trimmed column names; throws when a column is there twice, or one that the mapping reads is not.
 */
function checkHeader(mapping: Mapping, row: readonly string[]): readonly string[] {
  const header = row.map((name) => name.trim());
  const repeated = header.find((name, index) => name !== '' && header.indexOf(name) !== index);
  if (repeated !== undefined) {
    throw new SourceFileError(1, `the column ${repeated} is there twice; rename one of them`);
  }
  const missing = mappingFields(mapping).filter((name) => !header.includes(name));
  if (missing.length > 0) {
    const list = missing.map((name) => `${name}${suggestion(name, header)}`).join(', ');
    throw new SourceFileError(
      1,
      `the header has no column that the mapping reads: ${list} (columns: ${header.join(', ')}; ` +
        'is the delimiter right?)',
    );
  }
  return header;
}

async function* readNdjson(chunks: Chunks): AsyncGenerator<ReadRecord> {
  let line = 0;
  try {
    for await (const text of splitLines(chunks)) {
      line++;
      if (text === null) {
        const reason = `is longer than ${RECORD_BYTES_MAX} characters`;
        yield { kind: 'malformed', line, reason };
        continue;
      }
      if (text.trim() === '') continue;
      const record = parseObject(text);
      if (record === null) {
        yield { kind: 'malformed', line, reason: 'is not a JSON object on one line' };
      } else {
        yield { kind: 'record', line, record };
      }
    }
  } catch (error) {
    throw asSourceFileError(error, line);
  }
}

function parseObject(text: string): SourceRecord | null {
  try {
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as SourceRecord) : null;
  } catch {
    return null;
  }
}

/** Lines without their ends; null stands for a line that is too long. A leading BOM is dropped. */
async function* splitLines(chunks: Chunks): AsyncGenerator<string | null> {
  const decoder = new TextDecoder('utf-8');
  let rest = '';
  let isOverlong = false;
  for await (const chunk of chunks) {
    const text = typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
    const lines = text.split('\n');
    for (let index = 0; index < lines.length; index++) {
      const isLast = index === lines.length - 1;
      if (!isOverlong) rest += lines[index];
      if (rest.length > RECORD_BYTES_MAX) {
        isOverlong = true;
        rest = '';
      }
      if (isLast) continue;
      yield isOverlong ? null : rest;
      rest = '';
      isOverlong = false;
    }
  }
  rest += decoder.decode();
  if (isOverlong || rest !== '') yield isOverlong ? null : rest;
}

function asSourceFileError(error: unknown, line: number): SourceFileError {
  if (error instanceof SourceFileError) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  return new SourceFileError(
    line,
    `the file cannot be read (${code}); check path and permissions`,
    {
      cause: error,
    },
  );
}

/**
 * Goal: source files are read record by record; what cannot be read is reported with its line.
 * Method: small texts, fed in chunks of awkward sizes; one generated file for the memory bound.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { type Mapping, parseMapping } from '../../shared/ingress/mapping-file.ts';
import {
  RECORD_BYTES_MAX,
  readRecordFile,
  readRecords,
  SourceFileError,
} from '../../shared/ingress/readers.ts';

function mappingOf(format: string, more = ''): Mapping {
  const result = parseMapping(
    `{ source: s, format: ${format}, record_id: id, time: at, type: t, channel: c, ${more}
      parties: [{ role: a, attributes: { name: name } }] }`,
    null,
  );
  if (result.kind === 'invalid') throw new Error(JSON.stringify(result.problems));
  return result.mapping;
}

const csv = mappingOf('csv');
const ndjson = mappingOf('ndjson');

function chunksOf(text: string, size: number): Uint8Array[] {
  const bytes = Buffer.from(text);
  const chunks: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += size) chunks.push(bytes.subarray(at, at + size));
  return chunks;
}

/** `line name` of a record, `line! reason` of a malformed one. */
async function read(mapping: Mapping, chunks: Iterable<Uint8Array>): Promise<readonly string[]> {
  const lines: string[] = [];
  for await (const result of readRecords(mapping, chunks)) {
    lines.push(
      result.kind === 'record'
        ? `${result.line} ${String(result.record['name'])}`
        : `${result.line}! ${result.reason}`,
    );
  }
  return lines;
}

const HEAD = 'id,at,name\n';

describe('CSV', () => {
  test.each<[string, string, readonly string[]]>([
    ['plain', `${HEAD}1,x,Ann\n2,x,Bob`, ['2 Ann', '3 Bob']],
    ['byte order mark, CRLF, spaces in the header', '\ufeffid, at ,name\r\n1,x,Ann\r\n', ['2 Ann']],
    ['quotes', `${HEAD}1,x,"Ann, ""A"""\n2,x,"B\nob"\n3,x,C`, ['2 Ann, "A"', '4 B\nob', '5 C']],
    ['quotes inside unquoted text', `${HEAD}1,x,5" disk\n2,x,Bob`, ['2 5" disk', '3 Bob']],
    ['mixed line ends', `${HEAD}1,x,A\r\n2,x,B\n3,x,C\r\n`, ['2 A', '3 B', '4 C']],
    ['CRLF first, then others', 'id,at,name\r\n1,x,A\n2,x,B\r3,x,C\r\n', ['2 A', '3 B', '4 C']],
    ['CR only', 'id,at,name\r1,x,A\r2,x,"B\rob"\r', ['2 A', '4 B\rob']],
    ['empty lines', `${HEAD}\n\n1,x,Ann\n\n`, ['4 Ann']],
    [
      'ragged rows',
      `${HEAD}1,x\n2,x,Bob,?\n3,x,C`,
      ['2! has 2 columns, the header has 3', '3! has 4 columns, the header has 3', '4 C'],
    ],
    [
      'a quote that never closes',
      `${HEAD}1,x,Ann\n2,x,"Bob\n3,x,C\n`,
      ['2 Ann', '3! a quoted value is never closed; lines 3 to 4 are lost'],
    ],
    ['other scripts', `${HEAD}1,x,Żółć 山田\n`, ['2 Żółć 山田']],
    ['only a header', HEAD, []],
    ['nothing', '', []],
  ])('%s', async (_name, text, expected) => {
    for (const size of [1, 7, 1_000])
      expect(await read(csv, chunksOf(text, size))).toEqual(expected);
  });

  test('a delimiter of the mapping', async () => {
    const semicolons = mappingOf('csv', 'delimiter: ";",');
    expect(await read(semicolons, chunksOf('id;at;name\n1;x;A,B\n', 9))).toEqual(['2 A,B']);
  });

  test.each([
    ['id,at,nmae\n1,x,Ann\n', 'name; did you mean nmae?'],
    ['id;at;name\n1;x;Ann\n', 'is the delimiter right?'],
    ['id,at,name,id\n1,x,Ann,1\n', 'the column id is there twice'],
  ])(
    'a header that does not fit -> a typed error, before any record: %j',
    async (text, message) => {
      const reading = read(csv, chunksOf(text, 100));
      await expect(reading).rejects.toThrow(SourceFileError);
      await expect(reading).rejects.toThrow(message);
    },
  );

  test('columns named as object internals are only names', async () => {
    const odd = mappingOf('csv', 'properties: [__proto__, constructor],');
    const text = 'id,at,name,__proto__,constructor\n1,x,Ann,p,c\n';
    expect(await read(odd, chunksOf(text, 100))).toEqual(['2 Ann']);
  });
});

describe('NDJSON', () => {
  test.each<[string, string, readonly string[]]>([
    ['plain', '{"name":"Ann"}\n{"name":"Żółć"}', ['1 Ann', '2 Żółć']],
    [
      'CRLF, empty lines, byte order mark',
      '\ufeff{"name":"Ann"}\r\n\r\n{"name":"B"}\r\n',
      ['1 Ann', '3 B'],
    ],
    [
      'bad lines',
      '{"name":"Ann"\n[1]\n7\n{"name":"B"}\n',
      [
        '1! is not a JSON object on one line',
        '2! is not a JSON object on one line',
        '3! is not a JSON object on one line',
        '4 B',
      ],
    ],
    ['nothing', '', []],
  ])('%s', async (_name, text, expected) => {
    for (const size of [1, 7, 1_000]) {
      expect(await read(ndjson, chunksOf(text, size))).toEqual(expected);
    }
  });

  test('a line beyond the bound is reported and left out', async () => {
    const text = `{"name":"Ann"}\n{"x":"${'x'.repeat(RECORD_BYTES_MAX)}"}\n{"name":"B"}\n`;
    expect(await read(ndjson, chunksOf(text, 65_536))).toEqual([
      '1 Ann',
      `2! is longer than ${RECORD_BYTES_MAX} characters`,
      '3 B',
    ]);
  });
});

describe('memory', () => {
  test('64 MB behind a quote that never closes -> one report, no accumulation', async () => {
    const chunk = Buffer.from('9,x,filler\n'.repeat(6_000));
    function* chunks(): Generator<Uint8Array> {
      yield Buffer.from(`${HEAD}1,x,Ann\n2,x,"Bob`);
      for (let index = 0; index < 1_000; index++) yield chunk;
    }
    const before = process.memoryUsage().rss;
    const lines = await read(csv, chunks());
    expect(lines[0]).toBe('2 Ann');
    expect(lines[1]).toContain('3! is longer than');
    expect(lines.length).toBeLessThan(4);
    expect((process.memoryUsage().rss - before) / 1e6).toBeLessThan(48);
  });
});

describe('files', () => {
  test('plain and gzip files read alike; broken and missing ones give a typed error', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'selfsame-readers-'));
    try {
      const text = `${HEAD}1,x,Ann\n`;
      writeFileSync(join(folder, 'a.csv'), text);
      writeFileSync(join(folder, 'a.csv.gz'), gzipSync(text));
      writeFileSync(join(folder, 'broken.csv.gz'), text);
      const namesIn = async (name: string): Promise<readonly unknown[]> => {
        const names: unknown[] = [];
        for await (const result of readRecordFile(csv, join(folder, name))) {
          names.push(result.kind === 'record' ? result.record['name'] : result.reason);
        }
        return names;
      };
      expect(await namesIn('a.csv')).toEqual(['Ann']);
      expect(await namesIn('a.csv.gz')).toEqual(['Ann']);
      await expect(namesIn('broken.csv.gz')).rejects.toThrow(SourceFileError);
      await expect(namesIn('missing.csv')).rejects.toThrow(/ENOENT/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

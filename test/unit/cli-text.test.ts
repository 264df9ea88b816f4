/**
 * Goal: what people read is right: certainties, times, tables, progress.
 * Method: tables; the progress line with a clock of its own.
 */
import { describe, expect, test } from 'vitest';
import { formatDuration, Progress } from '../../services/cli/progress.ts';
import { parseSelector } from '../../services/cli/selector.ts';
import { toSnakeCase } from '../../services/cli/snake-case.ts';
import { alignColumns, formatCertainty, formatTime } from '../../services/cli/text-table.ts';
import { recordingContext } from './cli-recording-context.ts';

describe('text', () => {
  test.each([
    [1, '1'],
    [0.5, '0.5'],
    [0, '0'],
    // Rounding must not make certain what is not.
    [1 - 2 ** -30, '0.999999'],
    [0.9696969, '0.969696'],
  ])('certainty %d -> %s', (certainty, text) => {
    expect(formatCertainty(certainty)).toBe(text);
  });

  test('times -> ISO 8601 UTC in whole seconds; none or absurd -> a dash', () => {
    expect(formatTime(Date.UTC(2025, 0, 20, 3, 44, 40, 999))).toBe('2025-01-20T03:44:40Z');
    expect(formatTime(null)).toBe('-');
    expect(formatTime(Number.MAX_VALUE)).toBe('-');
  });

  test.each([
    [400, '0 s'],
    [59_400, '59 s'],
    [200_000, '3 min 20 s'],
    [7_500_000, '2 h 5 min'],
  ])('%d ms -> %s', (milliseconds, text) => {
    expect(formatDuration(milliseconds)).toBe(text);
  });

  test('columns are aligned and lines not padded', () => {
    expect(
      alignColumns([
        ['a', 'long', 'x'],
        ['bbb', 'c'],
      ]),
    ).toEqual(['  a    long  x', '  bbb  c']);
  });

  test('JSON keys become snake_case at every depth, values stay', () => {
    expect(toSnakeCase({ customerId: 'cAb', list: [{ lastSeenAt: 1 }], none: null })).toEqual({
      customer_id: 'cAb',
      list: [{ last_seen_at: 1 }],
      none: null,
    });
  });

  test('selectors: reference, identifier with colons, neither', () => {
    const ref = `p${'a'.repeat(26)}`;
    expect(parseSelector(ref)).toEqual({ kind: 'ref', ref });
    expect(parseSelector('crm:a:b')).toEqual({
      kind: 'identifier',
      namespace: 'crm',
      value: 'a:b',
    });
    for (const text of ['', 'crm', ':x', 'crm:']) expect(() => parseSelector(text)).toThrow('name');
  });
});

describe('progress', () => {
  test('on a terminal -> one line that redraws, at most ten times a second', () => {
    const { stderr } = recordingContext({ isTTY: true });
    let now = 0;
    const progress = new Progress(stderr, 'ingest', 'records', () => now);
    for (now = 0; now <= 1000; now += 10) progress.update({ fraction: now / 2000, done: now });
    const drawn = stderr.text.split('\r').slice(1);
    expect(drawn).toHaveLength(10);
    expect(drawn.at(-1)).toBe(
      '\u001B[Kingest  [============            ]   50 %  1,000 records  1,000/s  1 s left',
    );
    progress.clear();
    expect(stderr.text.endsWith('\r\u001B[K')).toBe(true);
  });

  test('elsewhere -> a plain line every ten seconds, none for short work', () => {
    const { stderr } = recordingContext();
    let now = 0;
    const progress = new Progress(stderr, 'ingest', 'records', () => now);
    for (now = 0; now <= 9_990; now += 10) progress.update({ fraction: 0.1, done: 5 });
    expect(stderr.text).toBe('');
    progress.update({ fraction: 0.25, done: 1_000_000 });
    progress.clear();
    expect(stderr.text).toBe('ingest   25 %  1,000,000 records  100,000/s  30 s left\n');
  });
});

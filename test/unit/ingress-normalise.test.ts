/**
 * Goal: two spellings of one identifier become equal, what is none is refused, junk is known.
 * Method: tables of raw value and result; null is "refused".
 */
import { describe, expect, test } from 'vitest';
import { compilePattern } from '../../shared/ingress/blocked-pattern.ts';
import { junkReason } from '../../shared/ingress/junk-values.ts';
import { findNormaliser, NORMALISER_NAMES } from '../../shared/ingress/normalise.ts';

function normalised(name: string, raw: string): string | null {
  const result = findNormaliser(name)?.(raw);
  return result?.kind === 'ok' ? result.value : null;
}

test.each([
  ['none', ' A b ', ' A b '],
  ['none', '   ', null],
  ['trim', '  A \t b ', 'A b'],
  ['trim', 'Ａ１', 'A1'],
  ['trim', 'a\u0000b', null],
  ['trim', 'a\ud800b', null],
  ['trim', 'a\u200bb', 'ab'],
  ['trim', 'x'.repeat(256), 'x'.repeat(256)],
  ['trim', 'x'.repeat(257), null],
  ['trim', 'x'.repeat(100_000), null],
  ['lower', ' ÀB ', 'àb'],
  ['lower', 'İ', 'i̇'],
  ['digits', '(02) 55-10', '025510'],
  ['digits', 'none', null],
  ['alphanumeric', 'AB-12/ 3', 'ab123'],
  ['alphanumeric', '--', null],
  ['uuid', '{9A8B7C6D-0000-4000-8000-0123456789AB}', '9a8b7c6d-0000-4000-8000-0123456789ab'],
  ['uuid', '9a8b7c6d000040008000', null],
  ['sha256', 'AB'.repeat(32), 'ab'.repeat(32)],
  ['sha256', 'ab'.repeat(31), null],
  ['card_token', ' tok_1aB ', 'tok_1aB'],
  ['card_token', '4111 1111 1111 1111', null],
  ['ip', '192.0.2.7', '192.0.2.7'],
  ['ip', '192.0.2.256', null],
  ['ip', '[2001:DB8:0:0:0:0:0:1]', '2001:db8::1'],
  ['ip', '::ffff:192.0.2.7', '192.0.2.7'],
  ['ip', 'fe80::1%eth0', 'fe80::1'],
  ['postcode', 'sw1a 1aa', 'SW1A1AA'],
  ['postcode', '89132-1234', '89132'],
  ['postcode', '1', null],
  ['email', ' Ann.Lee+x@Example.COM ', 'ann.lee+x@example.com'],
  ['email', 'Ann Lee <ann@example.com>', 'ann@example.com'],
  ['email', 'mailto:ann@example.com.', 'ann@example.com'],
  ['email', 'ann@bücher.example', 'ann@xn--bcher-kva.example'],
  ['email', 'ann@example', null],
  ['email', 'ann@@example.com', null],
  ['email', 'a b@example.com', null],
  ['email', '.ann@example.com', null],
  ['email', '@example.com', null],
  ['email', `${'a'.repeat(65)}@example.com`, null],
  ['email:gmail', 'Ann.Lee+x@GoogleMail.com', 'annlee@gmail.com'],
  ['email:gmail', 'ann.lee+x@example.com', 'ann.lee+x@example.com'],
  ['phone', '+61 491 570 006', '+61491570006'],
  ['phone', '0061 491 570 006', '+61491570006'],
  ['phone', '0491 570 006', null],
  ['phone:AU', '0491 570 006', '+61491570006'],
  ['phone:AU', '(03) 5550 1234', '+61355501234'],
  ['phone:AU', '+1 702-919-1300', '+17029191300'],
  ['phone:US', '702-919-1300 x12', '+17029191300;ext=12'],
  ['phone:AU', 'call me', null],
  ['phone:AU', '12', null],
])('%s: %j -> %j', (name, raw, expected) => {
  expect(normalised(name, raw)).toBe(expected);
  // A look-up may send what an answer showed.
  expect(expected === null ? null : normalised(name, expected)).toBe(expected);
});

test('every name in messages is a normaliser; unknown ones are not', () => {
  for (const name of NORMALISER_NAMES) expect(findNormaliser(name)).not.toBeNull();
  for (const name of ['', 'Email', 'phone:', 'phone:au', 'constructor']) {
    expect(findNormaliser(name)).toBeNull();
  }
});

test('reasons never repeat the value', () => {
  for (const name of NORMALISER_NAMES) {
    for (const raw of ['secret-value', 'secret-value\u0000', 'secret-value '.repeat(30)]) {
      const result = findNormaliser(name)?.(raw);
      expect(result?.kind === 'invalid' ? result.reason : '').not.toContain('secret');
    }
  }
});

describe('junk', () => {
  test.each([
    'null',
    ' NULL ',
    'None',
    'n/a',
    'N.A.',
    'undefined',
    'unknown',
    'Anonymous',
    'test',
    '0',
    '0000',
    '-1',
    '-',
    '---',
    '000-00-0000',
    '00000000-0000-0000-0000-000000000000',
    '1234567890',
    '123-45-6789',
    '078-05-1120',
    '9999999999',
    '+61 000 000 000',
    '+61400000000',
    '+1 111-111-1111',
    'xxx',
    'noreply@shop.example',
    'No-Reply@x.com',
    'test@test.com',
    'none@none.com',
    'a@b.invalid',
    '[object Object]',
    '4111 1111 1111 1111',
    '9774d56d682e549c',
    'ffffffff-ffff-ffff-ffff-ffffffffffff',
  ])('%j is', (value) => {
    expect(junkReason(value)).not.toBeNull();
  });

  test.each([
    '1',
    '17',
    '112',
    '1111',
    '111111',
    '10000000',
    'ann',
    'test-account-7',
    'nulla@example.com',
    'N1',
    '+61491570006',
    '+61400000001',
    '+17029191300',
    'reply@example.com',
    '10-2',
    'x1',
    'ab',
    '名無し',
    'aaaaaaaa-1111-4000-8000-000000000001',
  ])('%j is not', (value) => {
    expect(junkReason(value)).toBeNull();
  });
});

describe('blocked patterns', () => {
  test.each([
    ['[0-]*', '000-', true],
    ['[0-]*', '000-1', false],
    ['^[0-]*$', '0', true],
    ['a|b', 'ab', false],
    ['.*@test\\.example', 'me@test.example', true],
    ['(?:web|app)-\\d{1,5}', 'app-123', true],
    ['\\p{Lu}{2}[\\]x]', 'AB]', true],
    ['a{2}b{1,}', 'aabb', true],
  ])('%s on %s -> %s', (source, value, expected) => {
    const result = compilePattern(source);
    expect(result.kind === 'ok' && result.pattern.test(value)).toBe(expected);
    expect(result.kind).toBe('ok');
  });

  test.each([
    '(a+)+',
    '(a|a)*',
    '(a|ab)+',
    'a?'.repeat(30),
    '(a*)*b',
    '.*.*.*',
    '(?:a{1,200}){1,200}',
    '(a)\\1',
    '(?<x>a)\\k<x>',
    '(?=a)',
    '(?!a)b',
    '(?<=a)b',
    'a)|(b',
    '[',
    '(',
    '*',
    'a'.repeat(201),
    '(?:(?:(?:a|b)|c){4}d){4}',
  ])('%s is refused', (source) => {
    expect(compilePattern(source).kind).toBe('invalid');
  });

  test('the slowest accepted pattern decides the longest value within 50 ms', () => {
    const result = compilePattern('.*.*[xy]');
    if (result.kind !== 'ok') throw new Error(result.reason);
    const started = performance.now();
    expect(result.pattern.test('a'.repeat(256))).toBe(false);
    expect(performance.now() - started).toBeLessThan(50);
  });
});

/** Goal: whom a profile shows, and how many persons several show together (ARCHITECTURE S21). */
import { describe, expect, test } from 'vitest';
import { compareText, type ProfileId } from '../../shared/domain/identifier.ts';
import { phoneticCode } from '../../shared/domain/matching/phonetic.ts';
import { countPersons, OWN_ANCHOR, signatureOf } from '../../shared/domain/signature.ts';

const WHITFIELD = phoneticCode('whitfield');
const BERG = phoneticCode('berg');

describe('signatureOf', () => {
  test.each([
    ['name and birth', 'peggy ann/whitfield/', '1950-03-10', true, `${WHITFIELD} p 1950`],
    ['the same sound', 'peter/whitfeld/', '1950', true, `${WHITFIELD} p 1950`],
    ['last word of the surname', 'ivana/van der berg/2', null, true, `${BERG} i `],
    ['surname alone', '/berg/', null, false, `${BERG}  `],
    ['given name alone', 'aiko//', '1999-01', false, ' a 1999'],
    ['year not known', 'aiko/ito/', '', false, `${phoneticCode('ito')} a `],
    ['no name, an anchor that names a person', null, '1950-03-10', true, OWN_ANCHOR],
    ['no name, nothing else', null, '1950-03-10', false, ''],
  ] as const)('%s', (_, name, birth, isPersonAnchor, expected) => {
    expect(signatureOf(name, birth, isPersonAnchor)).toBe(expected);
  });
});

describe('countPersons', () => {
  test.each([
    ['nobody', [], 0],
    ['profiles that show nobody', ['', '', ''], 0],
    ['one person on many records', ['prk i 1980', 'prk i 1980', 'prk i 1980'], 1],
    ['a year not known -> may be any of the others', ['prk i 1980', 'prk i ', 'prk i '], 1],
    ['no year known at all', ['prk i ', 'prk i '], 1],
    [
      'other years, other initials, other surnames',
      ['prk i 1980', 'prk i 1950', 'prk t ', 'a t '],
      4,
    ],
    ['anchors count each', [OWN_ANCHOR, OWN_ANCHOR, 'prk i '], 3],
  ] as const)('%s', (_, signatures, expected) => {
    const holders = signatures.map(
      (signature, index) => [`p${index}` as ProfileId, signature] as const,
    );
    expect(countPersons(holders)).toBe(expected);
    const reversed = holders.toSorted((left, right) => compareText(right[0], left[0]));
    expect(countPersons(reversed)).toBe(expected);
  });
});

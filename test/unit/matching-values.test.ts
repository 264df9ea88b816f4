/** Goal: each slip that people make reaches the level that is named after it, both ways round. */
import { describe, expect, test } from 'vitest';
import {
  compareHouses,
  compareLocalities,
  parseAddress,
} from '../../shared/domain/matching/address.ts';
import { compareDates, parseDate } from '../../shared/domain/matching/date.ts';
import { editDistance, isClose } from '../../shared/domain/matching/edit-distance.ts';
import { describeLevel, levelCount } from '../../shared/domain/matching/levels.ts';
import {
  compareGivenNames,
  compareNames,
  compareSurnames,
  parseName,
} from '../../shared/domain/matching/name.ts';
import { areOfOneFamily, familiesOf, fullName } from '../../shared/domain/matching/nicknames.ts';
import { phoneticCode } from '../../shared/domain/matching/phonetic.ts';
import { compareEmails, comparePhones } from '../../shared/domain/matching/plain-values.ts';

const rare = (): number => 10;
const name = (text: string) => parseName(text, rare);
const address = (text: string) => parseAddress(text, rare);

describe('edit distance', () => {
  test.each([
    ['smith', 'smith', 0],
    ['smith', 'smiht', 1],
    ['smith', 'smth', 1],
    ['smith', 'smythe', 2],
    ['', 'abc', 3],
    ['ca', 'abc', 3],
  ])('%s and %s -> %i', (left, right, distance) => {
    expect(editDistance(left, right, 5)).toBe(distance);
    expect(editDistance(right, left, 5)).toBe(distance);
  });

  test('beyond the limit -> limit + 1', () => {
    expect(editDistance('abcdef', 'uvwxyz', 2)).toBe(3);
  });

  test('short words are never close', () => {
    expect(isClose('tom', 'tim')).toBe(false);
    expect(isClose('margaret', 'margerat')).toBe(true);
  });
});

test.each([
  ['philip', 'filip'],
  ['catherine', 'katherine'],
  ['knight', 'night'],
  ['stephen', 'steven'],
])('%s sounds like %s', (left, right) => {
  expect(phoneticCode(left)).toBe(phoneticCode(right));
});

test.each([
  ['margaret', 'peggy', true],
  ['robert', 'bob', true],
  ['robert', 'peggy', false],
  ['zoran', 'zoran', false],
])('%s and %s are forms of one name: %s', (left, right, areForms) => {
  expect(areOfOneFamily(familiesOf(left), familiesOf(right))).toBe(areForms);
  expect(areOfOneFamily(familiesOf(right), familiesOf(left))).toBe(areForms);
});

test('the form that stands for a family', () => {
  expect(fullName('peggy')).toBe('margaret');
  expect(fullName('unheard')).toBe('unheard');
});

test.each([
  ['1980-05-12', '1980-05-12', 'exact'],
  ['1980-01-01', '1980-01-01', 'exact, but 1 January'],
  ['1980-05-12', '1980-12-05', 'swapped day and month'],
  ['1980-05-12', '1980-05-13', 'one digit differs'],
  ['1980-05-12', '1908-05-12', 'neighbouring digits swapped'],
  ['1980-05-12', '1980-05-27', 'same year and month'],
  ['1980-05-12', '1980-11-12', 'same year and day'],
  ['1980-05-12', '1976-05-12', 'same month and day'],
  ['1980-05-12', '1980-01-01', 'same year, one is 1 January'],
  ['1980-05-12', '1980-09-30', 'same year'],
  ['1980-05', '1980-05-12', 'partial and equal'],
  ['1980', '1980-05-12', 'partial and equal'],
  ['1980-05-12', '1981-11-27', 'year differs by one'],
  ['1980-05-12', '1953-11-27', 'different'],
])('%s and %s -> %s', (left, right, level) => {
  expect(describeLevel('date', compareDates(parseDate(left), parseDate(right)))).toBe(level);
  expect(describeLevel('date', compareDates(parseDate(right), parseDate(left)))).toBe(level);
});

describe('names', () => {
  test.each([
    ['swapped', 'mary/smith/', 'smith/mary/'],
    ['joined', 'mary ann/smith/', 'maryann/smith/'],
    ['unparsed', 'mary/smith/', '/mary smith/'],
  ])('%s -> all agrees', (_, left, right) => {
    expect(describeLevel('person_name', compareNames(name(left), name(right)))).toMatch(
      /agrees, nothing left over/,
    );
  });

  test('more words in common -> a higher level', () => {
    const both = compareNames(name('mary/smith/'), name('mary/smith/'));
    const nickname = compareNames(name('margaret/smith/'), name('peggy/smith/'));
    const one = compareNames(name('mary/smith/'), name('mary/jones/'));
    const none = compareNames(name('mary/smith/'), name('ivan/petrov/'));
    expect([both, nickname, one, none].toSorted((a, b) => b - a)).toEqual([
      both,
      nickname,
      one,
      none,
    ]);
    expect(new Set([both, nickname, one, none]).size).toBe(4);
  });

  test.each([
    ['mary/smith/', 'mary/jones/', 'same'],
    ['robert/smith/', 'bob/smith/', 'another form of it'],
    ['r/smith/', 'robert/smith/', 'initial only'],
    ['smith/robert/', 'robert/smith/', 'swapped with the surname'],
    ['robert/smith/', 'mary/smith/', 'different'],
    ['robert/smith/1', 'robert/smith/2', 'same, but of another generation'],
    ['/smith/', 'mary/smith/', 'nothing to compare'],
    ['darla/smith/', 'darlene/smith/', 'alike'],
    ['anna/smith/', 'annabelle/smith/', 'alike'],
    ['mhd/smith/', 'mohamed/smith/', 'another form of it'],
    ['min jun/kim/', 'minjun/kim/', 'same'],
    ['ji hun/kim/', 'jihoon/kim/', 'another form of it'],
    ['min jun/kim/', 'min ji/kim/', 'different'],
    ['min jun/kim/', 'min joon/kim/', 'same'],
    ['seo jun/kim/', 'seo jin/kim/', 'different'],
    ['minjun/kim/', 'minji/kim/', 'different'],
    ['min jun/kim/', 'minji/kim/', 'different'],
    ['min jun/kim/', 'min/kim/', 'same'],
    ['min jun/kim/', 'kim/minjun/', 'swapped with the surname'],
    ['xiaoming/li/', 'xiaohong/li/', 'different'],
    ['dana/smith/', 'dani/smith/', 'another form of it'],
    ['paul/smith/', 'paula/smith/', 'different'],
    ['daniel/smith/', 'danielle/smith/', 'different'],
    ['daniel/smith/', 'danile/smith/', 'another form of it'],
    ['mario/rossi/', 'maria/rossi/', 'different'],
    ['paul maria/smith/', 'paula maria/smith/', 'same'],
    ['dvd/kim/', 'david/kim/', 'another form of it'],
    ['mzrhy/kim/', 'mizrachi/kim/', 'alike'],
    ['fysl/smith/', 'faisal/smith/', 'another form of it'],
    ['morris i/klein/', 'morris/klein/2', 'same, but of another generation'],
    ['morris i/klein/', 'morris isaac/klein/', 'same'],
  ])('given names of %s and %s: %s', (left, right, level) => {
    expect(describeLevel('given_name', compareGivenNames(name(left), name(right)))).toBe(level);
    expect(describeLevel('given_name', compareGivenNames(name(right), name(left)))).toBe(level);
  });
});

test.each([
  ['mary/smith/', 'ann/smith/', 'same'],
  ['mary/smith/', 'mary/smyth/', 'another spelling'],
  ['maria/sentosa/', 'maria/medina sentosa/', 'in part'],
  ['wang/jie/', 'jie/wang/', 'swapped with the given name'],
  ['mary/smith/', 'mary/jones/', 'different'],
  ['/mary smith/', 'mary/smith/', 'in part'],
  ['mary//', 'mary/smith/', 'nothing to compare'],
])('surnames of %s and %s: %s', (left, right, level) => {
  expect(describeLevel('surname', compareSurnames(name(left), name(right)))).toBe(level);
  expect(describeLevel('surname', compareSurnames(name(right), name(left)))).toBe(level);
});

describe('addresses', () => {
  test.each([
    ['||benalla||3672|', '||benalla||3672|', 'same postcode, same rare place'],
    ['||benalla||3672|', '||benala||3673|', 'postcode close, place close'],
    ['||benalla||3672|', '||boronia|||', 'no postcode, other place'],
    ['||sector 14||3672|', '||sector 15||3672|', 'same postcode, other place'],
    ['||||3672|', '||||3155|', 'other postcode, no place'],
    ['|main street||||', '||benalla|||', 'nothing to compare'],
  ])('%s and %s -> %s', (left, right, level) => {
    const found = compareLocalities(address(left), address(right));
    expect(describeLevel('locality', found)).toBe(level);
  });

  test.each([
    ['12|wallaby place||||', '12|wallaby place||||', 'same number, same street'],
    ['12|wallaby place||||', '21|wallaby place||||', 'number close, same street'],
    ['12|wallaby place||||', '|walaby place||||', 'no number, same street'],
    ['12|wallaby||||', '12|station||||', 'same number, other street'],
    ['12|san marco||||', '12|san vitale||||', 'same number, street in part'],
    ['12|polna ulitza||||', '14|lwowska ulitza||||', 'number close, street in part'],
    ['12|martin luther king||||', '12|martin luther||||', 'same number, same street'],
    ['12|west 24th||||', '12|west 25th||||', 'same number, street in part'],
  ])('%s and %s -> %s', (left, right, level) => {
    expect(describeLevel('house', compareHouses(address(left), address(right)))).toBe(level);
  });
});

test.each([
  ['+61299990000', '+61299990000', 'same, rare'],
  ['+61299990000', '+61299990001', 'one slip, or another country code'],
  ['+61299990000', '+61399990000', 'one slip, or another country code'],
  ['+61299990000', '+6129990000', 'one slip, or another country code'],
  ['0352655353', '+390352655353', 'one slip, or another country code'],
  ['0299990000', '+64399990000', 'same but for the area'],
  ['+61299990000', '+61299991001', 'two digits differ'],
  ['+61299990000', '+61412345678', 'different'],
])('phones %s and %s -> %s', (left, right, level) => {
  expect(describeLevel('phone', comparePhones(left, right, 'phone', rare))).toBe(level);
});

test.each([
  ['ann@a.example', 'ann@a.example', 'same, rare'],
  ['ann.smith@abcde.example', 'ann.smith@other.example', 'same name, other domain'],
  ['ann.smith@a.example', 'ann.smiht@a.example', 'close'],
  ['ann.smith@whitehouse.example', 'ann.smith@whithouse.exmple', 'close'],
  ['ann.smith@whitehouse.example', 'ann.smiht@whitehose.example', 'close'],
  ['ann.lee7@a.example', 'ann.lee8@a.example', 'different'],
  ['jt40@combs.example', 'jt40@other.example', 'same name, other domain'],
  ['ann@a.example', 'bob@c.example', 'different'],
])('emails %s and %s -> %s', (left, right, level) => {
  expect(describeLevel('email', compareEmails(left, right, 'email', rare))).toBe(level);
});

test('every level of every kind has its own words', () => {
  for (const kind of ['person_name', 'given_name', 'date', 'locality', 'house', 'phone'] as const) {
    const words = Array.from({ length: levelCount(kind) }, (_, level) =>
      describeLevel(kind, level),
    );
    expect(new Set(words).size).toBe(words.length);
    expect(words.join()).not.toMatch(/undefined|level \d/);
  }
});

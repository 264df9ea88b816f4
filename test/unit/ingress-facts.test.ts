/** Goal: what people write in many ways becomes one fact, and keys are made of facts as declared. */
import { describe, expect, test } from 'vitest';
import { normaliseBirthDate } from '../../shared/ingress/birth-date.ts';
import { derivedKeysOf } from '../../shared/ingress/derived-keys.ts';
import { factsOf } from '../../shared/ingress/facts.ts';
import { foldText } from '../../shared/ingress/fold-text.ts';

test.each([
  ['Zoë O’Brien-Smith', 'zoe obrien smith'],
  ['Łukasz  Groß', 'lukasz gross'],
  ['Пётр Иванов', 'petr ivanov'],
  ['Νίκος Βλάχος', 'nikos vlachos'],
  ['王小明', 'wang xiao ming'],
  ['فيصل صديقي', 'fysl sdyqy'],
  ['김민준', 'kim min jun'],
  ['キョウコ たなか', 'kyouko tanaka'],
  ['दीपक कुमार', 'dipk kumar'],
  ['דוד פרץ', 'dvd prts'],
  ['Παπαδόπουλος', 'papadopoulos'],
  ['គឹម តារា', 'km tr'],
  ['  ', ''],
])('%s -> %s', (text, folded) => {
  expect(foldText(text)).toBe(folded);
});

test.each([
  ['1980-05-12', '1980-05-12'],
  ['19800512', '1980-05-12'],
  ['12-05-1980', '1980-05-12'],
  ['12.5.1980', '1980-05-12'],
  ['5/12/1980', '1980-05-12'],
  ['25/12/1980', '1980-12-25'],
  ['12 May 1980', '1980-05-12'],
  ['May 12th, 1980', '1980-05-12'],
  ['12/05/80', '1980-12-05'],
  ['24-May-11', '2011-05-24'],
  ['1980', '1980'],
  ['1980-05', '1980-05'],
  ['1980-00-00', '1980'],
  ['22-12-2972', '2972-12-22'],
  ['soon', null],
  ['', null],
])('birth date %s -> %s', (text, date) => {
  expect(normaliseBirthDate(text)).toBe(date);
});

describe('facts', () => {
  test.each([
    [{ given_name: 'Mary', surname: 'Smith' }, 'mary/smith/'],
    [{ first_name: 'Mary', middle_name: 'Ann', last_name: 'Smith' }, 'mary ann/smith/'],
    [{ name: 'Dr. Mary Smith' }, 'mary/smith/'],
    [{ name: 'Smith, Mary' }, 'mary/smith/'],
    [{ name: 'Smith, I.' }, 'i/smith/'],
    [{ name: 'Robert Smith, II' }, 'robert/smith/2'],
    [{ name: 'Robert Smith Jr.' }, 'robert/smith/2'],
    [{ given_name: 'Robert', surname: 'Smith', name_suffix: 'III' }, 'robert/smith/3'],
    [{ name: 'Cher' }, '/cher/'],
    [{ name: 'García López, María' }, 'maria/garcia lopez/'],
    [{ name: '王小明' }, 'xiao ming/wang/'],
    [{ name: '欧阳娜娜' }, 'na na/ou yang/'],
    [{ name: '김 민준' }, 'min jun/kim/'],
    [{ given_name: 'Whitfield', surname: 'Peggy' }, 'peggy/whitfield/'],
    [{ given_name: 'Okoro', surname: 'James' }, 'okoro/james/'],
    [{ name: 'Baby Girl Jones' }, 'girl/jones/'],
    [{ given_name: 'Babyboy', surname: 'Jones' }, 'boy/jones/'],
    [{ given_name: 'Infant Female', surname: 'Jones' }, 'girl/jones/'],
    [{ name: 'Baby Girl A Jones' }, 'a/jones/'],
    [{ name: 'Jones, Baby of Emma' }, 'emma/jones/'],
    [{ name: 'Baby Jones' }, 'baby/jones/'],
    [{ given_name: 'Stephen of', surname: 'Blois' }, 'stephen of/blois/'],
    [{ name: 'Boy van Dijk' }, 'boy van/dijk/'],
    [{ name: 'Kim Min-jun' }, 'min jun/kim/'],
    [{ name: 'Kim Ji-woo' }, 'ji woo/kim/'],
    [{ name: 'Min-jun Kim' }, 'min jun/kim/'],
    [{ name: 'Li Xiaoming' }, 'xiaoming/li/'],
    [{ name: 'Xiao Ming Li' }, 'xiao ming/li/'],
    [{ name: 'Kim Taylor' }, 'kim/taylor/'],
    [{ name: 'Lee Anna' }, 'lee/anna/'],
  ])('%o -> %s', (attributes, text) => {
    expect(factsOf(attributes)).toEqual([['person_name', text]]);
  });

  test('a maiden name is a second name', () => {
    const facts = factsOf({ given_name: 'Ann', surname: 'Lee', maiden_name: 'Okafor' });
    expect(facts).toEqual([
      ['person_name', 'ann/lee/'],
      ['person_name', 'ann/okafor/'],
    ]);
  });

  test.each([
    [{ address: '123 Main Street, Las Vegas NV 89132' }, '123|main|las vegas|nv|89132|'],
    [
      { street: '123 Main St', city: 'Las Vegas', state: 'NV', zip: '89132' },
      '123|main|las vegas|nv|89132|',
    ],
    [{ street: 'Unit 4, 12 Station Rd', suburb: 'Boronia' }, '12|station|boronia|||'],
    [{ address: 'Suite 900, 1450 N City Rd' }, '1450|north city||||'],
    [{ address: '#01-11, HillV2, 4 Hillview Rise, 667979' }, '4|hillview|||667979|'],
    [{ address: '445 Overpass Rd San Ramon' }, '445|overpass|san ramon|||'],
    [{ address: '9 W. 15th St La Blanca, FL 60527' }, '9|west 15th|la blanca|fl|60527|'],
    [{ address: 'Hauptstr. 5, 10115 Berlin' }, '5|haupt|berlin||10115|'],
    [{ address: 'Boronia, 12 Station Rd, 3155' }, '12|station|boronia||3155|'],
    [{ address: 'P.O. Box 12987' }, '12987|pobox||||'],
    [{ address: '10 Rue de la Paix, 75002 Paris, France' }, '10|paix|paris||75002|france'],
    [{ street: 'Via Verdi 27' }, '27|verdi||||'],
    [{ street: 'ul. Polna 5' }, '5|polna||||'],
    [{ street: 'Goethe-Straße 3' }, '3|goethe||||'],
    [{ street: 'Goethestr. 3' }, '3|goethe||||'],
    [{ street: 'The Avenue 4' }, '4|the avenue||||'],
    [{ street: 'Calle de Alcalá, 14' }, '14|alcala||||'],
    [{ house_number: '7', street: 'Wallaby Pl', postcode: 'TQ13 8DF' }, '7|wallaby|||tq138df|'],
  ])('%o -> %s', (attributes, text) => {
    expect(factsOf(attributes)).toEqual([['address', text]]);
  });

  test('a former address and another name of an organisation are facts as well', () => {
    expect(
      factsOf({
        organisation_name: 'Acme Ltd',
        organisation_alias: 'Roadrunner Traps',
        address: '12 Station Rd, Boronia VIC 3155',
        previous_address: '7 Mill Lane, Benalla VIC 3672',
      }),
    ).toEqual([
      ['address', '12|station|boronia|vic|3155|'],
      ['address', '7|mill|benalla|vic|3672|'],
      ['organisation_name', '/acme/'],
      ['organisation_name', '/roadrunner traps/'],
    ]);
  });

  test('a name with an address behind it is read apart', () => {
    expect(factsOf({ name: 'Ann Lee, 12 Station Rd, Boronia VIC 3155' })).toEqual([
      ['address', '12|station|boronia|vic|3155|'],
      ['person_name', 'ann/lee/'],
    ]);
  });

  test('other attributes are facts under their own names; empty ones are none', () => {
    expect(
      factsOf({ occupation: 'Ship’s  Surgeon', gender: 'Female', name: ' ', dob: '?' }),
    ).toEqual([
      ['gender', 'f'],
      ['occupation', 'ships surgeon'],
    ]);
  });

  test('legal forms do not tell organisations apart', () => {
    expect(factsOf({ organisation_name: 'The Acme Co. Pty Ltd' })).toEqual([
      ['organisation_name', '/acme pty/'.replace(' pty', '')],
    ]);
  });
});

describe('derived keys', () => {
  const facts = factsOf({ name: 'Peggy Whitfield', birth_date: '1951-03-14', postcode: '3672' });

  test('parts in order; a missing part makes no key', () => {
    expect(
      derivedKeysOf(facts, [
        { name: 'day', parts: ['given_initial', 'birth_month_day'] },
        { name: 'where', parts: ['surname', 'postcode'] },
        { name: 'house', parts: ['surname', 'house'] },
      ]),
    ).toEqual([
      { namespace: 'day', value: 'p 03-14', bases: [] },
      { namespace: 'where', value: 'whitfield 3672', bases: [] },
    ]);
  });

  test.each([
    ['a nickname', { name: 'Margaret Whitfield' }],
    ['swapped names', { name: 'Whitfield Peggy' }],
    ['another spelling', { name: 'Peggy Whitfeeld' }],
  ])('%s -> the same sounds', (_, attributes) => {
    const namespaces = [{ name: 'sounds', parts: ['name_sounds'] }] as const;
    const [other] = derivedKeysOf(factsOf(attributes), namespaces);
    expect(other).toEqual(derivedKeysOf(facts, namespaces)[0]);
  });

  test('swapped day and month -> the same digits', () => {
    const namespaces = [{ name: 'digits', parts: ['birth_digits'] }] as const;
    expect(derivedKeysOf(factsOf({ birth_date: '1980-05-12' }), namespaces)).toEqual(
      derivedKeysOf(factsOf({ birth_date: '1980-12-05' }), namespaces),
    );
  });
});

describe('what says nothing', () => {
  test.each<[string, Record<string, string>]>([
    ['null everywhere', { given_name: 'null', surname: 'NULL', birth_date: 'null', place: 'null' }],
    ['a name that is unknown', { name: 'Unknown' }],
    ['both parts of a name unknown', { given_name: 'n/a', surname: 'Unknown' }],
    ['a tester', { given_name: 'Test', surname: 'User' }],
    ['an address of zeros', { postcode: '0000', place: 'UNKNOWN', street: '-' }],
    ['the first of January 1900', { birth_date: '01/01/1900' }],
    ['an employer not available', { employer: 'Not Available' }],
  ])('%s -> no fact', (_, attributes) => {
    expect(factsOf(attributes)).toEqual([]);
  });

  test.each<[string, Record<string, string>, string]>([
    ['a surname unknown', { given_name: 'John', surname: 'UNKNOWN' }, 'john//'],
    ['Mr Null', { given_name: 'Christopher', surname: 'Null' }, 'christopher/null/'],
    ['Ms Na', { given_name: 'Hye-seok', surname: 'Na' }, 'hye seok/na/'],
    ['Mr Guest', { given_name: 'Edgar', surname: 'Guest' }, 'edgar/guest/'],
  ])('%s -> what is left is a fact', (_, attributes, text) => {
    expect(factsOf(attributes)).toEqual([['person_name', text]]);
  });

  test('Norway and a house 1234567 are not nothing', () => {
    const [fact] = factsOf({
      house_number: '1234567',
      street: 'Storgata',
      place: 'Bodø',
      country: 'NO',
    });
    expect(fact?.[1]).toBe('1234567|storgata|bodo|||no');
  });
});

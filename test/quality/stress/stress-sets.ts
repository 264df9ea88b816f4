/**
 * Generated data of the kinds that public sets lack: families, mixed layouts, movers, scripts,
 * clusters of thirty, shared numbers, sources that know different things. The truth is known, the
 * seeds are fixed. They guard against fitting the public sets only; figures on them prove little.
 */
import { createRandom, type Random } from '../../support/random.ts';
import type { QualityRecord } from '../quality-record.ts';
import { dateSlip, households, type Home, type Person, shortName, slip } from './people.ts';
import { scripts } from './scripts.ts';

type Attributes = Record<string, string>;
type Identifiers = { namespace: string; value: string }[];
interface Draft {
  readonly attributes: Attributes;
  readonly identifiers: Identifiers;
}

export interface StressSet {
  readonly name: string;
  load(): QualityRecord[];
}

function collect(
  random: Random,
  people: readonly Person[],
  counts: (person: Person) => number,
  write: (person: Person, index: number) => Draft,
): QualityRecord[] {
  const records: QualityRecord[] = [];
  for (const person of people) {
    for (let index = 0; index < counts(person); index++) {
      records.push({ id: `${person.id}:${index}`, truth: person.id, ...write(person, index) });
    }
  }
  return random.shuffle(records);
}

function namesOf(random: Random, person: Person): Attributes {
  let given = random.chance(0.15) ? shortName(person.given) : person.given;
  let { surname } = person;
  if (random.chance(0.08)) given = slip(random, given);
  if (random.chance(0.08)) surname = slip(random, surname);
  if (random.chance(0.04)) given = given.slice(0, 1);
  if (person.formerSurname !== null && random.chance(0.3)) surname = person.formerSurname;
  return random.chance(0.02)
    ? { given_name: surname, surname: given }
    : { given_name: given, surname };
}

function dateOf(random: Random, person: Person, missing: number): Attributes {
  if (random.chance(missing)) return {};
  return {
    birth_date: random.chance(0.08) ? dateSlip(random, person.birthDate) : person.birthDate,
  };
}

function homeOf(random: Random, person: Person): Home {
  return person.formerHome !== null && random.chance(0.4) ? person.formerHome : person.home;
}

function addressOf(home: Home): Attributes {
  const { number, street, place, postcode } = home;
  return { house_number: number, street, place, postcode };
}

/** Families that share address, surname, landline, often a mailbox; a third of dates are missing. */
function families(): QualityRecord[] {
  const random = createRandom(101);
  const people = households(random, 700);
  return collect(
    random,
    people,
    () => 1 + random.below(3),
    (person) => {
      const home = homeOf(random, person);
      const identifiers: Identifiers = [];
      if (random.chance(0.6)) {
        identifiers.push({
          namespace: 'phone',
          value: random.chance(0.5) ? home.phone : person.mobile,
        });
      }
      if (random.chance(0.5)) identifiers.push({ namespace: 'email', value: person.email });
      return {
        attributes: {
          ...namesOf(random, person),
          ...dateOf(random, person, 0.35),
          ...(random.chance(0.9) ? addressOf(home) : {}),
        },
        identifiers,
      };
    },
  );
}

/** The same people in five layouts, some of them one text for everything. */
function layouts(): QualityRecord[] {
  const random = createRandom(102);
  const people = households(random, 400);
  return collect(
    random,
    people,
    () => 1 + random.below(4),
    (person) => {
      const { given_name: given = '', surname = '' } = namesOf(random, person);
      const home = homeOf(random, person);
      const { birth_date: date } = dateOf(random, person, 0.3);
      const line = `${home.number} ${home.street}, ${home.place} VIC ${home.postcode}`;
      const identifiers: Identifiers = random.chance(0.4)
        ? [{ namespace: 'phone', value: person.mobile }]
        : [];
      const [year = '', month = '', day = ''] = (date ?? '').split('-');
      const spoken = date === undefined ? {} : { birth_date: `${day}.${month}.${year}` };
      const iso = date === undefined ? {} : { birth_date: date };
      const writers: (() => Attributes)[] = [
        () => ({ given_name: given, surname, ...iso, ...addressOf(home) }),
        () => ({ name: `${surname.toUpperCase()}, ${given}`, ...spoken, address: line }),
        () => ({
          name: `${given} ${surname}`,
          ...spoken,
          address: `${home.place}, ${home.number} ${home.street}, ${home.postcode}`,
        }),
        () => ({ given_name: surname, surname: given, ...iso, postcode: home.postcode }),
        () => ({ name: `${given} ${surname}, ${line}`, ...iso }),
      ];
      return { attributes: random.pick(writers)(), identifiers };
    },
  );
}

/** Thirty records each of forty people, among 1,500 who have one or two. */
function crowds(): QualityRecord[] {
  const random = createRandom(103);
  const people = households(random, 500);
  const crowded = new Set(people.filter(() => random.chance(0.03)).map(({ id }) => id));
  return collect(
    random,
    people,
    ({ id }) => (crowded.has(id) ? 30 : 1 + random.below(2)),
    (person) => ({
      attributes: {
        ...namesOf(random, person),
        ...dateOf(random, person, 0.2),
        ...(random.chance(0.7) ? addressOf(homeOf(random, person)) : {}),
      },
      identifiers: random.chance(0.5) ? [{ namespace: 'email', value: person.email }] : [],
    }),
  );
}

/** One switchboard number and mailbox on sixty people, and one form's number on two hundred. */
function sharedNumbers(): QualityRecord[] {
  const random = createRandom(104);
  const people = households(random, 400);
  return collect(
    random,
    people,
    () => 1 + random.below(2),
    (person) => {
      const office = person.id.length % 2 === 0 && random.chance(0.1);
      const identifiers: Identifiers = [];
      if (office) identifiers.push({ namespace: 'phone', value: '03 9555 0100' });
      else if (random.chance(0.15)) identifiers.push({ namespace: 'phone', value: '0412 345 670' });
      else identifiers.push({ namespace: 'phone', value: person.mobile });
      if (office) identifiers.push({ namespace: 'email', value: 'info@office.example' });
      else if (random.chance(0.5)) identifiers.push({ namespace: 'email', value: person.email });
      return {
        attributes: {
          ...namesOf(random, person),
          ...dateOf(random, person, 0.5),
          ...(random.chance(0.5) ? { place: person.home.place } : {}),
        },
        identifiers,
      };
    },
  );
}

/**
 * Three national sources of whole populations: a census (no phones, year of birth only), a register
 * (dates, no addresses) and a patient list (addresses, no sex). Everyone once in each, so most pairs
 * that share anything are of one household.
 */
export function householdSources(count: number): QualityRecord[] {
  const random = createRandom(105);
  const people = households(random, count);
  return collect(
    random,
    people,
    () => 3,
    (person, index) => {
      const names = namesOf(random, person);
      const sex = { gender: person.isWoman ? 'F' : 'M' };
      const date = dateOf(random, person, 0.05);
      const year = { birth_date: (date['birth_date'] ?? person.birthDate).slice(0, 4) };
      const home = addressOf(person.home);
      const attributes = [
        { ...names, ...year, ...home, ...sex },
        { ...names, ...date, postcode: person.home.postcode, ...sex },
        { ...names, ...date, ...home },
      ][index] as Attributes;
      return { attributes, identifiers: [] };
    },
  );
}

/**
 * Whole households of which everyone gives the one phone *and* the one mailbox: twins, and fathers with
 * a son of their name, have nothing but a given name or a birth date to tell them apart.
 */
function kin(): QualityRecord[] {
  const random = createRandom(107);
  return collect(
    random,
    households(random, 400),
    () => 2 + random.below(2),
    (person) => ({
      attributes: {
        ...namesOf(random, { ...person, formerSurname: null }),
        ...dateOf(random, person, 0.05),
        ...addressOf(person.home),
      },
      identifiers: [
        { namespace: 'phone', value: person.home.phone },
        { namespace: 'email', value: `${person.household}@mail.example` },
      ],
    }),
  );
}

export const STRESS_SETS: readonly StressSet[] = [
  { name: 'families', load: families },
  { name: 'layouts', load: layouts },
  { name: 'crowds', load: crowds },
  { name: 'shared_numbers', load: sharedNumbers },
  { name: 'sources', load: () => householdSources(900) },
  { name: 'scripts', load: scripts },
  { name: 'kin', load: kin },
];

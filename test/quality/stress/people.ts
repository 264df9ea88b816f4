/** Generated people of households, and the dirt that gets into records of them. Seeded. */
import type { Random } from '../../support/random.ts';

export interface Person {
  readonly id: string;
  readonly household: string;
  readonly given: string;
  readonly surname: string;
  readonly isWoman: boolean;
  /** `YYYY-MM-DD` */
  readonly birthDate: string;
  readonly mobile: string;
  readonly email: string;
  readonly home: Home;
  /** Where they lived before, for movers. */
  readonly formerHome: Home | null;
  readonly formerSurname: string | null;
}
export interface Home {
  readonly number: string;
  readonly street: string;
  readonly place: string;
  readonly postcode: string;
  readonly phone: string;
}

export const WOMEN =
  'Mary Patricia Elizabeth Margaret Catherine Susan Rebecca Jennifer Sarah Deborah Anne Helen Frances Eleanor Victoria Abigail Charlotte Grace Olivia Ruth Alice Lucy Hannah Emma Sophie Chloe Leah Zara Nadia Ingrid'.split(
    ' ',
  );
export const MEN =
  'James Robert William Thomas Richard Edward Charles Joseph Daniel Matthew Anthony Andrew Michael Benjamin Samuel Nicholas Gregory Alexander Patrick Stephen Peter Henry George Arthur Oliver Liam Noah Ethan Omar Sven'.split(
    ' ',
  );
const SHORT: Readonly<Record<string, string>> = {
  Patricia: 'Pat',
  Elizabeth: 'Liz',
  Margaret: 'Peggy',
  Catherine: 'Kate',
  Susan: 'Sue',
  Rebecca: 'Becky',
  Jennifer: 'Jenny',
  Deborah: 'Debbie',
  Victoria: 'Vicky',
  James: 'Jim',
  Robert: 'Bob',
  William: 'Bill',
  Thomas: 'Tom',
  Richard: 'Dick',
  Edward: 'Ted',
  Charles: 'Charlie',
  Joseph: 'Joe',
  Daniel: 'Dan',
  Matthew: 'Matt',
  Anthony: 'Tony',
  Michael: 'Mike',
  Benjamin: 'Ben',
  Samuel: 'Sam',
  Nicholas: 'Nick',
  Stephen: 'Steve',
};
const ONSETS = 'B Br C Cl D F G Gr H J K L M N P R S St T Th W Wh'.split(' ');
const MIDDLES = 'a e i o u ai ea oo ar er il an or en'.split(' ');
const ENDS =
  'ton ley ford man son well ham by field wood croft ridge den ler ney mer lin ving sey ck'.split(
    ' ',
  );
const COMMON =
  'Smith Jones Taylor Brown Williams Wilson Johnson Davies Nguyen Patel Khan Lee'.split(' ');
const STREETS =
  'High Church Station Mill Victoria Park Queen King Albert Railway Bridge School'.split(' ');
const TYPES = 'Street Road Avenue Lane Close Drive'.split(' ');
const PLACES =
  'Benalla Boronia Ashfield Norwood Kirkham Stanley Melton Preston Redhill Elmswood'.split(' ');

const pad = (value: number): string => String(value).padStart(2, '0');

function surnameOf(random: Random): string {
  if (random.chance(0.25)) return random.pick(COMMON);
  return random.pick(ONSETS) + random.pick(MIDDLES) + random.pick(ENDS);
}

export function homeOf(random: Random): Home {
  const at = random.below(PLACES.length);
  return {
    number: String(1 + random.below(180)),
    street: `${random.pick(STREETS)} ${random.pick(TYPES)}`,
    place: PLACES[at] as string,
    postcode: String(3000 + at * 40 + random.below(12)),
    phone: `03 9${100 + random.below(900)} ${1000 + random.below(9000)}`,
  };
}

export function dateIn(random: Random, from: number, to: number): string {
  const year = from + random.below(to - from + 1);
  return `${year}-${pad(1 + random.below(12))}-${pad(1 + random.below(28))}`;
}

/**
 * Households of two parents and up to four children: one in eight with twins, one in ten with a son
 * of his father's name. Ids are `h12.0`.
 */
export function households(random: Random, count: number): Person[] {
  const people: Person[] = [];
  for (let index = 0; index < count; index++) {
    const surname = surnameOf(random);
    const home = homeOf(random);
    const family = `${surname.toLowerCase()}family${random.below(90)}@mail.example`;
    const taken = new Set<string>();
    const add = (isWoman: boolean, birthDate: string, name?: string): Person => {
      let given = name ?? random.pick(isWoman ? WOMEN : MEN);
      while (name === undefined && taken.has(given)) given = random.pick(isWoman ? WOMEN : MEN);
      taken.add(given);
      const isMover = random.chance(0.2);
      const handle = `${given}.${surname}${random.below(99)}`.toLowerCase();
      const person: Person = {
        id: `h${index}.${people.length}`,
        household: `h${index}`,
        given,
        surname,
        isWoman,
        birthDate,
        mobile: `04${10 + random.below(89)} ${100 + random.below(900)} ${100 + random.below(900)}`,
        email: random.chance(0.3) ? family : `${handle}@mail.example`,
        home,
        formerHome: isMover ? homeOf(random) : null,
        formerSurname: isWoman && random.chance(0.2) ? surnameOf(random) : null,
      };
      people.push(person);
      return person;
    };
    const father = add(false, dateIn(random, 1945, 1975));
    add(true, dateIn(random, 1945, 1975));
    const children = random.below(4);
    for (let child = 0; child < children; child++) {
      const isWoman = random.chance(0.5);
      const born = dateIn(random, 1976, 2004);
      const isNamesake = !isWoman && random.chance(0.2);
      add(isWoman, born, isNamesake ? father.given : undefined);
      if (random.chance(0.12)) add(random.chance(0.5), born);
    }
  }
  return people;
}

/** One slip of the keyboard: a letter replaced, dropped, doubled or swapped with the next. */
export function slip(random: Random, text: string): string {
  if (text.length < 3) return text;
  const at = 1 + random.below(text.length - 2);
  const kind = random.below(4);
  if (kind === 0)
    return text.slice(0, at) + random.pick('aeiourstln'.split('')) + text.slice(at + 1);
  if (kind === 1) return text.slice(0, at) + text.slice(at + 1);
  if (kind === 2) return text.slice(0, at) + text[at] + text.slice(at);
  return text.slice(0, at) + text[at + 1] + text[at] + text.slice(at + 2);
}

export function shortName(given: string): string {
  return SHORT[given] ?? given;
}

/** A date with one digit wrong, or with day and month swapped where that gives a date. */
export function dateSlip(random: Random, date: string): string {
  const [year = '', month = '', day = ''] = date.split('-');
  if (random.chance(0.3) && Number(day) <= 12) return `${year}-${day}-${month}`;
  const digits = Array.from(year + month + day);
  const at = random.pick([2, 3, 5, 7]);
  digits[at] = String((Number(digits[at]) + 1 + random.below(8)) % 10);
  const text = digits.join('');
  return `${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6)}`;
}

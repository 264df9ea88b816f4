/**
 * Who lives in the demo world: households, organisations and people, with everything that is true
 * of them at the start. What changes later (moves, new phones, new cookies) is changed on these
 * objects by the stream of interactions, which therefore builds a population of its own each time.
 */
import { CULTURES, toAscii, type Culture } from './names.ts';
import { drawAddress, type Address } from './places.ts';
import type { Random } from './random.ts';
import type { CalendarDay } from './formats.ts';
import { createIssuer, type Issuer } from './issuer.ts';

export interface Household {
  address: Address;
  /** Most households have no landline any more. */
  readonly landline: string | null;
  /** One mailbox for both partners, used instead of a personal one by some. */
  readonly sharedEmail: string | null;
  /** A tablet on which several of them sign in; its cookie hardly ever churns. */
  readonly tabletCookie: string | null;
  readonly thermostat: string | null;
  readonly members: Person[];
}

export interface Organisation {
  readonly name: string;
  readonly domain: string;
  readonly switchboard: string;
  readonly people: Person[];
}

/** Numbers that the source systems gave to a person; null while there is no account. */
export interface Accounts {
  login: string | null;
  crmNorth: string | null;
  crmSouth: string | null;
  billing: string | null;
  billingLegacy: string | null;
  loyalty: string | null;
  subscriber: string | null;
}

export interface Person {
  /** The truth: what a resolver is measured against. */
  readonly id: string;
  readonly given: string;
  family: string;
  readonly birth: CalendarDay;
  readonly isChild: boolean;
  household: Household;
  readonly employer: Organisation | null;
  /** Mailbox in use; the earlier ones stay in the systems that learnt them. */
  email: string;
  mobile: string;
  /** Payment card token, as the till and the web shop see it. */
  card: string;
  /** Cookies of the browser and of the phone's browser. */
  readonly cookies: string[];
  install: string | null;
  readonly accounts: Accounts;
  /** Accounts that the person is inclined to open: opened at first use. */
  readonly inclination: { readonly [Account in keyof Accounts]: boolean };
  readonly usesApp: boolean;
  /** Prefers the household's landline and shared mailbox when asked for contact details. */
  readonly givesShared: boolean;
  /** Lends the loyalty card to another adult of the house. */
  readonly lendsLoyalty: boolean;
  /** Relative number of interactions. */
  readonly activity: number;
}

export interface Population {
  readonly people: Person[];
  readonly households: Household[];
  readonly organisations: Organisation[];
}

const MAIL_DOMAINS = [
  'bluegum.example',
  'postbox.example',
  'magpie.example',
  'southernmail.example',
  'bigpond.example',
] as const;

const LANDLINE_PREFIXES = ['037010', '035550', '027010', '087010', '075550'] as const;

/** A person's own mailbox; people with common names get a number from their provider. */
function drawEmail(random: Random, taken: Set<string>, given: string, family: string): string {
  const first = toAscii(given).toLowerCase();
  const last = toAscii(family).toLowerCase();
  const local = random.pick([`${first}.${last}`, `${first}${last}`, `${first.charAt(0)}${last}`]);
  const domain = random.pick(MAIL_DOMAINS);
  let email = `${local}@${domain}`;
  for (let number = random.int(50, 99); taken.has(email); number++) {
    email = `${local}${number}@${domain}`;
  }
  taken.add(email);
  return email;
}

export interface Settlement {
  readonly random: Random;
  readonly issuer: Issuer;
  readonly emails: Set<string>;
}

export function createSettlement(random: Random): Settlement {
  return { random, issuer: createIssuer(random.fork('issuer')), emails: new Set() };
}

/** A new private mailbox, mobile or card for somebody who changes theirs. */
export function drawNewEmail(settlement: Settlement, person: Person): string {
  return drawEmail(settlement.random, settlement.emails, person.given, person.family);
}

export function drawNewMobile(settlement: Settlement): string {
  return settlement.issuer.digits('0491', 6);
}

/**
 * Few are very active: Pareto, x^(-3/4), cut at 30 times the least. Square roots, because IEEE 754
 * fixes their last bit and leaves that of powers to the library (I1 of `generate-world.ts`).
 */
function drawActivity(random: Random): number {
  const root = Math.sqrt(1 - random.next());
  return Math.min(30, 1 / (root * Math.sqrt(root)));
}

export interface PersonPlan {
  readonly given: string;
  readonly family: string;
  readonly birthYear: number;
  readonly household: Household;
  readonly employer: Organisation | null;
}

export function settlePerson(settlement: Settlement, number: number, plan: PersonPlan): Person {
  const { random, issuer } = settlement;
  const isChild = plan.birthYear > 2008;
  const adult = (probability: number): boolean => !isChild && random.chance(probability);
  const person: Person = {
    id: `person-${String(number).padStart(5, '0')}`,
    given: plan.given,
    family: plan.family,
    birth: { year: plan.birthYear, month: random.int(1, 12), day: random.int(1, 28) },
    isChild,
    household: plan.household,
    employer: isChild ? null : plan.employer,
    email: drawEmail(random, settlement.emails, plan.given, plan.family),
    mobile: drawNewMobile(settlement),
    card: issuer.hex(20),
    cookies: [issuer.hex(24), issuer.hex(24)],
    install: null,
    accounts: {
      login: null,
      crmNorth: null,
      crmSouth: null,
      billing: null,
      billingLegacy: null,
      loyalty: null,
      subscriber: null,
    },
    inclination: {
      login: random.chance(isChild ? 0.25 : 0.72),
      crmNorth: adult(0.55),
      crmSouth: adult(0.22),
      billing: adult(0.34),
      billingLegacy: adult(0.1),
      loyalty: adult(0.5),
      subscriber: adult(0.48),
    },
    usesApp: random.chance(isChild ? 0.3 : 0.42),
    givesShared: random.chance(0.2),
    lendsLoyalty: random.chance(0.02),
    activity: drawActivity(random) * (isChild ? 0.4 : 1),
  };
  plan.household.members.push(person);
  return person;
}

export function settleHousehold(settlement: Settlement, family: string): Household {
  const { random, issuer } = settlement;
  return {
    address: drawAddress(random),
    landline: random.chance(0.25) ? issuer.digits(random.pick(LANDLINE_PREFIXES), 4) : null,
    sharedEmail: random.chance(0.06)
      ? drawEmail(random, settlement.emails, 'the', `${family}s`)
      : null,
    tabletCookie: random.chance(0.3) ? issuer.hex(24) : null,
    thermostat: random.chance(0.14) ? issuer.hex(12).toUpperCase() : null,
    members: [],
  };
}

const ORGANISATION_WORDS = [
  'Alpine',
  'Bayside',
  'Cobram',
  'Delatite',
  'Eildon',
  'Falls Creek',
  'Goulburn',
  'Hume',
  'Kiewa',
  'Loddon',
  'Mallee',
  'Ovens',
  'Plenty',
  'Strathbogie',
  'Tarago',
  'Wimmera',
  'Yarra',
] as const;
const ORGANISATION_TRADES = [
  'Plumbing',
  'Early Learning',
  'Dental',
  'Joinery',
  'Accounting',
  'Landscapes',
  'Cafe',
  'Legal',
] as const;

function settleOrganisation(settlement: Settlement): Organisation {
  const { random, issuer } = settlement;
  const name = `${random.pick(ORGANISATION_WORDS)} ${random.pick(ORGANISATION_TRADES)}`;
  const word = name.toLowerCase().replaceAll(' ', '');
  return {
    name,
    domain: `${word}${issuer.digits('', 4)}.example`,
    switchboard: issuer.digits('035550', 4),
    people: [],
  };
}

function drawFamily(random: Random): { culture: Culture; family: string } {
  const culture = CULTURES.draw(random);
  return { culture, family: random.pick(culture.family) };
}

/**
 * Settles `count` people: households of one to six, one organisation for each forty people, a third
 * of the adults employed by one. People are numbered after the `numbersTaken` already settled.
 */
export function settlePopulation(
  settlement: Settlement,
  count: number,
  numbersTaken: number,
): Population {
  const { random } = settlement;
  const organisations: Organisation[] = [];
  for (let index = 0; index < Math.ceil(count / 40); index++) {
    organisations.push(settleOrganisation(settlement));
  }
  const [firstOrganisation, ...otherOrganisations] = organisations;
  const people: Person[] = [];
  const households: Household[] = [];
  while (people.length < count) {
    const home = drawFamily(random);
    const household = settleHousehold(settlement, home.family);
    households.push(household);
    const size = Math.min(random.pick([1, 1, 1, 2, 2, 2, 2, 3, 4, 4, 5, 6]), count - people.length);
    for (let position = 0; position < size; position++) {
      const isGuest = position > 0 && position < 2 && random.chance(0.35);
      const roots = isGuest ? drawFamily(random) : home;
      const employer =
        firstOrganisation !== undefined && random.chance(0.33)
          ? random.pick([firstOrganisation, ...otherOrganisations])
          : null;
      const person = settlePerson(settlement, numbersTaken + people.length + 1, {
        given: random.pick(roots.culture.given),
        family: roots.family,
        birthYear: position < 2 ? random.int(1938, 2003) : random.int(1994, 2018),
        household,
        employer,
      });
      person.employer?.people.push(person);
      people.push(person);
    }
  }
  return { people, households, organisations };
}

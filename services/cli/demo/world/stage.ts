/**
 * What the scenes share: the population, the numbering of each source system, and the ways in which
 * a person's identifiers get into a record.
 */
import type { DraftIdentifier, DraftParty, Source } from './draft.ts';
import { HANDS } from './hand.ts';
import {
  JUNK_EMAILS,
  JUNK_PHONES,
  mistype,
  writeDate,
  writeEmail,
  writeName,
  writePhone,
} from './formats.ts';
import { NAMESPACE } from './namespaces.ts';
import { writeStreet } from './places.ts';
import type { Accounts, Person, Population, Settlement } from './population.ts';
import type { Random } from './random.ts';

export interface Stage {
  readonly random: Random;
  readonly settlement: Settlement;
  readonly population: Population;
  /** Cookies of the kiosks in the shops: many people sign in on each. */
  readonly kioskCookies: readonly [string, ...string[]];
  /** Next number of a source system's own sequence, from 1. */
  nextNumber(series: string): number;
}

export function createStage(settlement: Settlement, population: Population, random: Random): Stage {
  const numbers = new Map<string, number>();
  const kiosk = (): string => settlement.issuer.hex(24);
  return {
    random,
    settlement,
    population,
    kioskCookies: [kiosk(), kiosk(), kiosk(), kiosk(), kiosk()],
    nextNumber(series) {
      const number = (numbers.get(series) ?? 0) + 1;
      numbers.set(series, number);
      return number;
    },
  };
}

const padded = (number: number, length: number): string => String(number).padStart(length, '0');

/** The next interaction id of a source, in the manner of that source. */
export function nextInteractionId(stage: Stage, source: Source): string {
  const number = stage.nextNumber(source);
  switch (source) {
    case 'web':
    case 'app':
      return `${source}_${stage.settlement.issuer.hex(16)}`;
    case 'crm-north':
      return `00T${number.toString(36).toUpperCase().padStart(12, '0')}`;
    case 'crm-south':
      return `ACT-${padded(number, 7)}`;
    case 'billing':
      return `INV-${padded(number, 8)}`;
    case 'billing-legacy':
      return `${padded(number, 7)}/A`;
    case 'orders':
      return `W${1_000_000 + number}`;
    case 'call-centre':
      return `call/${padded(number, 6)}`;
    case 'till':
      return `R${(number % 12) + 1}-${padded(number, 6)}`;
    case 'kiosk':
      return `k.${number.toString(16)}`;
    case 'email':
      return `<${number.toString(36)}.mta2>`;
    case 'iot':
      return `r:${number}`;
    case 'direct-mail':
      return `DM${padded(number, 6)}`;
    case 'chat':
      return `chat-${number}`;
  }
}

/** The account's number, issued now when the person has none; null when not inclined to have one. */
export function accountOf(stage: Stage, person: Person, account: keyof Accounts): string | null {
  const existing = person.accounts[account];
  if (existing !== null) return existing;
  if (!person.inclination[account]) return null;
  const issued = issueAccount(stage, account);
  person.accounts[account] = issued;
  return issued;
}

export function issueAccount(stage: Stage, account: keyof Accounts): string {
  const number = stage.nextNumber(`account/${account}`);
  const { issuer } = stage.settlement;
  switch (account) {
    case 'login':
      return `u_${issuer.hex(12)}`;
    case 'crmNorth':
      return `003${number.toString(36).toUpperCase().padStart(12, '0')}`;
    case 'crmSouth':
      return `S-${padded(200_000 + number, 7)}`;
    case 'billing':
      return issuer.digits('10', 8).replace(/^(\d{4})(\d{3})(\d{3})$/, '$1-$2-$3');
    case 'billingLegacy':
      return `ACC${padded(number * 7, 7)}`;
    case 'loyalty':
      return issuer.digits('6035', 8);
    case 'subscriber':
      return `sub-${number.toString(36)}`;
  }
}

const NAMESPACE_BY_ACCOUNT = {
  login: NAMESPACE.login,
  crmNorth: NAMESPACE.crm,
  crmSouth: NAMESPACE.crm,
  billing: NAMESPACE.billing,
  billingLegacy: NAMESPACE.billing,
  loyalty: NAMESPACE.loyalty,
  subscriber: NAMESPACE.subscriber,
} as const;

export function accountIdentifier(account: keyof Accounts, value: string): DraftIdentifier {
  return { namespace: NAMESPACE_BY_ACCOUNT[account], value };
}

export const cookieIdentifier = (value: string): DraftIdentifier => ({
  namespace: NAMESPACE.cookie,
  value,
});

/** The browser of the day: now and then a cookie is gone, or it is the family tablet. */
export function cookieOf(stage: Stage, person: Person): string {
  const { random } = stage;
  const tablet = person.household.tabletCookie;
  if (tablet !== null && random.chance(person.isChild ? 0.6 : 0.2)) return tablet;
  const browser = random.chance(0.65) ? 0 : 1;
  if (random.chance(0.05)) person.cookies[browser] = stage.settlement.issuer.hex(24);
  return person.cookies[browser] ?? '';
}

/** The person's e-mail address as `source` got to write it; null when it did not. */
export function writtenEmail(stage: Stage, source: Source, person: Person): DraftIdentifier | null {
  const { random } = stage;
  const hand = HANDS[source];
  const style = hand.email.draw(random);
  if (random.chance(hand.missing)) return null;
  const shared = person.givesShared && random.chance(0.6) ? person.household.sharedEmail : null;
  const meant = shared ?? person.email;
  const namespace = NAMESPACE.email;
  if (random.chance(hand.junk)) return { namespace, value: JUNK_EMAILS.draw(random), meant };
  if (random.chance(hand.slip)) {
    return { namespace, value: writeEmail(mistype(random, meant), style), meant };
  }
  return { namespace, value: writeEmail(meant, style) };
}

/** The person's phone number as `source` got to write it; null when it did not. */
export function writtenPhone(stage: Stage, source: Source, person: Person): DraftIdentifier | null {
  const { random } = stage;
  const hand = HANDS[source];
  const style = hand.phone.draw(random);
  if (random.chance(hand.missing)) return null;
  const shared = person.givesShared && random.chance(0.5) ? person.household.landline : null;
  const meant = writePhone(shared ?? person.mobile, 'e164');
  const namespace = NAMESPACE.phone;
  if (random.chance(hand.junk)) return { namespace, value: JUNK_PHONES.draw(random), meant };
  const number = shared ?? person.mobile;
  if (random.chance(hand.slip)) {
    const digits = number.slice(0, 4) + mistype(random, number.slice(4));
    return { namespace, value: writePhone(digits, style), meant };
  }
  return { namespace, value: writePhone(number, style) };
}

/** Name, birth date and address in the source's manner; each may be absent. */
export function writtenAttributes(
  stage: Stage,
  source: Source,
  person: Person,
  wanted: 'name' | 'all',
): Readonly<Record<string, string>> {
  const { random } = stage;
  const hand = HANDS[source];
  const given = random.chance(hand.slip) ? mistype(random, person.given) : person.given;
  const name = writeName(given, person.family, hand.name);
  if (wanted === 'name') return { name };
  const attributes: Record<string, string> = { name };
  if (!random.chance(hand.missing + 0.2)) {
    attributes['birth_date'] = random.chance(hand.junk)
      ? writeDate({ year: 1900, month: 1, day: 1 }, hand.date)
      : writeDate(person.birth, hand.date);
  }
  if (!random.chance(hand.missing)) {
    const { address } = person.household;
    const isShort = hand.name !== 'natural' || random.chance(hand.slip * 3);
    attributes['street'] = writeStreet(address, isShort ? 'short' : 'long');
    attributes['town'] = isShort ? address.town.name.toUpperCase() : address.town.name;
    attributes['postcode'] = address.town.postcode;
  }
  return attributes;
}

/**
 * A party of one person: the identifiers that exist, in the order given. With nothing at all about
 * the person (a cash sale) the truth is null: no resolver and no human could ever tell who it was.
 */
export function partyOf(
  role: string,
  person: Person,
  identifiers: readonly (DraftIdentifier | null)[],
  attributes: Readonly<Record<string, string>> = {},
): DraftParty {
  const present = identifiers.filter((entry) => entry !== null);
  const isUnknowable = present.length === 0 && Object.keys(attributes).length === 0;
  return { role, identifiers: present, attributes, truth: isUnknowable ? null : person.id };
}

/**
 * The handwriting of each source system: which formats it uses and how much dirt it lets in.
 *
 * Rates are chosen to be plausible for the kind of system (typed by a clerk, typed by the customer,
 * taken over by a machine); they are not fitted to any result. README.md lists them.
 */
import type { Source } from './draft.ts';
import type { DateStyle, EmailStyle, NameStyle, PhoneStyle } from './formats.ts';
import { weighted, type Weighted } from './random.ts';

export interface Hand {
  readonly email: Weighted<EmailStyle>;
  readonly phone: Weighted<PhoneStyle>;
  readonly name: NameStyle;
  readonly date: DateStyle;
  /** Probability that a contact value is not asked for or not given, each 0..1. */
  readonly missing: number;
  /** Probability that a value is a filler such as `null` or `test@test.com`. */
  readonly junk: number;
  /** Probability of one slip of the keyboard in a value. */
  readonly slip: number;
}

const plainEmail = weighted<EmailStyle>([['lower', 1]]);
const typedEmail = weighted<EmailStyle>([
  ['lower', 80],
  ['capitalised', 15],
  ['padded', 5],
]);
const upperEmail = weighted<EmailStyle>([['upper', 1]]);
const plainPhone = weighted<PhoneStyle>([['e164', 1]]);
const typedPhone = weighted<PhoneStyle>([
  ['national', 40],
  ['compact', 35],
  ['international', 15],
  ['dashed', 10],
]);
const spreadsheetPhone = weighted<PhoneStyle>([
  ['compact', 70],
  ['spreadsheet', 30],
]);

/** Taken over from another system: no slips. */
const MACHINE: Hand = {
  email: plainEmail,
  phone: plainPhone,
  name: 'natural',
  date: 'iso',
  missing: 0,
  junk: 0,
  slip: 0,
};
/** Typed by the customer on a web page. */
const FORM: Hand = {
  ...MACHINE,
  email: typedEmail,
  phone: typedPhone,
  missing: 0.05,
  junk: 0.01,
  slip: 0.012,
};
/** Typed by a clerk who listens. */
const CLERK: Hand = {
  ...FORM,
  date: 'slashed',
  missing: 0.15,
  junk: 0.03,
  slip: 0.03,
};

export const HANDS: Readonly<Record<Source, Hand>> = {
  web: FORM,
  app: FORM,
  orders: FORM,
  chat: FORM,
  email: MACHINE,
  iot: MACHINE,
  kiosk: MACHINE,
  'crm-north': CLERK,
  'crm-south': { ...CLERK, email: upperEmail, name: 'family_first', phone: spreadsheetPhone },
  billing: { ...CLERK, phone: plainPhone, date: 'iso', junk: 0.01, slip: 0.01 },
  'billing-legacy': {
    ...CLERK,
    email: upperEmail,
    phone: spreadsheetPhone,
    name: 'upper_ascii',
    date: 'packed',
    missing: 0.25,
    junk: 0.06,
  },
  // The exchange transmits the caller's number; the clerk only types the name.
  'call-centre': { ...CLERK, phone: plainPhone, missing: 0, junk: 0.005, slip: 0.01 },
  till: { ...CLERK, missing: 0.2 },
  'direct-mail': { ...MACHINE, name: 'upper_ascii', date: 'american' },
};

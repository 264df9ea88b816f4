/** Scenes in the shop, on the phone, by post, in the home, and in the offices' own systems. */
import type { Draft, DraftIdentifier } from './draft.ts';
import { NAMESPACE } from './namespaces.ts';
import type { Accounts, Person } from './population.ts';
import { draftOf, type Scene } from './scenes-online.ts';
import {
  accountIdentifier,
  accountOf,
  cookieIdentifier,
  issueAccount,
  partyOf,
  writtenAttributes,
  writtenEmail,
  writtenPhone,
} from './stage.ts';

function existing(person: Person, account: keyof Accounts): DraftIdentifier | null {
  const value = person.accounts[account];
  return value === null ? null : accountIdentifier(account, value);
}

const tillSale: Scene = (stage, person) => {
  const { random } = stage;
  const isNew = person.accounts.loyalty === null;
  const loyalty = accountOf(stage, person, 'loyalty');
  const drafts: Draft[] = [];
  if (loyalty !== null && isNew) {
    const party = partyOf(
      'subject',
      person,
      [
        accountIdentifier('loyalty', loyalty),
        writtenEmail(stage, 'till', person),
        writtenPhone(stage, 'till', person),
      ],
      writtenAttributes(stage, 'till', person, 'all'),
    );
    drafts.push(draftOf(stage, 'till', ['loyalty_joined', 'shop'], [party]));
  }
  const isShown = loyalty !== null && random.chance(0.85);
  const spent = { total_cents: random.int(250, 32_000) };
  // One in fifty cards is lent within the house: the truth is who stands at the till.
  const others = person.household.members;
  const [first, ...rest] = others.filter((other) => other !== person && !other.isChild);
  const bearer =
    isShown && first !== undefined && person.lendsLoyalty && random.chance(0.4)
      ? random.pick([first, ...rest])
      : person;
  const card = random.chance(0.7) ? { namespace: NAMESPACE.card, value: bearer.card } : null;
  const shown = isShown ? accountIdentifier('loyalty', loyalty) : null;
  drafts.push(
    draftOf(stage, 'till', ['sale', 'shop'], [partyOf('buyer', bearer, [shown, card])], spent),
  );
  return drafts;
};

const kioskUse: Scene = (stage, person) => {
  const cookie = cookieIdentifier(stage.random.pick(stage.kioskCookies));
  const known = existing(person, 'login') ?? existing(person, 'loyalty');
  const party = partyOf('subject', person, [known, cookie]);
  // A public device: who did not sign in cannot be told, not even by a human.
  const truth = known === null ? null : person.id;
  return [draftOf(stage, 'kiosk', ['stock_looked_up', 'shop'], [{ ...party, truth }])];
};

const call: Scene = (stage, person) => {
  const { random } = stage;
  const caller = random.chance(0.9) ? writtenPhone(stage, 'call-centre', person) : null;
  const quoted = random.chance(0.5)
    ? (existing(person, 'crmNorth') ?? existing(person, 'billing'))
    : null;
  const email = random.chance(0.15) ? writtenEmail(stage, 'call-centre', person) : null;
  const party = partyOf(
    'subject',
    person,
    [quoted, caller, email],
    writtenAttributes(stage, 'call-centre', person, 'name'),
  );
  return [
    draftOf(stage, 'call-centre', ['call_answered', 'phone'], [party], {
      seconds: random.int(20, 1500),
    }),
  ];
};

/** A record in one of the two customer databases, created or changed. */
function crmScene(account: 'crmNorth' | 'crmSouth', source: 'crm-north' | 'crm-south'): Scene {
  return (stage, person) => {
    const isNew = person.accounts[account] === null;
    const number = accountOf(stage, person, account);
    if (number === null) return [];
    // A clerk who does not find the record opens a second one.
    const isDuplicate = !isNew && stage.random.chance(0.04);
    const used = isDuplicate ? issueAccount(stage, account) : number;
    const party = partyOf(
      'subject',
      person,
      [
        accountIdentifier(account, used),
        writtenEmail(stage, source, person),
        writtenPhone(stage, source, person),
      ],
      writtenAttributes(stage, source, person, 'all'),
    );
    const type = isNew || isDuplicate ? 'contact_created' : 'contact_changed';
    return [draftOf(stage, source, [type, 'office'], [party])];
  };
}

const invoice: Scene = (stage, person) => {
  const number = accountOf(stage, person, 'billing');
  if (number === null) return [];
  const { random } = stage;
  const party = partyOf(
    'account_holder',
    person,
    [
      accountIdentifier('billing', number),
      random.chance(0.4) ? existing(person, 'crmNorth') : null,
      random.chance(0.5) ? writtenEmail(stage, 'billing', person) : null,
      random.chance(0.4) ? writtenPhone(stage, 'billing', person) : null,
    ],
    writtenAttributes(stage, 'billing', person, 'all'),
  );
  return [
    draftOf(stage, 'billing', ['invoice_sent', 'office'], [party], {
      total_cents: random.int(1900, 48_000),
    }),
  ];
};

const legacyInvoice: Scene = (stage, person) => {
  const number = accountOf(stage, person, 'billingLegacy');
  if (number === null) return [];
  const { random } = stage;
  const party = partyOf(
    'account_holder',
    person,
    [
      accountIdentifier('billingLegacy', number),
      random.chance(0.4) ? writtenEmail(stage, 'billing-legacy', person) : null,
      random.chance(0.6) ? writtenPhone(stage, 'billing-legacy', person) : null,
    ],
    writtenAttributes(stage, 'billing-legacy', person, 'all'),
  );
  return [
    draftOf(stage, 'billing-legacy', ['invoice_sent', 'office'], [party], {
      total_cents: random.int(1900, 48_000),
    }),
  ];
};

const letter: Scene = (stage, person) => {
  const attributes = writtenAttributes(stage, 'direct-mail', person, 'all');
  // A third of the letters go to bought addresses: name and street, no number of ours.
  const known = stage.random.chance(0.67)
    ? (existing(person, 'crmNorth') ?? existing(person, 'crmSouth') ?? existing(person, 'loyalty'))
    : null;
  const party = partyOf('recipient', person, [known], attributes);
  return [draftOf(stage, 'direct-mail', ['letter_posted', 'post'], [party])];
};

/** A thermostat reports for whoever holds the account: the first member of the household. */
const reading: Scene = (stage, person) => {
  const { thermostat, members } = person.household;
  const holder = members[0] ?? person;
  if (thermostat === null) return [];
  const serial = { namespace: NAMESPACE.thermostat, value: thermostat };
  const isReport = stage.random.chance(0.5);
  const account = isReport
    ? (existing(holder, 'billing') ?? existing(holder, 'billingLegacy'))
    : null;
  const party = partyOf('account_holder', holder, [account, serial]);
  const type = isReport ? 'monthly_report' : 'reading';
  return [draftOf(stage, 'iot', [type, 'home'], [party], { celsius: stage.random.int(14, 26) })];
};

export const OFFLINE_SCENES: readonly (readonly [Scene, number])[] = [
  [tillSale, 12],
  [kioskUse, 1.5],
  [call, 6],
  [crmScene('crmNorth', 'crm-north'), 4],
  [crmScene('crmSouth', 'crm-south'), 4],
  [invoice, 6],
  [legacyInvoice, 5],
  [letter, 3],
  [reading, 14],
];

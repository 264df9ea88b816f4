/**
 * The planted story: an aunt in Benalla buys a telescope for her nephew in Boronia.
 *
 * Both are customers in their own right, seen by a dozen systems under different identifiers; the
 * purchase names both, and must give a relationship and not a merger. The demo prints it.
 */
import type { Draft, DraftIdentifier, DraftParty, Source } from './draft.ts';
import { NAMESPACE } from './namespaces.ts';
import { BENALLA, BORONIA } from './places.ts';
import { settleHousehold, settlePerson, type Person, type Settlement } from './population.ts';
import { accountIdentifier, cookieIdentifier, partyOf } from './stage.ts';

export interface StoryStep {
  /** Minutes after the beginning of the world. */
  readonly minute: number;
  readonly draft: Draft;
}

export interface StoryPerson {
  readonly id: string;
  readonly name: string;
  readonly town: string;
  /** The first is looked up for the timeline, the next two are explained. */
  readonly anchors: readonly [DraftIdentifier, ...DraftIdentifier[]];
}

export interface Story {
  readonly aunt: StoryPerson;
  readonly nephew: StoryPerson;
  readonly steps: readonly StoryStep[];
}

const AUNT = {
  email: 'margaret.whitfield@bluegum.example',
  mobile: '0491570156',
  loyalty: accountIdentifier('loyalty', '6035 4410 0921'),
  crm: accountIdentifier('crmNorth', '003STORY0AUNT01'),
  subscriber: accountIdentifier('subscriber', 'sub-marg58'),
};
const NEPHEW = {
  email: 'nikos.vlahos@postbox.example',
  mobile: '0491571266',
  login: accountIdentifier('login', 'u_nikos-vlahos'),
  crm: accountIdentifier('crmSouth', 'S-0190007'),
  billing: accountIdentifier('billing', '1077-420-118'),
  cookie: cookieIdentifier('57031a9be4d24f0c8a6b90d1'),
  install: { namespace: NAMESPACE.install, value: '0f3c8a51d7be4496a2e85b17c90d64fe' },
};

const email = (value: string): DraftIdentifier => ({ namespace: NAMESPACE.email, value });
const phone = (value: string): DraftIdentifier => ({ namespace: NAMESPACE.phone, value });

/** Days and minutes since the beginning to minutes. */
const at = (day: number, minuteOfDay: number): number => day * 1440 + minuteOfDay;

function settle(settlement: Settlement): { readonly aunt: Person; readonly nephew: Person } {
  settlement.emails.add(AUNT.email).add(NEPHEW.email);
  const auntHome = settleHousehold(settlement, 'Whitfield');
  auntHome.address = { street: '27 Fewster Road', town: BENALLA };
  const nephewHome = settleHousehold(settlement, 'Vlahos');
  nephewHome.address = { street: '4/118 Dorset Road', town: BORONIA };
  const aunt = settlePerson(settlement, 1, {
    given: 'Margaret',
    family: 'Whitfield',
    birthYear: 1958,
    household: auntHome,
    employer: null,
  });
  const nephew = settlePerson(settlement, 2, {
    given: 'Nikos',
    family: 'Vlahos',
    birthYear: 1999,
    household: nephewHome,
    employer: null,
  });
  aunt.email = AUNT.email;
  nephew.email = NEPHEW.email;
  return { aunt, nephew };
}

type Cast = ReturnType<typeof settle>;

type Seen = readonly [source: Source, interactionId: string, type: string, channel: string];

function step(
  minute: number,
  [source, interactionId, type, channel]: Seen,
  parties: readonly DraftParty[],
  properties: Draft['properties'] = {},
): StoryStep {
  return { minute, draft: { source, interactionId, type, channel, parties, properties } };
}

const AUNT_NAME = { name: 'Margaret Whitfield', town: 'Benalla' };
const NEPHEW_NAME = { name: 'Nikos Vlahos', town: 'Boronia' };

function nephewOnline({ nephew }: Cast): StoryStep[] {
  let number = 0;
  const web = (minute: number, type: string, identifiers: DraftIdentifier[]): StoryStep =>
    step(
      minute,
      ['web', `web_story_${++number}`, type, 'web'],
      [partyOf('subject', nephew, identifiers)],
      { page: '/telescopes' },
    );
  const signedIn = [NEPHEW.login, NEPHEW.cookie];
  const opening = [...signedIn, email(NEPHEW.email), phone('0491 571 266')];
  const chat = partyOf('subject', nephew, [NEPHEW.cookie, email(NEPHEW.email)]);
  const onApp = partyOf('subject', nephew, [NEPHEW.login, NEPHEW.install]);
  return [
    web(at(40, 640), 'page_viewed', [NEPHEW.cookie]),
    web(at(41, 655), 'page_viewed', [NEPHEW.cookie]),
    web(at(43, 560), 'account_opened', opening),
    web(at(44, 700), 'signed_in', signedIn),
    web(at(46, 580), 'signed_in', signedIn),
    web(at(48, 615), 'wish_list_shared', signedIn),
    step(at(50, 540), ['app', 'app_story_1', 'screen_viewed', 'app'], [onApp]),
    step(at(70, 615), ['chat', 'chat-S1', 'chat_ended', 'chat'], [chat], { minutes: 9 }),
  ];
}

function nephewInTheOffices({ nephew }: Cast): StoryStep[] {
  const contact = [NEPHEW.crm, email('NIKOS.VLAHOS@POSTBOX.EXAMPLE')];
  const holder = [NEPHEW.billing, phone('+61491571266')];
  return [
    step(
      at(90, 90),
      ['crm-south', 'ACT-S000001', 'contact_created', 'office'],
      [partyOf('subject', nephew, contact, { name: 'VLAHOS, Nikos' })],
    ),
    step(
      at(91, 30),
      ['billing', 'INV-S0000001', 'invoice_sent', 'office'],
      [partyOf('account_holder', nephew, holder, NEPHEW_NAME)],
      { total_cents: 5900 },
    ),
  ];
}

function auntAlone({ aunt }: Cast): StoryStep[] {
  const contact = [AUNT.crm, email(AUNT.email), phone('0491 570 156')];
  const joined = [AUNT.loyalty, email('Margaret.Whitfield@bluegum.example')];
  const reader = [AUNT.subscriber, email(AUNT.email)];
  const caller = [AUNT.crm, phone('+61491570156')];
  return [
    step(
      at(20, 50),
      ['crm-north', '00TSTORY01', 'contact_created', 'office'],
      [partyOf('subject', aunt, contact, AUNT_NAME)],
    ),
    step(
      at(21, 75),
      ['till', 'R7-S00001', 'loyalty_joined', 'shop'],
      [partyOf('subject', aunt, joined, AUNT_NAME)],
    ),
    step(
      at(30, 580),
      ['email', '<story1.mta2>', 'newsletter_opened', 'email'],
      [partyOf('recipient', aunt, reader)],
    ),
    step(
      at(60, 60),
      ['call-centre', 'call/S00001', 'call_answered', 'phone'],
      [partyOf('subject', aunt, caller, AUNT_NAME)],
      { seconds: 412 },
    ),
    step(
      at(80, 300),
      ['direct-mail', 'DMS00001', 'letter_posted', 'post'],
      [partyOf('recipient', aunt, [AUNT.loyalty], { name: 'MARGARET WHITFIELD' })],
    ),
  ];
}

/** The purchase and its parcel: each names both, with what each system knows of them. */
function together({ aunt, nephew }: Cast): StoryStep[] {
  const reached = [email(NEPHEW.email), phone('+61 491 571 266')];
  const receipt = { item: 'telescope', total_cents: 38_900 };
  return [
    step(
      at(63, 40),
      ['till', 'R7-S00002', 'sale_for_other', 'shop'],
      [
        partyOf('buyer', aunt, [AUNT.loyalty], AUNT_NAME),
        partyOf('beneficiary', nephew, [phone('(0491) 571 266')], NEPHEW_NAME),
      ],
      receipt,
    ),
    step(
      at(66, 300),
      ['orders', 'W0999001', 'parcel_sent', 'post'],
      [
        partyOf('buyer', aunt, [email(AUNT.email)], AUNT_NAME),
        partyOf('recipient', nephew, reached, NEPHEW_NAME),
      ],
      receipt,
    ),
  ];
}

/** Settles the two people (persons 1 and 2) and tells the story in the order it happened. */
export function plantStory(settlement: Settlement): Story {
  const cast = settle(settlement);
  const steps = [nephewOnline, nephewInTheOffices, auntAlone, together].flatMap((part) =>
    part(cast),
  );
  return {
    aunt: {
      id: cast.aunt.id,
      name: 'Margaret Whitfield',
      town: BENALLA.name,
      anchors: [AUNT.loyalty, AUNT.crm, AUNT.subscriber],
    },
    nephew: {
      id: cast.nephew.id,
      name: 'Nikos Vlahos',
      town: BORONIA.name,
      anchors: [NEPHEW.login, NEPHEW.cookie, NEPHEW.crm, NEPHEW.install, NEPHEW.billing],
    },
    steps: steps.sort((left, right) => left.minute - right.minute),
  };
}

/**
 * The planted story: an aunt in Benalla buys a telescope for her nephew in Boronia.
 *
 * Both are customers in their own right, seen by a dozen systems under different identifiers; the
 * purchase names both, and must give a relationship and not a merger. The demo prints it.
 */
import type { Draft, DraftIdentifier, DraftParty } from './draft.ts';
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

function nephewOnline({ nephew }: Cast): StoryStep[] {
  let number = 0;
  const web = (minute: number, type: string, identifiers: DraftIdentifier[]): StoryStep => ({
    minute,
    draft: {
      source: 'web',
      interactionId: `web_story_${++number}`,
      type,
      channel: 'web',
      parties: [partyOf('subject', nephew, identifiers)],
      properties: { page: '/telescopes' },
    },
  });
  const signedIn = [NEPHEW.login, NEPHEW.cookie];
  return [
    web(at(40, 640), 'page_viewed', [NEPHEW.cookie]),
    web(at(41, 655), 'page_viewed', [NEPHEW.cookie]),
    web(at(43, 560), 'account_opened', [
      NEPHEW.login,
      NEPHEW.cookie,
      email(NEPHEW.email),
      phone('0491 571 266'),
    ]),
    web(at(44, 700), 'signed_in', signedIn),
    web(at(46, 580), 'signed_in', signedIn),
    web(at(48, 615), 'wish_list_shared', signedIn),
  ];
}

const RECEIPT = { item: 'telescope', total_cents: 38900 };

function elsewhere({ aunt, nephew }: Cast): StoryStep[] {
  const step = (
    minute: number,
    draft: Pick<Draft, 'source' | 'interactionId' | 'type' | 'channel'>,
    parties: DraftParty[],
    properties: Draft['properties'] = {},
  ): StoryStep => ({ minute, draft: { ...draft, parties, properties } });
  const auntName = { name: 'Margaret Whitfield', town: 'Benalla' };
  const nephewName = { name: 'Nikos Vlahos', town: 'Boronia' };
  return [
    step(at(20, 50), { source: 'crm-north', interactionId: '00TSTORY01', type: 'contact_created',
      channel: 'office' },
      [partyOf('subject', aunt, [AUNT.crm, email(AUNT.email), phone('0491 570 156')], auntName)]),
    step(at(21, 75), { source: 'till', interactionId: 'R7-S00001', type: 'loyalty_joined',
      channel: 'shop' },
      [partyOf('subject', aunt, [AUNT.loyalty, email('Margaret.Whitfield@bluegum.example')],
        auntName)]),
    step(at(30, 580), { source: 'email', interactionId: '<story1.mta2>', type: 'newsletter_opened',
      channel: 'email' },
      [partyOf('recipient', aunt, [AUNT.subscriber, email(AUNT.email)])]),
    step(at(50, 540), { source: 'app', interactionId: 'app_story_1', type: 'screen_viewed',
      channel: 'app' },
      [partyOf('subject', nephew, [NEPHEW.login, NEPHEW.install])], { screen: 'wish list' }),
    step(at(60, 60), { source: 'call-centre', interactionId: 'call/S00001', type: 'call_answered',
      channel: 'phone' },
      [partyOf('subject', aunt, [AUNT.crm, phone('+61491570156')], auntName)], { seconds: 412 }),
    step(at(63, 40), { source: 'till', interactionId: 'R7-S00002', type: 'sale_for_other',
      channel: 'shop' },
      [
        partyOf('buyer', aunt, [AUNT.loyalty], auntName),
        partyOf('beneficiary', nephew, [phone('(0491) 571 266')], nephewName),
      ], RECEIPT),
    step(at(66, 300), { source: 'orders', interactionId: 'W0999001', type: 'parcel_sent',
      channel: 'post' },
      [
        partyOf('buyer', aunt, [email(AUNT.email)], auntName),
        partyOf('recipient', nephew, [email(NEPHEW.email), phone('+61 491 571 266')], nephewName),
      ], RECEIPT),
    step(at(70, 615), { source: 'chat', interactionId: 'chat-S1', type: 'chat_ended',
      channel: 'chat' },
      [partyOf('subject', nephew, [NEPHEW.cookie, email(NEPHEW.email)])], { minutes: 9 }),
    step(at(80, 300), { source: 'direct-mail', interactionId: 'DMS00001', type: 'letter_posted',
      channel: 'post' },
      [partyOf('recipient', aunt, [AUNT.loyalty], { name: 'MARGARET WHITFIELD' })]),
    step(at(90, 90), { source: 'crm-south', interactionId: 'ACT-S000001', type: 'contact_created',
      channel: 'office' },
      [partyOf('subject', nephew, [NEPHEW.crm, email('NIKOS.VLAHOS@POSTBOX.EXAMPLE')],
        { name: 'VLAHOS, Nikos' })]),
    step(at(91, 30), { source: 'billing', interactionId: 'INV-S0000001', type: 'invoice_sent',
      channel: 'office' },
      [partyOf('account_holder', nephew, [NEPHEW.billing, phone('+61491571266')], nephewName)],
      { total_cents: 5900 }),
  ];
}

/** Settles the two people (persons 1 and 2) and tells the story in the order it happened. */
export function plantStory(settlement: Settlement): Story {
  const cast = settle(settlement);
  const steps = [...nephewOnline(cast), ...elsewhere(cast)];
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

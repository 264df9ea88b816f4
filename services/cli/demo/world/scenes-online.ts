/** Scenes on the web, in the app, in the web shop, by e-mail and in the chat. */
import type { Draft, DraftIdentifier, Source } from './draft.ts';
import { NAMESPACE } from './namespaces.ts';
import type { Person } from './population.ts';
import {
  accountIdentifier,
  accountOf,
  cookieIdentifier,
  cookieOf,
  nextInteractionId,
  partyOf,
  writtenAttributes,
  writtenEmail,
  writtenPhone,
  type Stage,
} from './stage.ts';

/** What one person does next; nothing when the scene does not fit the person. */
export type Scene = (stage: Stage, person: Person) => readonly Draft[];

const PAGES = ['/', '/telescopes', '/garden', '/heating', '/plans', '/stores', '/offers'] as const;

/** A draft with one person, numbered by its source. */
export function draftOf(
  stage: Stage,
  source: Source,
  kind: readonly [type: string, channel: string],
  parties: Draft['parties'],
  properties: Draft['properties'] = {},
): Draft {
  const [type, channel] = kind;
  const interactionId = nextInteractionId(stage, source);
  return { source, interactionId, type, channel, parties, properties };
}

const pageView: Scene = (stage, person) => {
  const cookie = cookieIdentifier(cookieOf(stage, person));
  return [
    draftOf(stage, 'web', ['page_viewed', 'web'], [partyOf('subject', person, [cookie])], {
      page: stage.random.pick(PAGES),
    }),
  ];
};

/** The login, with the interaction that opened it when that is now. */
function signIn(
  stage: Stage,
  person: Person,
  source: Source,
  device: DraftIdentifier,
): { readonly login: DraftIdentifier | null; readonly opened: readonly Draft[] } {
  const isNew = person.accounts.login === null;
  const login = accountOf(stage, person, 'login');
  if (login === null) return { login: null, opened: [] };
  const identifier = accountIdentifier('login', login);
  if (!isNew) return { login: identifier, opened: [] };
  const phone = stage.random.chance(0.45) ? writtenPhone(stage, source, person) : null;
  // An address is confirmed by a mail before the account opens: it exists and has no slip.
  const email = { namespace: NAMESPACE.email, value: person.email };
  const party = partyOf(
    'subject',
    person,
    [identifier, device, email, phone],
    writtenAttributes(stage, source, person, 'all'),
  );
  return {
    login: identifier,
    opened: [draftOf(stage, source, ['account_opened', source], [party])],
  };
}

const signedInVisit: Scene = (stage, person) => {
  const cookie = cookieIdentifier(cookieOf(stage, person));
  const { login, opened } = signIn(stage, person, 'web', cookie);
  if (login === null) return [];
  const party = partyOf('subject', person, [login, cookie]);
  return [...opened, draftOf(stage, 'web', ['signed_in', 'web'], [party])];
};

const newsletterForm: Scene = (stage, person) => {
  const cookie = cookieIdentifier(cookieOf(stage, person));
  const email = writtenEmail(stage, 'web', person);
  const party = partyOf(
    'subject',
    person,
    [cookie, email],
    writtenAttributes(stage, 'web', person, 'name'),
  );
  return [draftOf(stage, 'web', ['form_sent', 'web'], [party], { form: 'contact' })];
};

const appUse: Scene = (stage, person) => {
  if (!person.usesApp) return [];
  if (person.install === null || stage.random.chance(0.02)) {
    person.install = stage.settlement.issuer.hex(32);
  }
  const install = { namespace: NAMESPACE.install, value: person.install };
  if (stage.random.chance(0.4)) {
    const party = partyOf('subject', person, [install]);
    return [draftOf(stage, 'app', ['screen_viewed', 'app'], [party], { screen: 'home' })];
  }
  const { login, opened } = signIn(stage, person, 'app', install);
  const party = partyOf('subject', person, [login, install]);
  return [
    ...opened,
    draftOf(stage, 'app', ['screen_viewed', 'app'], [party], { screen: 'orders' }),
  ];
};

const webOrder: Scene = (stage, person) => {
  const { random } = stage;
  const cookie = cookieIdentifier(cookieOf(stage, person));
  const card = random.chance(0.8) ? { namespace: NAMESPACE.card, value: person.card } : null;
  const { login, opened } = random.chance(0.7)
    ? signIn(stage, person, 'web', cookie)
    : { login: null, opened: [] };
  const contact =
    login === null || random.chance(0.3)
      ? [writtenEmail(stage, 'orders', person), writtenPhone(stage, 'orders', person)]
      : [];
  const buyer = partyOf(
    'buyer',
    person,
    [login, cookie, card, ...contact],
    writtenAttributes(stage, 'orders', person, 'all'),
  );
  const draft = draftOf(stage, 'orders', ['order_placed', 'web'], [buyer], {
    total_cents: random.int(995, 64_900),
  });
  return [...opened, draft];
};

const emailOpened: Scene = (stage, person) => {
  const subscriber = accountOf(stage, person, 'subscriber');
  if (subscriber === null) return [];
  // The list keeps the address given when the person subscribed, until a delivery fails.
  const email = { namespace: NAMESPACE.email, value: person.email };
  const isClick = stage.random.chance(0.3);
  const cookie = isClick ? cookieIdentifier(cookieOf(stage, person)) : null;
  const party = partyOf('recipient', person, [
    accountIdentifier('subscriber', subscriber),
    email,
    cookie,
  ]);
  const type = isClick ? 'newsletter_clicked' : 'newsletter_opened';
  return [draftOf(stage, 'email', [type, 'email'], [party])];
};

const chat: Scene = (stage, person) => {
  const cookie = cookieIdentifier(cookieOf(stage, person));
  const email = writtenEmail(stage, 'chat', person);
  const party = partyOf(
    'subject',
    person,
    [cookie, email],
    writtenAttributes(stage, 'chat', person, 'name'),
  );
  return [
    draftOf(stage, 'chat', ['chat_ended', 'chat'], [party], {
      minutes: stage.random.int(1, 25),
    }),
  ];
};

export const ONLINE_SCENES: readonly (readonly [Scene, number])[] = [
  [pageView, 16],
  [signedInVisit, 14],
  [newsletterForm, 2],
  [appUse, 12],
  [webOrder, 9],
  [emailOpened, 9],
  [chat, 2.5],
];

/**
 * Scenes with two parties (who acts and for whom), changes in people's lives, and interactions with
 * nobody in particular.
 */
import type { Draft, DraftParty } from './draft.ts';
import { NAMESPACE } from './namespaces.ts';
import { toAscii } from './names.ts';
import { drawAddress } from './places.ts';
import { drawNewEmail, drawNewMobile, type Person } from './population.ts';
import { draftOf, type Scene } from './scenes-online.ts';
import {
  accountIdentifier,
  accountOf,
  cookieIdentifier,
  partyOf,
  writtenAttributes,
  writtenEmail,
  writtenPhone,
  type Stage,
} from './stage.ts';

/** A relative who lives elsewhere: always the same one for a person. */
function relativeOf(stage: Stage, person: Person): Person {
  const { people } = stage.population;
  const index = Number(person.id.slice('person-'.length));
  return people[(index * 7919) % people.length] ?? person;
}

/** An aunt buys for her nephew: delivery and messages go to him. */
const gift: Scene = (stage, person) => {
  const relative = relativeOf(stage, person);
  if (relative === person || person.isChild) return [];
  const loyalty = accountOf(stage, person, 'loyalty');
  const buyer = partyOf(
    'buyer',
    person,
    [
      loyalty === null ? null : accountIdentifier('loyalty', loyalty),
      { namespace: NAMESPACE.card, value: person.card },
    ],
    writtenAttributes(stage, 'till', person, 'name'),
  );
  const beneficiary = partyOf(
    'beneficiary',
    relative,
    [
      writtenPhone(stage, 'till', relative),
      stage.random.chance(0.4) ? writtenEmail(stage, 'till', relative) : null,
    ],
    writtenAttributes(stage, 'till', relative, 'all'),
  );
  return [
    draftOf(stage, 'till', ['sale_for_other', 'shop'], [buyer, beneficiary], {
      total_cents: stage.random.int(1000, 60_000),
    }),
  ];
};

/** A parent registers a child: the contact details are the parent's, on both parties. */
const guardianship: Scene = (stage, person) => {
  const children = person.household.members.filter((member) => member.isChild);
  const [first, ...rest] = children;
  if (person.isChild || first === undefined) return [];
  const child = stage.random.pick([first, ...rest]);
  const email = writtenEmail(stage, 'crm-north', person);
  const phone = writtenPhone(stage, 'crm-north', person);
  const number = accountOf(stage, person, 'crmNorth');
  const guardian = partyOf(
    'guardian',
    person,
    [number === null ? null : accountIdentifier('crmNorth', number), email, phone],
    writtenAttributes(stage, 'crm-north', person, 'all'),
  );
  const junior = accountOf(stage, child, 'login');
  const subject = partyOf(
    'subject',
    child,
    [junior === null ? null : accountIdentifier('login', junior), email],
    writtenAttributes(stage, 'crm-north', child, 'all'),
  );
  return [draftOf(stage, 'crm-north', ['club_joined', 'office'], [guardian, subject])];
};

/** Somebody orders for the firm, often from the mailbox and the phone that all of them use. */
const companyOrder: Scene = (stage, person) => {
  const firm = person.employer;
  if (firm === null) return [];
  const { random } = stage;
  const desk = firm.people.indexOf(person) + 1;
  const own = `${toAscii(person.given).toLowerCase()}${desk}@${firm.domain}`;
  const mailbox = random.pick([own, own, `info@${firm.domain}`, `team@${firm.domain}`]);
  const login = accountOf(stage, person, 'login');
  const agent = partyOf(
    'agent',
    person,
    [
      login !== null && random.chance(0.5) ? accountIdentifier('login', login) : null,
      { namespace: NAMESPACE.email, value: mailbox },
      random.chance(0.5)
        ? { namespace: NAMESPACE.phone, value: firm.switchboard }
        : writtenPhone(stage, 'orders', person),
    ],
    writtenAttributes(stage, 'orders', person, 'name'),
  );
  const holder: DraftParty = {
    role: 'account_holder',
    identifiers: [{ namespace: NAMESPACE.billing, value: `ORG-${firm.switchboard}` }],
    attributes: { name: firm.name },
    truth: null,
  };
  return [
    draftOf(stage, 'orders', ['company_order', 'web'], [agent, holder], {
      total_cents: random.int(5000, 250_000),
    }),
  ];
};

/** People move, change their provider, lose their phone; systems hear of it one by one. */
const lifeEvent: Scene = (stage, person) => {
  const { random, settlement } = stage;
  switch (random.int(0, 3)) {
    case 0:
      person.household.address = drawAddress(random);
      break;
    case 1:
      person.email = drawNewEmail(settlement, person);
      break;
    case 2:
      person.mobile = drawNewMobile(settlement);
      break;
    default:
      person.card = settlement.issuer.hex(20);
  }
  const login = accountOf(stage, person, 'login');
  if (login === null) return [];
  const party = partyOf(
    'subject',
    person,
    [
      accountIdentifier('login', login),
      { namespace: NAMESPACE.email, value: person.email },
      writtenPhone(stage, 'web', person),
    ],
    writtenAttributes(stage, 'web', person, 'all'),
  );
  return [draftOf(stage, 'web', ['account_changed', 'web'], [party])];
};

/** Monitoring, automated mail, test records, bots: interactions without a person behind them. */
const nobody: Scene = (stage) => {
  const { random } = stage;
  const party = (identifiers: DraftParty['identifiers']): DraftParty[] => [
    { role: 'subject', identifiers, attributes: {}, truth: null },
  ];
  const email = (value: string): DraftParty['identifiers'][number] => ({
    namespace: NAMESPACE.email,
    value,
  });
  const drafts: readonly (() => Draft)[] = [
    () =>
      draftOf(
        stage,
        'web',
        ['page_viewed', 'web'],
        party([cookieIdentifier(stage.settlement.issuer.hex(24))]),
        { page: '/', bot: true },
      ),
    () =>
      draftOf(
        stage,
        'email',
        ['reply_received', 'email'],
        party([email('noreply@mailer.example')]),
      ),
    () =>
      draftOf(
        stage,
        'orders',
        ['order_placed', 'web'],
        party([email('test@test.com'), { namespace: NAMESPACE.phone, value: '000-00-0000' }]),
        { total_cents: 1 },
      ),
    () =>
      draftOf(
        stage,
        'crm-south',
        ['contact_created', 'office'],
        party([email('null'), { namespace: NAMESPACE.phone, value: 'null' }]),
      ),
  ];
  const draft = drafts[random.int(0, drafts.length - 1)];
  return draft === undefined ? [] : [draft()];
};

export const PROXY_SCENES: readonly (readonly [Scene, number])[] = [
  [gift, 1.2],
  [guardianship, 1],
  [companyOrder, 1.2],
  [lifeEvent, 1.5],
  [nobody, 0.8],
];

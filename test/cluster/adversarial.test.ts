/**
 * Goal: what misleads a resolver ends as a person would expect: families, twins, father and son,
 * a shared mailbox, a kiosk, junk values on no list, a bad file, a chain of weak links.
 * Method: each case through an embedded cluster under the shipped scored configuration.
 */
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { MemoryStore } from '../../shared/adapters/memory-store.ts';
import type { InteractionInput } from '../../shared/domain/interaction.ts';
import { type EmbeddedCluster, openEmbeddedCluster } from '../../shared/engine/embedded-cluster.ts';
import { loadRulesFile, standardRulesPath } from '../../shared/ingress/rules-file.ts';
import type { Command } from '../../shared/protocol/cluster.ts';
import { outcomeOf } from '../property/engine-run.ts';
import { sized } from '../support/long-form.ts';
import { type MadePerson, makePeople } from '../support/people.ts';

const RULES = loadRulesFile(standardRulesPath());
const PARTITIONS = 8;
const BATCH = 1_000;

let store: MemoryStore;
let cluster: EmbeddedCluster;
beforeEach(async () => {
  await cluster?.close();
  store = new MemoryStore();
  cluster = await openEmbeddedCluster({ dataDir: store, rules: RULES, partitions: PARTITIONS });
});
afterAll(() => cluster.close());

type Attributes = Readonly<Record<string, string>>;

/** One record; `identifiers` as `namespace:value` with spaces between. */
function record(id: string, identifiers: string, attributes: Attributes = {}): InteractionInput {
  return {
    source: 'crm',
    interactionId: id,
    revision: 0,
    type: 'import',
    channel: 'file',
    occurredAt: Date.UTC(2026, 0, 1),
    propertiesJson: '{}',
    parties: [
      {
        role: 'subject',
        identifiers: identifiers.split(' ').map((text) => ({
          namespace: text.slice(0, text.indexOf(':')),
          value: text.slice(text.indexOf(':') + 1),
        })),
        attributes,
      },
    ],
  };
}

async function load(records: readonly InteractionInput[]): Promise<void> {
  for (let first = 0; first < records.length; first += BATCH) {
    const results = await cluster.ingest(records.slice(first, first + BATCH), { ack: 'durable' });
    expect(results.every(({ kind }) => kind === 'acknowledged')).toBe(true);
  }
}

/** The customer of each value of a namespace; what is not found as `(kind)`. */
async function customersOf(namespace: string, values: readonly string[]): Promise<string[]> {
  const answers = await cluster.resolve(values.map((value) => ({ namespace, value })));
  return answers.map((answer) =>
    answer.kind === 'found' && answer.matches[0] !== undefined
      ? answer.matches[0].customerId
      : `(${answer.kind})`,
  );
}

/** Names of the records that share a customer, group by group. */
async function groupsOf(records: readonly string[]): Promise<string[][]> {
  const customers = await customersOf('source_record', records);
  const groups = new Map<string, string[]>();
  for (const [index, customer] of customers.entries()) {
    groups.set(customer, [...(groups.get(customer) ?? []), records[index] as string]);
  }
  return [...groups.values()];
}

const named = ({ given, surname, birth }: MadePerson): Attributes => ({
  given_name: given,
  surname,
  birth_date: birth,
});
const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

describe('people who share what they have', () => {
  const HOME = { address: '12 Acacia Avenue, Ballarat VIC 3350' };
  const PHONE = 'phone:+61353310001';
  const SHARED = `email:the.whitfields@example.com ${PHONE}`;
  const FAMILY: readonly (readonly [name: string, birth: string])[] = [
    ['Margaret Whitfield', '1978-03-14'],
    ['Robert Whitfield', '1976-11-02'],
    ['Olivia Whitfield', '2008-06-21'],
    ['Thomas Whitfield', '2011-01-09'],
  ];

  test('a family with one phone, one email, one address -> each is one customer', async () => {
    const names = FAMILY.map(([name]) => (name.split(' ')[0] ?? '').toLowerCase());
    await load(
      FAMILY.flatMap(([name, birth_date], index) =>
        ['shop', 'billing', 'club'].map((source) =>
          record(`${source}-${names[index]}`, `source_record:${source}-${names[index]} ${SHARED}`, {
            name,
            birth_date,
            ...HOME,
          }),
        ),
      ),
    );
    const records = names.flatMap((name) => [`shop-${name}`, `billing-${name}`, `club-${name}`]);
    expect(await groupsOf(records)).toEqual(
      names.map((name) => [`shop-${name}`, `billing-${name}`, `club-${name}`]),
    );
  });

  test('twins with one phone -> two customers, each with all of its records', async () => {
    const birth_date = '1999-05-05';
    await load(
      ['Anna', 'Julia'].flatMap((given) =>
        [1, 2].map((copy) =>
          record(`${given}-${copy}`, `source_record:${given}-${copy} ${PHONE}`, {
            name: `${given} Whitfield`,
            birth_date,
            ...HOME,
          }),
        ),
      ),
    );
    expect(await groupsOf(['Anna-1', 'Anna-2', 'Julia-1', 'Julia-2'])).toEqual([
      ['Anna-1', 'Anna-2'],
      ['Julia-1', 'Julia-2'],
    ]);
  });

  test.each([
    ['by birth date', 'John Smith', 'John Smith'],
    ['by birth date and generation', 'John Smith Sr', 'John Smith Jr'],
  ])(
    'father and son of one name, address and phone, told apart %s -> two',
    async (_, elder, younger) => {
      const both: readonly (readonly [string, string, string])[] = [
        ['father', elder, '1951-02-11'],
        ['son', younger, '1983-09-30'],
      ];
      await load(
        both.flatMap(([who, name, birth_date]) =>
          [1, 2].map((copy) =>
            record(`${who}-${copy}`, `source_record:${who}-${copy} ${PHONE}`, {
              name,
              birth_date,
              ...HOME,
            }),
          ),
        ),
      );
      expect(await groupsOf(['father-1', 'father-2', 'son-1', 'son-2'])).toEqual([
        ['father-1', 'father-2'],
        ['son-1', 'son-2'],
      ]);
    },
  );

  const DATES = { jr: '1970-08-21', sr: '1944-02-11', plain: '1970-08-21' };
  const NAMES = { jr: 'Robert Johnson Jr.', sr: 'Robert Johnson Sr.', plain: 'Robert Johnson' };
  type Who = keyof typeof NAMES;

  describe.each([
    ['undated', []],
    ['with dates but for the father', ['jr', 'plain']],
    ['with dates but for the plain one', ['jr', 'sr']],
    ['with dates', ['jr', 'sr', 'plain']],
  ] as const)('junior, senior and a record that says neither, %s', (_, dated: readonly Who[]) => {
    test.each([[['jr', 'plain', 'sr']], [['sr', 'plain', 'jr']], [['plain', 'sr', 'jr']]] as const)(
      '%j -> father and son stay two',
      async (order) => {
        const inOrder = order.map((who) =>
          record(who, `source_record:${who} ${PHONE}`, {
            name: NAMES[who],
            ...(dated.includes(who) ? { birth_date: DATES[who] } : {}),
            ...HOME,
          }),
        );
        for (const one of inOrder) await load([one]);
        const groups = await groupsOf(['jr', 'sr', 'plain']);
        expect(groups).toHaveLength(2);
        const [junior, senior] = await customersOf('source_record', ['jr', 'sr']);
        expect(junior).not.toBe(senior);
        // The date of the son says whose the plain record is.
        const fitting = dated.includes('plain') ? ['jr'] : ['jr', 'sr'];
        expect(groups.find((group) => group.includes('plain'))).toEqual([
          expect.toBeOneOf(fitting),
          'plain',
        ]);
      },
    );
  });

  test.each([
    ['newborns', 'Baby Girl Jones', 'Baby Boy Jones'],
    ['names of one syllable in common', 'Kim Min-jun', 'Kim Min-ji'],
    ['two forms of one name', 'Daniel Green', 'Danielle Green'],
  ])('twins of like names: %s -> two customers', async (_, one, other) => {
    await load(
      [one, other].flatMap((name, index) =>
        [1, 2].map((copy) =>
          record(`t${index}-${copy}`, `source_record:t${index}-${copy} ${SHARED}`, {
            name,
            birth_date: '2020-03-03',
            ...HOME,
          }),
        ),
      ),
    );
    expect(await groupsOf(['t0-1', 't0-2', 't1-1', 't1-2'])).toEqual([
      ['t0-1', 't0-2'],
      ['t1-1', 't1-2'],
    ]);
  });
});

describe('values that many have', () => {
  test('a mailbox of 5,000 people -> 5,000 customers; the mailbox names nobody', async () => {
    const people = makePeople(1, 5_000);
    await load(
      people.map((person, index) =>
        record(`m${index}`, `user_id:u${index} email:team@example.com`, named(person)),
      ),
    );
    const customers = await customersOf(
      'user_id',
      numbers(5_000).map((index) => `u${index}`),
    );
    expect(new Set(customers).size).toBe(5_000);
    expect(await customersOf('email', ['team@example.com'])).toEqual(['(generic)']);
  });

  test('a kiosk with 10,000 logins -> 10,000 customers; the kiosk is nobody', async () => {
    await load(
      numbers(10_000).map((index) => record(`k${index}`, `user_id:u${index} device_id:kiosk`)),
    );
    const customers = await customersOf(
      'user_id',
      numbers(10_000).map((index) => `u${index}`),
    );
    expect(new Set(customers).size).toBe(10_000);
    expect(customers).not.toContain((await customersOf('device_id', ['kiosk']))[0]);
  });

  test('junk on no list -> joins nobody, and keeps nobody from herself', async () => {
    const people = makePeople(2, 300);
    // 000-00-0000 in some system's own spelling; "see notes" as an email.
    const junk = 'national_id:X9900000 email:see.notes@crm.invalid-domain.example';
    await load(
      people.map((one, index) =>
        record(`j${index}`, `source_record:j${index} ${junk}`, named(one)),
      ),
    );
    const records = numbers(300).map((index) => `j${index}`);
    expect(await groupsOf(records)).toHaveLength(300);
    expect(await customersOf('national_id', ['X9900000'])).toEqual(['(generic)']);
    // Her true number is another than the junk one of her first record.
    const again = { ...named(people[7] as MadePerson), address: '1 Long Street, Geelong VIC 3220' };
    await load([
      record('j7-phone', 'source_record:j7-phone phone:+61352210007 national_id:4471209', again),
      record('j7', 'source_record:j7 phone:+61352210007 national_id:X9900000', again),
    ]);
    expect(await groupsOf(['j7', 'j7-phone'])).toHaveLength(1);
  });
});

describe('streets of one town', () => {
  test.each([
    ['Oak Street', 'Maple Street'],
    ['Via Verdi', 'Via Mazzini'],
    ['Calle de Goya', 'Calle de Serrano'],
    ['ulica Polna', 'ulica Lwowska'],
    ['Kunyang Lu', 'Baoshan Lu'],
  ])('%s and %s -> who shares a given name and most of a date stays two', async (one, other) => {
    await load(
      [
        ['Peter Smith', '1959-09-23', `54 ${one}`],
        ['Peter Nguyen', '1959-01-23', `50 ${other}`],
      ].map(([name = '', birth_date = '', street = ''], index) =>
        record(`s${index}`, `source_record:s${index} email:p${index}@mail${index}.example`, {
          name,
          birth_date,
          street,
          place: 'Ballarat',
          postcode: '3350',
        }),
      ),
    );
    expect(await groupsOf(['s0', 's1'])).toHaveLength(2);
  });
});

describe('a bad file', () => {
  const COUNT = sized(8_000, 20_000);
  /** So many of them are known by name, and from two systems. */
  const NAMED = sized(1_200, 3_000);
  const PHONE = '+61355501234';
  const FILE = { kind: 'delivery', source: 'crm', delivery: 'contacts-2026-01-02' } as const;

  const reject: Command = {
    kind: 'order_evidence',
    subject: FILE,
    standing: 'rejected',
    decidedAt: Date.UTC(2100, 0, 1),
    decidedBy: 'steward:1',
    reason: 'one phone number in every row',
  };

  test('one phone number on thousands of customers -> the breaker trips, nothing joins, all goes back', async () => {
    const people = makePeople(3, NAMED);
    await load(
      numbers(COUNT).flatMap((index) => {
        const person = people[index];
        const attributes = person === undefined ? {} : named(person);
        const identifiers = `contact_id:c${index} email:p${index}@example.com`;
        const first = record(`c${index}`, identifiers, attributes);
        if (person === undefined) return [first];
        const other = `loyalty_id:l${index} email:p${index}@example.com`;
        return [first, record(`l${index}`, other, attributes)];
      }),
    );
    const contacts = numbers(COUNT).map((index) => `c${index}`);
    const before = await customersOf('contact_id', contacts);
    expect(new Set(before).size).toBe(COUNT);
    expect(await customersOf('loyalty_id', ['l5'])).toEqual([before[5]]);
    const { standings: _, ...stateBefore } = outcomeOf(store, PARTITIONS);

    const bad = numbers(COUNT).map((index) => ({
      ...record(`bad${index}`, `contact_id:c${index} phone:${PHONE}`),
      delivery: FILE.delivery,
    }));
    await load(bad);
    const [held] = await cluster.listOrders();
    expect(held).toMatchObject({
      subject: { kind: 'value', namespace: 'phone', value: PHONE },
      standing: 'held',
      decidedBy: 'breaker',
      origins: [{ source: FILE.source, delivery: FILE.delivery }],
    });
    expect(await customersOf('contact_id', contacts)).toEqual(before);
    expect(await customersOf('phone', [PHONE])).toEqual(['(generic)']);

    await cluster.command(reject, { ack: 'durable' });
    const { standings, ...stateAfter } = outcomeOf(store, PARTITIONS);
    expect(stateAfter).toEqual(stateBefore);
    // What is left are the judgements themselves, the breaker's and the steward's.
    expect(new Set(standings.map(([, kind]) => kind))).toEqual(
      new Set(['evidence.held', 'evidence.rejected']),
    );
    // Also what comes of it later.
    await load(bad.slice(0, 500).map((one) => ({ ...one, revision: 1 })));
    await load([{ ...record('late', `contact_id:c9 phone:${PHONE}`), delivery: FILE.delivery }]);
    expect(outcomeOf(store, PARTITIONS)).toEqual({ ...stateBefore, standings });
  });
});

describe('a bad file of accounts', () => {
  const COUNT = sized(1_500, 3_000);
  const FILE = { kind: 'delivery', source: 'crm', delivery: 'accounts-2026-01-02' } as const;
  const judged = (standing: 'released' | 'rejected', day: number): Command => ({
    kind: 'order_evidence',
    subject: FILE,
    standing,
    decidedAt: Date.UTC(2100, 0, day),
    decidedBy: 'steward:1',
    reason: 'one account in every row',
  });

  // The record outranks no account: the account names the profile of each row. The login outranks it.
  test.each(['source_record', 'user_id'])(
    'one account on thousands of customers known by %s -> the breaker trips, nothing joins, all goes back',
    async (namespace) => {
      const ids = numbers(COUNT).map((index) => `a${index}`);
      await load(ids.map((id) => record(id, `${namespace}:${id} email:${id}@example.com`)));
      const before = await customersOf(namespace, ids);
      expect(new Set(before).size).toBe(COUNT);
      const { standings: _, ...stateBefore } = outcomeOf(store, PARTITIONS);

      const bad = ids.map((id) => ({
        ...record(`bad-${id}`, `${namespace}:${id} billing_account:PX-7781`),
        delivery: FILE.delivery,
      }));
      await load(bad);
      expect(await cluster.listOrders()).toMatchObject([
        { subject: FILE, standing: 'held', decidedBy: 'breaker' },
      ]);
      expect(await customersOf(namespace, ids)).toEqual(before);

      await cluster.command(judged('rejected', 1), { ack: 'durable' });
      const { standings, ...stateAfter } = outcomeOf(store, PARTITIONS);
      expect(stateAfter).toEqual(stateBefore);
      expect(new Set(standings.map(([, kind]) => kind))).toEqual(new Set(['evidence.rejected']));
    },
  );

  test('released -> as if it had never been held; then rejected -> all goes back', async () => {
    const ids = numbers(600).map((index) => `a${index}`);
    await load(ids.map((id) => record(id, `source_record:${id}`)));
    const before = await customersOf('source_record', ids);
    const { standings: _, ...stateBefore } = outcomeOf(store, PARTITIONS);
    await load(
      ids.map((id) => ({
        ...record(`bad-${id}`, `source_record:${id} billing_account:PX-7781`),
        delivery: FILE.delivery,
      })),
    );
    expect(await customersOf('source_record', ids)).toEqual(before);
    await cluster.command(judged('released', 1), { ack: 'durable' });
    expect(new Set(await customersOf('source_record', ids)).size).toBe(1);
    await cluster.command(judged('rejected', 2), { ack: 'durable' });
    const { standings, ...stateAfter } = outcomeOf(store, PARTITIONS);
    expect(stateAfter).toEqual(stateBefore);
    expect(standings).not.toEqual([]);
  });
});

describe('a chain of weak links', () => {
  test('flats handed on with their phone -> neighbours in the chain stay themselves', async () => {
    const people = makePeople(4, 40);
    await load(
      people.map((person, index) =>
        record(
          `t${index}`,
          `source_record:t${index} phone:+6135550${1000 + index} phone:+6135550${1001 + index}`,
          named(person),
        ),
      ),
    );
    expect(await groupsOf(numbers(40).map((index) => `t${index}`))).toHaveLength(40);
  });

  test('each name one letter from the next -> the ends are two people', async () => {
    const names = ['Jon', 'John', 'Joan', 'Jean', 'Dean', 'Deal', 'Neal', 'Noel', 'Nora', 'Cora'];
    await load(
      names.map((given, index) =>
        record(`n${index}`, `source_record:n${index}`, {
          name: `${given} Abernathy`,
          birth_date: `19${60 + index}-04-12`,
          address: `${5 + index} Mill Road, Bendigo VIC 3550`,
        }),
      ),
    );
    const groups = await groupsOf(names.map((_, index) => `n${index}`));
    // Jon and John may be one person with a slip; Jon and Dean are not, whoever stands between.
    for (const group of groups) {
      const positions = group.map((name) => Number(name.slice(1)));
      expect(Math.max(...positions) - Math.min(...positions)).toBeLessThan(4);
    }
  });
});

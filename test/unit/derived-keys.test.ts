/**
 * Goal: what was derived of an identifier counts no longer than the identifier (ARCHITECTURE S6).
 * Method: the bases of derived values by themselves; and two records that only halves of a phone number
 * lead to each other, through an embedded cluster under the shipped configuration.
 */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { MemoryStore } from '../../shared/adapters/memory-store.ts';
import { type EmbeddedCluster, openEmbeddedCluster } from '../../shared/engine/embedded-cluster.ts';
import type { KeyId } from '../../shared/domain/identifier.ts';
import { derivedKeysOf, type Identified } from '../../shared/ingress/derived-keys.ts';
import { loadRulesFile, standardRulesPath } from '../../shared/ingress/rules-file.ts';
import type { Command, OrderStanding } from '../../shared/protocol/cluster.ts';
import { customersOf, named, visit } from './embedded-fixture.ts';

describe('bases', () => {
  const identified = (key: string, name: string, text: string): Identified => [
    key as KeyId,
    [name, text],
  ];
  const HOME = identified('home', 'phone', '+61353310001');
  const WORK = identified('work', 'phone', '+61299310001');
  const MAIL = identified('mail', 'email', 'ann.lee@example.com');
  const END = { name: 'end', parts: ['phone_end'] } as const;

  test('of a hundred numbers and mailboxes each -> bounded, and the same whenever asked', () => {
    const many = Array.from({ length: 100 }, (_, index) => [
      identified(`p${index}`, 'phone', `+6135331${String(index).padStart(4, '0')}`),
      identified(`m${index}`, 'email', `name${index}@example.com`),
    ]).flat();
    const both = { name: 'both', parts: ['phone_end', 'email_name', 'phone_end'] } as const;
    const made = derivedKeysOf([], [both], many);
    expect(made.length).toBeGreaterThan(0);
    expect(made.length).toBeLessThanOrEqual(1_024);
    expect(derivedKeysOf([], [both], many)).toEqual(made);
  });

  test('of attributes alone -> none', () => {
    const facts = [['phone', '+61353310001']] as const;
    const alone = [{ namespace: 'end', value: '10001', bases: [] }];
    expect(derivedKeysOf(facts, [END])).toEqual(alone);
    expect(derivedKeysOf(facts, [END], [HOME])).toEqual(alone);
  });

  test('two numbers that end alike -> each suffices, in whatever order they came', () => {
    const either = [{ namespace: 'end', value: '10001', bases: [['home'], ['work']] }];
    expect(derivedKeysOf([], [END], [HOME, WORK])).toEqual(either);
    expect(derivedKeysOf([], [END], [WORK, HOME])).toEqual(either);
  });

  test('of a number and a mailbox -> both together', () => {
    const both = [{ name: 'both', parts: ['phone_end', 'email_name'] }] as const;
    expect(derivedKeysOf([], both, [MAIL, HOME])).toEqual([
      { namespace: 'both', value: '10001 annlee', bases: [['home', 'mail']] },
    ]);
  });

  test('many numbers -> without one of them the others make what they made', () => {
    const many = Array.from({ length: 9 }, (_, index) =>
      identified(`n${index}`, 'phone', `+6135331000${index}`),
    );
    const all = derivedKeysOf([], [END], many);
    expect(all).toHaveLength(9);
    const left = all.filter(({ bases }) => bases[0]?.[0] !== 'n0');
    expect(derivedKeysOf([], [END], many.slice(1))).toEqual(left);
  });
});

describe('two records of one phone, of which little else is the same', () => {
  const PHONE = { namespace: 'phone', value: '+61353310001' };
  const ONE = {
    attributes: { name: 'Tatarzyna Wojciechowska', birth_date: '1983-05-12' },
    identifiers: 'source_record:one national_id:078-05-1121',
  };
  const TWO = {
    attributes: { name: 'Katarzyna Bojciechowska', birth_date: '1984-05-12' },
    identifiers: 'source_record:two national_id:078-05-1127',
  };
  const RULES = loadRulesFile(standardRulesPath());
  let cluster: EmbeddedCluster;
  beforeEach(async () => {
    cluster = await openEmbeddedCluster({
      dataDir: new MemoryStore(),
      rules: RULES,
      partitions: 5,
    });
  });
  afterEach(() => cluster.close());

  async function load(...phones: readonly string[]): Promise<void> {
    const records = [ONE, TWO].map(({ attributes, identifiers }, index) =>
      visit(`${index}`, { attributes }, [identifiers, ...phones].join(' ')),
    );
    await cluster.ingest(records, { ack: 'durable' });
  }

  async function customers(): Promise<number> {
    const [one] = await customersOf(cluster, 'source_record:one');
    const [two] = await customersOf(cluster, 'source_record:two');
    return new Set([one, two]).size;
  }

  const commanded = (command: Command): Promise<unknown> =>
    cluster.command(command, { ack: 'durable' });

  const retracted = (withdrawn: boolean, decidedAt: number): Promise<unknown> =>
    commanded({
      kind: 'retract_identifier',
      profile: named('source_record:one'),
      ...PHONE,
      decidedAt,
      withdrawn,
    });

  const ordered = (standing: OrderStanding, decidedAt: number): Promise<unknown> =>
    commanded({
      kind: 'order_evidence',
      subject: { kind: 'value', ...PHONE },
      standing,
      decidedAt,
      decidedBy: 'steward-7',
      reason: '',
    });

  test('no phone -> two customers', async () => {
    await load();
    expect(await customers()).toBe(2);
  });

  test('the phone retracted from one of them -> two; withdrawn -> one again', async () => {
    await load('phone:+61353310001');
    expect(await customers()).toBe(1);
    await retracted(false, 5);
    expect(await customers()).toBe(2);
    await retracted(true, 6);
    expect(await customers()).toBe(1);
  });

  test('the phone held, rejected or released by an order -> two, two, one', async () => {
    await load('phone:+61353310001');
    await ordered('held', 5);
    expect(await customers()).toBe(2);
    await ordered('rejected', 6);
    expect(await customers()).toBe(2);
    await ordered('released', 7);
    expect(await customers()).toBe(1);
  });

  test('rejected before it came -> two', async () => {
    await ordered('rejected', 5);
    await load('phone:+61353310001');
    expect(await customers()).toBe(2);
  });

  test('another number that ends alike -> one, until both are retracted', async () => {
    await load('phone:+61353310001', 'phone:+61299310001');
    await retracted(false, 5);
    expect(await customers()).toBe(1);
    await commanded({
      kind: 'retract_identifier',
      profile: named('source_record:one'),
      namespace: 'phone',
      value: '+61299310001',
      decidedAt: 5,
      withdrawn: false,
    });
    expect(await customers()).toBe(2);
  });
});

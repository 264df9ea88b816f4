/**
 * Goal: what only a shared device is known of goes to the person who was there at about that time,
 * or to nobody. Method: an embedded cluster under the shipped scored rules.
 */
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { EmbeddedCluster } from '../../shared/engine/embedded-cluster.ts';
import { loadRulesFile, standardRulesPath } from '../../shared/ingress/rules-file.ts';
import { customersOf, ingest, openFresh, visit } from './embedded-fixture.ts';

const RULES = loadRulesFile(standardRulesPath());
let cluster: EmbeddedCluster;
beforeEach(async () => {
  cluster = await openFresh({ rules: RULES });
});
afterEach(() => cluster.close());

async function partyOf(id: string, minCertainty?: number) {
  const options = minCertainty === undefined ? {} : { minCertainty };
  const found = await cluster.getAttribution('shop', id, options);
  expect(found?.interactionId).toBe(id);
  const [party] = found?.parties ?? [];
  if (party === undefined) throw new Error('no party');
  return party;
}
const customerOf = async (anchor: string) => (await customersOf(cluster, anchor))[0];

test('one person on the device -> the bare visit is theirs; unknown or taken back -> null', async () => {
  await ingest(
    cluster,
    visit('1', { day: 0 }, 'user_id:a cookie:d'),
    visit('bare', { day: 3 }, 'cookie:d'),
  );
  const party = await partyOf('bare');
  expect(party).toMatchObject({ basis: 'device_share', customerId: await customerOf('user_id:a') });
  expect(party.shares).toMatchObject([{ share: 1 }]);
  expect(await cluster.getAttribution('shop', 'none')).toBe(null);
  const retraction = {
    kind: 'retract_interaction',
    source: 'shop',
    interactionId: 'bare',
  } as const;
  await cluster.command({ ...retraction, decidedAt: 1, withdrawn: false }, { ack: 'durable' });
  expect(await cluster.getAttribution('shop', 'bare')).toBe(null);
});

test('two persons weeks apart -> each has what happened near; in between it is nobody’s', async () => {
  await ingest(
    cluster,
    visit('1', { day: 0 }, 'user_id:a cookie:d'),
    visit('2', { day: 28 }, 'user_id:b cookie:d'),
    visit('near-a', { day: 1 }, 'cookie:d'),
    visit('near-b', { day: 27 }, 'cookie:d'),
    visit('between', { day: 14 }, 'cookie:d'),
  );
  const [a, b] = [await customerOf('user_id:a'), await customerOf('user_id:b')];
  expect(await partyOf('near-a')).toMatchObject({ basis: 'device_share', customerId: a });
  expect(await partyOf('near-b')).toMatchObject({ basis: 'device_share', customerId: b });
  const between = await partyOf('between');
  expect(between).toMatchObject({ basis: 'anonymous', kind: 'device' });
  expect([a, b]).not.toContain(between.customerId);
  expect(between.shares.map(({ share }) => share)).toEqual([0.5, 0.5]);
  expect(between.shares.map(({ customerId }) => customerId).sort()).toEqual([a, b].sort());
  // 2^(26/7) to one, which is not enough for a stricter view.
  expect(await partyOf('near-a', 0.99)).toMatchObject({ basis: 'anonymous' });
});

test('what arrives late moves earlier visits; a named visit stays with its person', async () => {
  await ingest(
    cluster,
    visit('1', { day: 0 }, 'user_id:a cookie:d'),
    visit('bare', { day: 10 }, 'cookie:d'),
  );
  expect(await partyOf('bare')).toMatchObject({ customerId: await customerOf('user_id:a') });
  await ingest(cluster, visit('late', { day: 10 }, 'user_id:b cookie:d'));
  const moved = await partyOf('bare');
  expect(moved.shares[0]).toMatchObject({ customerId: await customerOf('user_id:b') });
  expect(moved.shares).toHaveLength(2);
  expect(await partyOf('1')).toMatchObject({
    basis: 'profile',
    kind: 'person',
    customerId: await customerOf('user_id:a'),
    shares: [{ share: 1 }],
  });
});

test('a kiosk of more persons than the cap -> nobody’s, whoever was there last', async () => {
  const users = Array.from({ length: 30 }, (_, index) => `user_id:u${index}`);
  await ingest(
    cluster,
    ...users.map((user, index) => visit(user, { day: index * 40 }, `${user} cookie:k`)),
    visit('bare', { day: 29 * 40 }, 'cookie:k'),
  );
  const party = await partyOf('bare');
  expect(party.basis).toBe('anonymous');
  expect(party.shares[0]).toMatchObject({ customerId: await customerOf('user_id:u29') });
  expect(party.shares.length).toBeLessThanOrEqual(20);
});

test('two logins of one customer on the device -> their shares are one', async () => {
  await ingest(
    cluster,
    visit('1', { day: 0 }, 'crm_id:1 cookie:d'),
    visit('2', { day: 1 }, 'loyalty_id:l cookie:d'),
    visit('3', { day: 2 }, 'crm_id:1 loyalty_id:l'),
    visit('bare', { day: 1 }, 'cookie:d'),
  );
  const party = await partyOf('bare');
  expect(party).toMatchObject({ basis: 'device_share', customerId: await customerOf('crm_id:1') });
  expect(party.shares).toMatchObject([{ share: 1 }]);
});

test('a device of one customer, used once by another -> the journey has each visit by its share', async () => {
  const days = Array.from({ length: 20 }, (_, day) => day);
  await ingest(
    cluster,
    ...days.map((day) => visit(`a${day}`, { day }, 'user_id:a cookie:d')),
    visit('b', { day: 20 }, 'user_id:b cookie:d'),
    visit('bare-early', { day: 3 }, 'cookie:d'),
    visit('bare-late', { day: 20 }, 'cookie:d'),
  );
  const a = await customerOf('user_id:a');
  const timeline = (await cluster.getCustomer(a ?? ''))?.timeline ?? [];
  const certaintyOf = (id: string) =>
    timeline.find(({ interactionId }) => interactionId === id)?.certainty;
  for (const id of ['bare-early', 'bare-late']) {
    const share = (await partyOf(id)).shares.find(({ customerId }) => customerId === a);
    expect(certaintyOf(id)).toBe(share?.certainty);
  }
  expect(certaintyOf('bare-late') ?? 1).toBeLessThan(certaintyOf('bare-early') ?? 0);
  expect(certaintyOf('a3')).toBeGreaterThan(0.9);
  expect(certaintyOf('b')).toBe(undefined);
});

test('a device that is nobody’s -> its own journey is certain', async () => {
  await ingest(
    cluster,
    visit('a', { day: 0 }, 'user_id:a cookie:d'),
    visit('b', { day: 28 }, 'user_id:b cookie:d'),
    visit('between', { day: 14 }, 'cookie:d'),
  );
  const { customerId } = await partyOf('between');
  const timeline = (await cluster.getCustomer(customerId))?.timeline ?? [];
  expect(timeline).toMatchObject([{ interactionId: 'between', certainty: 1 }]);
});

/**
 * Goal: what the evidence leaves open is listed by what a decision is worth, a decision takes it off
 * the list, and what was decided is on record with what it contradicts (ARCHITECTURE S24).
 */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { probabilityOf } from '../../shared/domain/certainty.ts';
import { DAY_MS } from '../../shared/domain/rules.ts';
import type { EmbeddedCluster } from '../../shared/engine/embedded-cluster.ts';
import type { BulkDecision, ReviewFilter } from '../../shared/protocol/stewardship.ts';
import { customersOf, ingest, link, named, openFresh, visit } from './embedded-fixture.ts';

let cluster: EmbeddedCluster;
beforeEach(async () => {
  cluster = await openFresh();
});
afterEach(() => cluster.close());

/** An address makes a pair possible: between the floors (4 and 8 quarter bits). */
const POSSIBLE = probabilityOf(6);

/** Anchors of the open pairs, each as `left right`, in order. */
async function open(filter: ReviewFilter = {}): Promise<string[]> {
  const { reviews } = await cluster.stewardship.listReviews(filter);
  return reviews.map(({ left, right }) =>
    [left, right]
      .map(({ anchor }) => `${anchor.namespace}:${anchor.value}`)
      .sort()
      .join(' '),
  );
}

const BULK: BulkDecision = {
  verdict: 'same',
  pairs: {},
  maxDecisions: 100,
  isDryRun: false,
  requestId: 'request-1',
  decidedAt: 5,
  decidedBy: 'steward-7',
  reason: 'looked at both',
};

const decide = (changes: Partial<BulkDecision>) =>
  cluster.stewardship.decideReviews({ ...BULK, ...changes }, { ack: 'durable' });

async function areTogether(left: string, right: string): Promise<boolean> {
  return (await customersOf(cluster, left))[0] === (await customersOf(cluster, right))[0];
}

describe('the review queue', () => {
  test('a pair too weak to join -> open, with both sides and what proposes it', async () => {
    await ingest(
      cluster,
      visit('1', {}, 'crm:1 address:x'),
      visit('2', { day: 3 }, 'crm:2 address:x'),
    );
    const { reviews, nextPageToken } = await cluster.stewardship.listReviews({});
    expect(nextPageToken).toBe(null);
    expect(reviews).toEqual([
      {
        left: expect.objectContaining({ profiles: 1 }),
        right: expect.objectContaining({ profiles: 1 }),
        certainty: POSSIBLE,
        kind: 'uncertain',
        detail: '',
        namespaces: ['address'],
        value: POSSIBLE,
        possibleSince: 20_003 * DAY_MS,
      },
    ]);
    const [customer] = await customersOf(cluster, 'crm:1');
    expect([reviews[0]?.left.customerId, reviews[0]?.right.customerId]).toContain(customer);
  });

  test('a join that a rule refused -> open, with the rule', async () => {
    await ingest(
      cluster,
      visit('1', {}, 'crm:1 email:x passport:one'),
      visit('2', {}, 'crm:2 email:x passport:two'),
      visit('3', {}, 'login:a email:y'),
      visit('4', {}, 'login:b email:y'),
    );
    const { reviews } = await cluster.stewardship.listReviews({});
    expect(reviews.map(({ kind, detail, namespaces }) => [kind, detail, ...namespaces])).toEqual(
      expect.arrayContaining([
        ['exclusive', 'passport', 'email'],
        ['limit', 'login', 'email'],
      ]),
    );
    expect(reviews).toHaveLength(2);
  });

  test('a value that fits two customers equally well -> contested', async () => {
    await ingest(
      cluster,
      visit('1', {}, 'crm:1 email:x passport:one'),
      visit('2', {}, 'crm:2 email:x passport:two'),
      visit('3', {}, 'crm:3 email:x'),
    );
    const { reviews } = await cluster.stewardship.listReviews({ kind: 'contested' });
    expect(reviews).toHaveLength(2);
  });

  test('larger customers -> worth more; equal worth -> always the same order', async () => {
    await ingest(
      cluster,
      visit('1', {}, 'crm:1 email:a address:x'),
      visit('2', {}, 'crm:2 email:a'),
      visit('3', {}, 'crm:3 email:b address:x'),
      visit('4', {}, 'crm:4 email:b'),
      visit('5', {}, 'crm:5 address:y'),
      visit('6', {}, 'crm:6 address:y'),
      visit('7', {}, 'crm:7 address:z'),
      visit('8', {}, 'crm:8 address:z'),
    );
    const { reviews } = await cluster.stewardship.listReviews({});
    expect(reviews.map(({ value }) => value)).toEqual([2 * POSSIBLE, POSSIBLE, POSSIBLE]);
    expect((await open())[0]).toBe('crm:1 crm:3');
    expect(await open()).toEqual(await open());
  });

  test('several pairs between two customers, and pairs within one -> one, and none', async () => {
    await ingest(
      cluster,
      visit('1', {}, 'crm:1 email:a address:x'),
      visit('2', {}, 'crm:2 email:a address:x'),
      visit('3', {}, 'crm:3 address:x'),
    );
    const { reviews } = await cluster.stewardship.listReviews({});
    expect(reviews.map(({ left, right }) => left.profiles + right.profiles)).toEqual([3]);
  });

  test('what the pair rested on is taken back -> no longer open', async () => {
    await ingest(cluster, visit('1', {}, 'crm:1 address:x'), visit('2', {}, 'crm:2 address:x'));
    await cluster.command(
      {
        kind: 'retract_interaction',
        source: 'shop',
        interactionId: '2',
        decidedAt: 9,
        withdrawn: false,
      },
      { ack: 'durable' },
    );
    expect(await open()).toEqual([]);
  });

  test('filters -> only what they name', async () => {
    await ingest(
      cluster,
      visit('1', {}, 'crm:1 address:x'),
      visit('2', {}, 'crm:2 address:x'),
      visit('3', {}, 'crm:3 email:x passport:one'),
      visit('4', {}, 'crm:4 email:x passport:two'),
    );
    const strong = ['crm:3 crm:4'];
    const weak = ['crm:1 crm:2'];
    const [customer] = await customersOf(cluster, 'crm:1');
    expect(await open({ minCertainty: POSSIBLE + 0.01 })).toEqual(strong);
    expect(await open({ maxCertainty: POSSIBLE })).toEqual(weak);
    expect(await open({ minCertainty: POSSIBLE, maxCertainty: POSSIBLE })).toEqual(weak);
    expect(await open({ kind: 'exclusive' })).toEqual(strong);
    expect(await open({ namespace: 'address' })).toEqual(weak);
    for (const name of ['crm:1', 'crm:2']) {
      const [each = ''] = await customersOf(cluster, name);
      expect(await open({ customer: each })).toEqual(weak);
    }
    const [third = ''] = await customersOf(cluster, 'crm:3');
    expect(await open({ customer: third })).toEqual(strong);
    expect(customer).not.toBe(third);
    await expect(open({ customer: 'c1' })).rejects.toMatchObject({ code: 'invalid_argument' });
  });

  test('page by page -> each pair once, in order', async () => {
    for (let index = 0; index < 15; index++) {
      const names = [`crm:${index}a`, `crm:${index}b`].map((name) => `${name} address:${index}`);
      await ingest(cluster, ...names.map((name) => visit(name.slice(4, 8), {}, name)));
    }
    const whole = await open();
    expect(whole).toHaveLength(15);
    const paged: string[] = [];
    let pageToken: string | null = null;
    do {
      const page = await cluster.stewardship.listReviews({}, { pageSize: 4, pageToken });
      expect(page.reviews.length).toBeLessThanOrEqual(4);
      for (const { left, right } of page.reviews) {
        const names = [left, right].map(({ anchor }) => `${anchor.namespace}:${anchor.value}`);
        paged.push(names.sort().join(' '));
      }
      pageToken = page.nextPageToken;
    } while (pageToken !== null);
    expect(paged).toEqual(whole);
  });

  test('more pairs than a window holds -> each once, also those of larger customers', async () => {
    const inputs = Array.from({ length: 1_100 }, (_, index) =>
      ['a', 'b'].map((side) => {
        // The last pairs are worth twice: both customers have two profiles.
        const email = index < 1_000 ? '' : ` email:${index}${side}`;
        return visit(`${index}${side}`, {}, `crm:${index}${side} address:${index}${email}`);
      }),
    ).flat();
    const more = Array.from({ length: 100 }, (_, index) =>
      ['a', 'b'].map((side) => {
        const name = `${1_000 + index}${side}`;
        return visit(`${name}2`, {}, `crm:${name}2 email:${name}`);
      }),
    ).flat();
    await cluster.ingest([...inputs, ...more], { ack: 'durable', receivedAt: 1 });
    const seen = new Set<string>();
    let listed = 0;
    let pageToken: string | null = null;
    const values: number[] = [];
    do {
      const page = await cluster.stewardship.listReviews({}, { pageSize: 300, pageToken });
      for (const { left, right, value } of page.reviews) {
        seen.add(`${left.profileRef} ${right.profileRef}`);
        values.push(value);
        listed++;
      }
      pageToken = page.nextPageToken;
    } while (pageToken !== null);
    expect([listed, seen.size]).toEqual([1_100, 1_100]);
    expect(values.filter((value) => value === 2 * POSSIBLE)).toHaveLength(100);
    // Within the first window, by value.
    const first = values.slice(0, 1_000);
    expect(first).toEqual(first.toSorted((left, right) => right - left));
  });

  test('a page of no list -> refused', async () => {
    for (const pageToken of ['x', Buffer.from('[1]').toString('base64url')]) {
      const asked = cluster.stewardship.listReviews({}, { pageToken });
      await expect(asked).rejects.toMatchObject({ code: 'invalid_argument' });
    }
    const asked = cluster.stewardship.listReviews({}, { pageSize: 1_001 });
    await expect(asked).rejects.toMatchObject({ code: 'invalid_argument' });
  });
});

describe('deciding', () => {
  beforeEach(async () => {
    await ingest(
      cluster,
      visit('1', {}, 'crm:1 address:x'),
      visit('2', {}, 'crm:2 address:x'),
      visit('3', {}, 'crm:3 address:y'),
      visit('4', {}, 'crm:4 address:y'),
    );
  });

  test('same by a filter -> one customer each, the queue is empty; taken back -> open', async () => {
    const outcome = await decide({});
    expect(outcome).toMatchObject({ kind: 'decided', decisions: [{}, {}] });
    expect(await open()).toEqual([]);
    expect(await areTogether('crm:1', 'crm:2')).toBe(true);
    const { decisions } = await cluster.stewardship.listDecisions();
    expect(decisions.map(({ verdict, decidedBy, reason }) => [verdict, decidedBy, reason])).toEqual(
      Array(2).fill(['same', 'steward-7', 'looked at both']),
    );
    for (const { decisionId } of decisions) {
      await cluster.command(
        { kind: 'retract_decision', decisionId, decidedAt: 6, withdrawn: false },
        { ack: 'durable' },
      );
    }
    expect(await open()).toHaveLength(2);
    expect(await areTogether('crm:1', 'crm:2')).toBe(false);
  });

  test('different by name -> off the list and apart; the other pair stays', async () => {
    const [first] = (await cluster.stewardship.listReviews({})).reviews;
    const pair = { leftRef: first?.left.profileRef ?? '', rightRef: first?.right.profileRef ?? '' };
    await decide({ verdict: 'different', pairs: [pair] });
    expect(await open()).toHaveLength(1);
  });

  test('different, or a split, on one of several pairs -> none of the others is asked', async () => {
    await ingest(
      cluster,
      visit('5', {}, 'crm:5 email:m address:p'),
      visit('6', {}, 'crm:6 email:m address:q'),
      visit('7', {}, 'crm:7 email:n address:p'),
      visit('8', {}, 'crm:8 email:n address:q'),
    );
    const [customer = ''] = await customersOf(cluster, 'crm:5');
    expect(await open({ customer })).toHaveLength(1);
    await cluster.command(link('cannot_link', 'crm:6', 'crm:7', 1, 'no'), { ack: 'durable' });
    expect(await open({ customer })).toEqual([]);
    expect(await open()).toHaveLength(2);
    await cluster.command(
      { kind: 'retract_decision', decisionId: 'no', decidedAt: 2, withdrawn: false },
      { ack: 'durable' },
    );
    expect(await open({ customer })).toHaveLength(1);
    await cluster.command(
      {
        kind: 'split',
        decisionId: 'apart',
        groups: [[named('crm:5')], [named('crm:8')]],
        decidedAt: 3,
        decidedBy: 'steward-7',
        reason: '',
      },
      { ack: 'durable' },
    );
    expect(await open({ customer })).toEqual([]);
  });

  test('the same request again -> the same decisions; a dry run -> none', async () => {
    const planned = await decide({ isDryRun: true });
    expect((await cluster.stewardship.listDecisions()).decisions).toEqual([]);
    const made = await decide({});
    expect(made).toEqual(planned);
    if (made.kind !== 'decided') throw new Error('refused');
    expect(await decide({ pairs: made.decisions })).toEqual(made);
    expect((await cluster.stewardship.listDecisions()).decisions).toHaveLength(2);
  });

  test('more pairs than allowed, or pairs that are none -> nothing is decided', async () => {
    await expect(decide({ maxDecisions: 1 })).rejects.toMatchObject({
      code: 'failed_precondition',
    });
    const pairs = [{ leftRef: 'p1', rightRef: 'p2' }];
    expect(await decide({ pairs })).toMatchObject({ kind: 'rejected' });
    expect(await decide({ decidedBy: '' })).toMatchObject({ kind: 'rejected' });
    expect(await open()).toHaveLength(2);
  });
});

describe('the log of decisions', () => {
  test('later on one pair, taken back, of nobody -> each says so', async () => {
    await ingest(cluster, visit('1', {}, 'crm:1'), visit('2', {}, 'crm:2'));
    const send = (command: ReturnType<typeof link>) => cluster.command(command, { ack: 'durable' });
    await send(link('must_link', 'crm:1', 'crm:2', 1, 'first'));
    await send(link('cannot_link', 'crm:2', 'crm:1', 2, 'second'));
    await send(link('must_link', 'crm:1', 'crm:9', 3, 'third'));
    await cluster.command(
      {
        kind: 'retract_decision',
        decisionId: 'third',
        decidedAt: 4,
        withdrawn: false,
        decidedBy: 'steward-8',
        reason: 'nobody',
      },
      { ack: 'durable' },
    );
    const { decisions } = await cluster.stewardship.listDecisions();
    expect(
      decisions.map(({ decisionId, standing, supersededBy, retractedBy, unobserved }) => [
        decisionId,
        standing,
        supersededBy,
        retractedBy?.by ?? null,
        unobserved,
      ]),
    ).toEqual([
      ['third', 'retracted', null, 'steward-8', 1],
      ['second', 'effective', null, null, 0],
      ['first', 'superseded', 'second', null, 0],
    ]);
    const page = await cluster.stewardship.listDecisions({ pageSize: 2 });
    expect(page.decisions).toEqual(decisions.slice(0, 2));
    const rest = await cluster.stewardship.listDecisions({ pageToken: page.nextPageToken });
    expect(rest).toEqual({ decisions: decisions.slice(2), nextPageToken: null });
  });

  test('a decision delivered anew with a later time -> listed once, there', async () => {
    const send = (at: number) =>
      cluster.command(link('must_link', 'crm:1', 'crm:2', at, 'one'), { ack: 'durable' });
    await send(1);
    await send(7);
    await send(3);
    const { decisions } = await cluster.stewardship.listDecisions();
    expect(decisions.map(({ decidedAt }) => decidedAt)).toEqual([7]);
  });
});

describe('conflicts', () => {
  const kinds = async () => {
    const { conflicts } = await cluster.stewardship.listConflicts();
    return conflicts.map(({ kind, detail, decisionId }) => [kind, detail, decisionId]);
  };

  test('a must-link that decisions defeat, directly or through others -> listed', async () => {
    await ingest(
      cluster,
      visit('1', {}, 'crm:1'),
      visit('2', {}, 'crm:2'),
      visit('3', {}, 'crm:3'),
    );
    await cluster.command(link('must_link', 'crm:1', 'crm:2', 1, 'one'), { ack: 'durable' });
    await cluster.command(link('must_link', 'crm:2', 'crm:3', 1, 'two'), { ack: 'durable' });
    expect(await kinds()).toEqual([]);
    await cluster.command(link('cannot_link', 'crm:1', 'crm:3', 1, 'never'), { ack: 'durable' });
    const found = await kinds();
    expect(found).toHaveLength(1);
    expect(['one', 'two']).toContain(found[0]?.[2]);
    expect(found[0]?.[0]).toBe('cannot_link');
    const [conflict] = (await cluster.stewardship.listConflicts()).conflicts;
    expect(conflict?.decision).toMatchObject({ decisionId: found[0]?.[2], verdict: 'same' });
    expect(conflict?.defeatedBy).toMatchObject([
      { decisionId: 'never', verdict: 'different', decidedAt: 1, standing: 'effective' },
    ]);
    await cluster.command(
      { kind: 'retract_decision', decisionId: 'never', decidedAt: 2, withdrawn: false },
      { ack: 'durable' },
    );
    expect(await kinds()).toEqual([]);
  });

  test('a must-link over an exclusive value -> joins, and is listed', async () => {
    await ingest(
      cluster,
      visit('1', {}, 'crm:1 passport:one'),
      visit('2', {}, 'crm:2 passport:two'),
    );
    await cluster.command(link('must_link', 'crm:1', 'crm:2', 1, 'one'), { ack: 'durable' });
    expect(await areTogether('crm:1', 'crm:2')).toBe(true);
    expect(await kinds()).toEqual([['exclusive', 'passport', 'one']]);
    expect((await cluster.stewardship.listConflicts()).conflicts[0]?.defeatedBy).toEqual([]);
  });
});

/**
 * The change feed across owners: a former owner may have told a change that was taken back since, so
 * the new one tells everything again that was open when its term began (settled-feed.ts E3).
 */
import { expect, test } from 'vitest';
import type { StoreWrite } from '../../shared/adapters/store.ts';
import { type SettledEvent, SettledFeed } from '../../shared/engine/settled-feed.ts';
import { SubframeKind, type Subframe } from '../../shared/protocol/frame.ts';
import type { PartitionMark } from '../../shared/protocol/marks.ts';
import { SettledRounds } from '../../shared/protocol/settled-rounds.ts';
import { seen } from '../support/oracle-cases.ts';
import { type Message, MessageKind } from '../../shared/domain/messages.ts';
import { messageOf } from '../support/oracle-messages.ts';
import { PartitionDriver } from '../support/partition-driver.ts';
import { testRules } from '../support/test-rules.ts';

const IDLE = { partition: 0, lowOrigin: null } as PartitionMark;

interface FeedOfDriver {
  readonly driver: PartitionDriver;
  readonly feed: SettledFeed;
  readonly apply: (message: Message) => void;
}

function feedOfDriver(): FeedOfDriver {
  const driver = new PartitionDriver({
    topology: { partitions: 1, desks: 1 },
    rules: testRules(),
  });
  const feed = new SettledFeed(driver.at(0), driver.store);
  const apply = (message: Message): void => {
    const writes: StoreWrite[] = [];
    const pending: [number, Subframe[]][] = [[0, ingress(message)]];
    for (let next = pending.shift(); next !== undefined; next = pending.shift()) {
      const { feedChanges, outputs } = driver.append(...next);
      if (next[0] === 0) feed.note(feedChanges, 0, writes);
      for (const { destination, batch } of outputs) pending.push([destination, [batch.subframe]]);
    }
    driver.store.commitSync(writes);
  };
  return { driver, feed, apply };
}

function ingress(message: Message): Subframe[] {
  return [[SubframeKind.ingress, [[1, message]], '']];
}

/** Events told by `feed` once all is settled. */
function settleAll(driver: PartitionDriver, feed: SettledFeed): readonly SettledEvent[] {
  const rounds = new SettledRounds(1);
  for (let round = 0; round < 4; round++) rounds.take(IDLE);
  const writes: StoreWrite[] = [];
  feed.settle(rounds, 0, writes, 100);
  feed.release(feed.extent());
  const events = feed.publishable();
  feed.published(events.length, writes);
  driver.store.commitSync(writes);
  return events;
}

test.for([
  ['by the same owner -> nothing to tell', false],
  ['while the owner changed -> told again, under a higher version', true],
] as const)('a merge taken back before it was told, %s', ([, isNewTerm]) => {
  const { driver, feed, apply } = feedOfDriver();
  apply(messageOf(seen('1', { day: 1 }, 'login:a email:x')));
  apply(messageOf(seen('2', { day: 2 }, 'login:b email:y')));
  const first = settleAll(driver, feed);
  expect(first.map(({ row }) => row[0])).toEqual(['customer.created', 'customer.created']);

  const joining = messageOf(seen('3', { day: 3 }, 'login:b email:x'));
  if (joining[0] !== MessageKind.deliver) throw new Error('an interaction is no delivery');
  apply(joining);
  apply([MessageKind.retractInteraction, joining[1], 9, 0]);
  expect(feed.size).toBeGreaterThan(0);
  if (isNewTerm) feed.beginTerm();
  const second = settleAll(driver, feed);
  expect(second.length > 0).toBe(isNewTerm);
  for (const { eventId, row } of second) {
    expect(row.slice(0, 4)).toEqual(['profile.moved', row[1], row[1], row[1]]);
    expect(first.map((event) => event.eventId)).not.toContain(eventId);
  }
});

test('what the owner told -> a follower that takes over does not tell it again (E4)', () => {
  const owner = feedOfDriver();
  const follower = feedOfDriver();
  const both = (message: Message): void => {
    owner.apply(message);
    follower.apply(message);
  };
  const hear = (): void => {
    const writes: StoreWrite[] = [];
    follower.feed.toldElsewhere(owner.feed.toldThrough(), writes);
    follower.driver.store.commitSync(writes);
  };
  both(messageOf(seen('1', { day: 1 }, 'login:a email:x')));
  both(messageOf(seen('2', { day: 2 }, 'login:b email:y')));
  hear();
  // Nothing is in the feed yet.
  expect(follower.feed.size).toBe(2);
  expect(settleAll(owner.driver, owner.feed)).toHaveLength(2);
  both(messageOf(seen('3', { day: 3 }, 'login:c')));
  hear();
  // The third is open at the owner: it may die before it tells.
  expect(follower.feed.size).toBe(1);
  follower.feed.beginTerm();
  const told = settleAll(follower.driver, follower.feed);
  expect(told.map(({ row }) => row[0])).toEqual(['customer.created']);
  // It knows what was told of the others, word by word.
  settleAll(owner.driver, owner.feed);
  const toldRows = ({ driver }: FeedOfDriver) => driver.store.range('p0000/z/', 'p0000/z0');
  expect(toldRows(owner)).toHaveLength(3);
  expect(toldRows(follower)).toEqual(toldRows(owner));
});

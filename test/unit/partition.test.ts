/**
 * Partition: state is a function of the log alone (P1, P4), the log is checked before it is applied
 * (P2), links are exactly-once (P3), poison is set aside alone (P5).
 */
import { describe, expect, test } from 'vitest';
import {
  ForeignEpoch,
  LogMismatch,
  partitionPrefix,
  RESTORED_ROW,
} from '../../shared/engine/partition.ts';
import type { SetAside } from '../../shared/engine/set-aside.ts';
import { type Message, MessageKind } from '../../shared/domain/messages.ts';
import { decode, encode } from '../../shared/protocol/codec.ts';
import {
  encodeFrame,
  FrameError,
  type Subframe,
  SubframeKind,
} from '../../shared/protocol/frame.ts';
import { clusterOutcome, expectedOutcome, readProfiles } from '../support/cluster-outcome.ts';
import { makeHistory } from '../support/history.ts';
import { seen } from '../support/oracle-cases.ts';
import type { OracleEvent } from '../support/oracle-events.ts';
import { runOracle } from '../support/oracle.ts';
import { messageOf } from '../support/oracle-messages.ts';
import { PartitionDriver } from '../support/partition-driver.ts';
import { testRules } from '../support/test-rules.ts';

const RULES = testRules();
const ONE = { topology: { partitions: 1, desks: 1 }, rules: RULES } as const;
const FOUR = { topology: { partitions: 4, desks: 1 }, rules: RULES } as const;

function expectOracle(driver: PartitionDriver, events: readonly OracleEvent[]): void {
  driver.commit();
  const stores = driver.logs.map((_, index) => [index, driver.store] as const);
  expect(clusterOutcome(readProfiles(stores), stores)).toEqual(
    expectedOutcome(runOracle(RULES, events)),
  );
}

/** Sends events in groups of `size`. */
function sendAll(driver: PartitionDriver, events: readonly OracleEvent[], size: number): void {
  for (let start = 0; start < events.length; start += size) {
    driver.send(events.slice(start, start + size).map(messageOf));
  }
}

const ingress = (...messages: unknown[]): Subframe => [
  SubframeKind.ingress,
  messages.map((message) => [0, message as Message] as const),
  '',
];

describe('determinism', () => {
  const events = makeHistory(11, { events: 40, persons: 5, hubValues: 2 });

  test.for([
    ['commits every 7 entries', { commitEvery: 7 }],
    ['one commit at the end', { commitEvery: Number.POSITIVE_INFINITY }],
    ['2 actors in memory', { maxActors: 2 }],
    ['2 actors, commits every 5 entries', { maxActors: 2, commitEvery: 5 }],
    ['a restart after every 13 entries, commits every 4', { restartEvery: 13, commitEvery: 4 }],
  ] as const)('%s -> the same bytes', ([, options]) => {
    for (const size of [1, 6]) {
      const plain = new PartitionDriver(FOUR);
      sendAll(plain, events, size);
      const other = new PartitionDriver({ ...FOUR, ...options });
      sendAll(other, events, size);
      expect(other.logs).toEqual(plain.logs);
      expect(other.stateHash()).toBe(plain.stateHash());
      expectOracle(other, events);
    }
  });

  test('a restart after every entry -> the same bytes', () => {
    const few = events.slice(0, 12);
    const plain = new PartitionDriver(FOUR);
    sendAll(plain, few, 2);
    const other = new PartitionDriver({ ...FOUR, restartEvery: 1 });
    sendAll(other, few, 2);
    expect(other.stateHash()).toBe(plain.stateHash());
    expectOracle(other, few);
  });

  test('the same logs replayed -> the same bytes, however they are committed', () => {
    const first = new PartitionDriver(FOUR);
    sendAll(first, events, 5);
    const expected = first.stateHash();
    expect(first.replay().stateHash()).toBe(expected);
    expect(first.replay({ maxActors: 2, commitEvery: 11 }).stateHash()).toBe(expected);
    expect(first.replay({ restartEvery: 5 }).stateHash()).toBe(expected);
  });

  test('link messages cut into fragments -> the same customers, and the same bytes again', () => {
    const options = { ...FOUR, fragmentBytes: 200 };
    const driver = new PartitionDriver(options);
    sendAll(driver, events, 9);
    expectOracle(driver, events);
    expect(driver.replay({ restartEvery: 20 }).stateHash()).toBe(driver.stateHash());
    expect(driver.logs.flatMap((_, index) => driver.rows(index, 'g/'))).toEqual([]);
  });
});

describe('the log is checked before it is applied', () => {
  function started(): PartitionDriver {
    const driver = new PartitionDriver(ONE);
    driver.send([messageOf(seen('1', {}, 'login:a email:x'))]);
    return driver;
  }

  test('a hole or a repeat -> LogMismatch, nothing changes', () => {
    const driver = started();
    const before = driver.stateHash();
    const bytes = encodeFrame([ingress(messageOf(seen('2', {}, 'login:b email:x')))]);
    const next = driver.at(0).position.sequence + 1;
    for (const sequence of [next + 1, next - 1, 1, 0]) {
      expect(() => driver.at(0).apply(sequence, bytes)).toThrow(LogMismatch);
    }
    expect(driver.stateHash()).toBe(before);
  });

  test('any flipped bit -> FrameError, nothing changes', () => {
    const driver = started();
    const before = driver.stateHash();
    const bytes = encodeFrame([ingress(messageOf(seen('2', {}, 'login:b email:x')))]);
    const next = driver.at(0).position.sequence + 1;
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const flipped = Uint8Array.from(bytes);
      flipped[bit >> 3] = (flipped[bit >> 3] as number) ^ (1 << (bit & 7));
      expect(() => driver.at(0).apply(next, flipped)).toThrow(FrameError);
    }
    for (let length = 0; length < bytes.length; length++) {
      expect(() => driver.at(0).apply(next, bytes.subarray(0, length))).toThrow(FrameError);
    }
    expect(driver.stateHash()).toBe(before);
    driver.at(0).apply(next, bytes);
    expect(driver.stateHash()).not.toBe(before);
  });

  test('an epoch opened from another state -> ForeignEpoch', () => {
    const driver = started();
    driver.at(0).openEpoch(2);
    const { base } = driver.at(0).position;
    const claim = (from: string): Uint8Array =>
      encodeFrame([[SubframeKind.owner, 1, 'shard-a', from]]);
    expect(() => driver.at(0).apply(1, claim('0'.repeat(32)))).toThrow(ForeignEpoch);
    driver.at(0).apply(1, claim(base));
    expect(driver.at(0).position).toMatchObject({ epoch: 2, sequence: 1, owner: 'shard-a' });
  });
});

describe('link epochs', () => {
  /** The link epoch of a state that was restored from a snapshot and lost its log. */
  function restoredLinkEpoch(nowMs: number): number {
    const driver = new PartitionDriver(ONE);
    driver.send([messageOf(seen('1', {}, 'login:a email:x'))]);
    driver.commit();
    driver.store.commitSync([[partitionPrefix(0) + RESTORED_ROW, encode(true)]]);
    driver.restart();
    driver.at(0).openEpoch(2, nowMs);
    return driver.at(0).position.linkEpoch;
  }

  test('one snapshot restored twice -> the second life does not repeat the first one', () => {
    expect(restoredLinkEpoch(1_700_000_000_000)).toBeGreaterThan(1);
    expect(restoredLinkEpoch(1_700_000_060_000)).toBeGreaterThan(
      restoredLinkEpoch(1_700_000_000_000),
    );
  });
});

describe('links', () => {
  /** What partition 0 sends another one for a shared value, undelivered. */
  function linked() {
    const driver = new PartitionDriver({ ...ONE, topology: { partitions: 2, desks: 1 } });
    const events = Array.from({ length: 12 }, (_, index) =>
      seen(`i${index}`, { day: index }, `login:p${index} email:e${index % 3}`),
    );
    const entries = new Map<number, Message[]>();
    for (const event of events) {
      const message = messageOf(event);
      const home = message[1] < 'g' ? 0 : 1;
      entries.set(home, [...(entries.get(home) ?? []), message]);
    }
    const [home, messages] = [...entries][0] as [number, Message[]];
    const { outputs } = driver.append(home, [ingress(...messages)]);
    const output = outputs.find(({ destination }) => destination !== home);
    if (output === undefined) throw new Error('nothing was sent');
    return { driver, output };
  }

  test('repeated -> dropped; with a gap -> refused; both counted', () => {
    const { driver, output } = linked();
    const {
      destination,
      batch: { subframe },
    } = output;
    const [kind, source, epoch, first, messages] = subframe;
    driver.append(destination, [subframe]);
    const after = driver.at(destination).received(source);
    expect(after).toEqual([epoch, first + messages.length - 1]);
    const outcome = (): unknown => driver.rows(destination, 'a/');
    const before = outcome();
    driver.append(destination, [subframe]);
    driver.append(destination, [[kind, source, epoch, after[1] + 2, messages]]);
    expect(outcome()).toEqual(before);
    expect(driver.at(destination).received(source)).toEqual(after);
    expect(driver.at(destination).counters).toMatchObject({
      linkRepeats: messages.length,
      linkGaps: 1,
    });
  });

  test('of an older link epoch -> dropped; of a newer one -> numbers start anew', () => {
    const { driver, output } = linked();
    const {
      destination,
      batch: { subframe },
    } = output;
    const [kind, source, epoch, , messages] = subframe;
    driver.append(destination, [[kind, source, epoch + 1, 1, messages]]);
    expect(driver.at(destination).received(source)).toEqual([epoch + 1, messages.length]);
    driver.append(destination, [subframe]);
    expect(driver.at(destination).received(source)).toEqual([epoch + 1, messages.length]);
  });
});

describe('poison', () => {
  const good = (index: number): OracleEvent =>
    seen(`good-${index}`, { day: index }, `login:p${index} email:shared${index >> 1}`);
  const target = messageOf(good(0))[1];
  const other = messageOf(good(999))[1];
  const VERTEX = [null, [], [], []];
  const body = ['test', 'other', 0, 'digest', 'visit', 'web', 0, 0];

  const POISON: readonly (readonly [name: string, message: unknown])[] = [
    ['an unknown kind', [99, target]],
    ['an observe without content', [MessageKind.observe, target, 1]],
    ['a deliver without content', [MessageKind.deliver, other, null]],
    [
      'a deliver whose parties are a number',
      [MessageKind.deliver, other, [other, ...body, 7, '{}']],
    ],
    ['a split whose labels are a number', [MessageKind.decide, other, 'd', 5, 'x', [2, 7], '', '']],
    ['a device seen on no days', [MessageKind.deviceSeen, target, 'cookie', other]],
    ['a state without edges', [MessageKind.state, target, target, 0, 1, null]],
    ['a transfer of nothing', [MessageKind.transfer, target, null]],
    ['a state whose version is missing', [MessageKind.state, target, target, -1, null, VERTEX, []]],
    ['a suppression at no time', [MessageKind.suppress, target, 'email', 'x', 'soon', 0]],
    ['a retraction with more than is known', [MessageKind.retractInteraction, other, 1, 0, 9]],
    ['no target', [MessageKind.deliver]],
    ['no list', 'poison'],
    ['null', null],
  ];

  function quarantined(driver: PartitionDriver): string[] {
    driver.commit();
    return driver.rows(0, 'q/').map(([key, bytes]) => {
      expect(decode(bytes)).toHaveLength(2);
      return key.slice(partitionPrefix(0).length);
    });
  }

  test.for(POISON)('%s amid good messages -> it alone is set aside', ([, poison]) => {
    const events = [0, 1, 2, 3, 4].map(good);
    const messages: unknown[] = events.map(messageOf);
    for (const index of [0, 2, 5]) {
      const driver = new PartitionDriver(ONE);
      driver.deliver(new Map([[0, [ingress(...messages.toSpliced(index, 0, poison))]]]));
      expect(quarantined(driver)).toEqual([`q/1/000000000002/${index}`]);
      expect(driver.at(0).position.quarantined).toBe(1);
      expectOracle(driver, events);
      expect(driver.replay().stateHash()).toBe(driver.stateHash());
      expect(driver.replay({ restartEvery: 1 }).stateHash()).toBe(driver.stateHash());
    }
  });

  test('poison -> told where and of what kind, and nothing of what is in it', () => {
    const told: SetAside[] = [];
    const driver = new PartitionDriver({ ...ONE, onSetAside: (what) => told.push(what) });
    const secret = 'ann@shop.example';
    const poison = [
      [99, secret],
      [MessageKind.observe, secret, secret],
      [MessageKind.deliver, { anchor: secret }],
    ];
    for (const one of poison) driver.deliver(new Map([[0, [ingress(messageOf(good(0)), one)]]]));
    driver.commit();
    expect(
      told.map(({ partition, epoch, sequence, index }) => [partition, epoch, sequence, index]),
    ).toEqual([2, 3, 4].map((sequence) => [0, 1, sequence, 1]));
    for (const { errorKind } of told) expect(errorKind).toMatch(/^[A-Za-z]+( [A-Za-z_]+)?$/);
    expect(JSON.stringify(told)).not.toContain('shop.example');
  });

  test('several entries with poison before one commit -> no message is lost or doubled', () => {
    const events = Array.from({ length: 24 }, (_, index) => good(index));
    for (const commitEvery of [1, 3, 1000]) {
      const driver = new PartitionDriver({ ...FOUR, commitEvery });
      for (let start = 0; start < events.length; start += 4) {
        const frames = new Map<number, Subframe[]>();
        for (let partition = 0; partition < 4; partition++) {
          frames.set(partition, [ingress([99, target])]);
        }
        driver.deliver(frames);
        driver.send(events.slice(start, start + 4).map(messageOf));
        for (let partition = 0; partition < 4; partition++) {
          // Poison beside link messages, in one entry.
          frames.set(partition, [ingress([99, target], [MessageKind.observe, target])]);
        }
        driver.deliver(frames);
      }
      expectOracle(driver, events);
      const gaps = driver.logs.map((_, index) => driver.at(index).counters.linkGaps ?? 0);
      const repeats = driver.logs.map((_, index) => driver.at(index).counters.linkRepeats ?? 0);
      expect([gaps, repeats].flat().every((count) => count === 0)).toBe(true);
      expect(driver.replay({ commitEvery: 1 }).stateHash()).toBe(driver.stateHash());
      expect(driver.replay({ commitEvery: 1000 }).stateHash()).toBe(driver.stateHash());
    }
  });

  test('poison among good messages -> every good one is counted once', () => {
    const messages = [0, 1, 2, 3, 4].map((index) => messageOf(good(index)));
    const counted = (poison: readonly unknown[], commitEvery: number) => {
      const driver = new PartitionDriver({ ...ONE, commitEvery });
      driver.deliver(new Map([[0, [ingress(...messages.slice(0, 2))]]]));
      driver.deliver(new Map([[0, [ingress(...messages.slice(2), ...poison)]]]));
      driver.commit();
      return driver.at(0).counters;
    };
    for (const commitEvery of [1, 1000]) {
      const expected = { ...counted([], commitEvery), quarantined: 1 };
      expect(counted([[99, target]], commitEvery)).toEqual(expected);
    }
  });

  test('a subframe of unknown kind -> the entry is set aside, the next one is applied', () => {
    const driver = new PartitionDriver(ONE);
    driver.deliver(new Map([[0, [[42, 'what'] as unknown as Subframe]]]));
    driver.send([messageOf(good(0))]);
    expect(quarantined(driver)).toEqual(['q/1/000000000002/0']);
    expectOracle(driver, [good(0)]);
    expect(driver.replay().stateHash()).toBe(driver.stateHash());
  });
});

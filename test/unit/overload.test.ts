/**
 * Overload makes no work (ARCHITECTURE section 3): routers and senders do not repeat what waits before a
 * busy owner, and do repeat what it went past; senders and commits gather while there is a backlog.
 */
import { expect, test } from 'vitest';
import type { Log } from '../../shared/adapters/log.ts';
import { MemoryStore } from '../../shared/adapters/memory-store.ts';
import type { StoreWrite } from '../../shared/adapters/store.ts';
import { Router } from '../../shared/cluster/router.ts';
import type { ProfileId } from '../../shared/domain/identifier.ts';
import { MessageKind } from '../../shared/domain/messages.ts';
import { GroupCommit } from '../../shared/engine/group-commit.ts';
import { Outbox } from '../../shared/engine/outbox.ts';
import { Sender } from '../../shared/engine/sender.ts';
import { encode } from '../../shared/protocol/codec.ts';
import {
  encodeSubframe,
  FrameWriter,
  type LinkSubframe,
  type Stamped,
  SubframeKind,
} from '../../shared/protocol/frame.ts';
import { MarkTable } from '../../shared/protocol/marks.ts';
import { ownerMark } from '../support/owner-mark.ts';
import { TestClock } from '../support/test-clock.ts';

const RESEND_MS = 1000;
const profile = 'p' as ProfileId;
const message: Stamped = [0, [MessageKind.label, profile, 'name', null]];

/** A log whose entries get the sequences from 11 on. */
function countingLog(): { readonly log: Log; appends: number } {
  const own = {
    appends: 0,
    log: { append: () => Promise.resolve(10 + ++own.appends) } as unknown as Log,
  };
  return own;
}

function openRouter() {
  const clock = new TestClock();
  const marks = new MarkTable();
  marks.take(ownerMark());
  const counting = countingLog();
  const topology = { partitions: 1, desks: 1 };
  const limits = { resendMs: RESEND_MS };
  const router = new Router({ log: counting.log, clock, marks, topology, routerId: 'r', limits });
  for (const { durable } of router.submit([message])) durable.catch(() => undefined);
  return { clock, marks, counting, router };
}

function openSender() {
  const clock = new TestClock();
  const marks = new MarkTable();
  marks.take(ownerMark());
  const counting = countingLog();
  const outbox = new Outbox(1, new MemoryStore());
  const sender = new Sender({
    log: counting.log,
    clock,
    marks,
    frames: new FrameWriter('s'),
    outboxes: () => [outbox],
    entryBytes: 1000,
    resendMs: RESEND_MS,
    retryMs: 100,
  });
  let first = 1;
  const send = (): void => {
    const writes: StoreWrite[] = [];
    const batch = encodeSubframe<LinkSubframe>([SubframeKind.link, 1, 1, first++, [message]]);
    outbox.add([{ destination: 0, batch }], writes);
    outbox.release(outbox.extent());
    sender.wake();
  };
  send();
  return { clock, marks, counting, outbox, sender, send };
}

test.each([
  ['router', openRouter],
  ['sender', openSender],
])(
  '%s: what waits before a busy owner -> not repeated; what it went past -> repeated',
  async (_, open) => {
    const { clock, marks, counting } = open();
    await clock.advance(0);
    for (let look = 1; look <= 5; look++) {
      // Busy with entries of others: behind 11, not at it.
      marks.take(ownerMark({ durable: 10, applied: 10, last: 11 + look }));
      await clock.advance(RESEND_MS);
    }
    // In the middle of a long entry it says nothing.
    await clock.advance(5 * RESEND_MS);
    expect(counting.appends).toBe(1);
    marks.take(ownerMark({ durable: 12, applied: 12, last: 12 }));
    await clock.advance(2 * RESEND_MS);
    expect(counting.appends).toBeGreaterThan(1);
  },
);

test('sender: an owner that says it stands still with nothing before it -> repeated ever more rarely', async () => {
  const { clock, marks, counting } = openSender();
  await clock.advance(0);
  for (let tick = 0; tick < 300; tick++) {
    marks.take(ownerMark());
    await clock.advance(RESEND_MS / 10);
  }
  // After 1, 2, 4, 8 and not yet 16 seconds more; a fixed distance would make 30.
  expect(counting.appends).toBe(1 + 4);
});

test('sender: the owner has an entry of ours before it -> what follows becomes one entry', async () => {
  const { clock, marks, counting, sender, send } = openSender();
  await clock.advance(0);
  for (let more = 0; more < 5; more++) {
    send();
    await clock.advance(1);
  }
  expect(counting.appends).toBe(1);
  marks.take(ownerMark({ applied: 11, durable: 11, last: 11 }));
  sender.wake();
  await clock.advance(0);
  expect(counting.appends).toBe(2);
});

test('sender: as much waits as an entry holds -> sent without waiting for the owner', async () => {
  const { clock, counting, send } = openSender();
  await clock.advance(0);
  const size = encode([SubframeKind.link, 1, 1, 1, [message]]).length;
  for (let bytes = 0; bytes < 1000; bytes += size) send();
  await clock.advance(0);
  expect(counting.appends).toBeGreaterThan(1);
});

/** A store that is at once done, and a member whose rows take 20 ms to compute. */
function openCommit(isBehind: () => boolean) {
  const clock = new TestClock();
  const commit = new GroupCommit({
    store: new MemoryStore(),
    clock,
    isBehind,
    onFailure: (error) => {
      throw error;
    },
  });
  const member = {
    takeWrites: (): StoreWrite[] => {
      clock.pass(20);
      return [['p0000/x', encode(1)]];
    },
    onCommitTaken: () => () => undefined,
  };
  return { clock, commit, member };
}

test('commits keep a distance while entries wait; an idle process, and one that is waited for, do not', async () => {
  let isBehind = true;
  const { clock, commit, member } = openCommit(() => isBehind);
  const change = async (): Promise<void> => {
    commit.add(member);
    await clock.advance(0);
  };
  await change();
  expect(commit.commits).toBe(1);
  for (let changes = 0; changes < 10; changes++) {
    await change();
    await clock.advance(10);
  }
  // Ten times 20 ms have not passed.
  expect(commit.commits).toBe(1);
  await clock.advance(150);
  expect(commit.commits).toBe(2);

  await change();
  expect(commit.commits).toBe(2);
  const flushed = commit.flushed();
  await clock.advance(10);
  await flushed;
  expect(commit.commits).toBe(3);

  isBehind = false;
  await change();
  expect(commit.commits).toBe(4);
});

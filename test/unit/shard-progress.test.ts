/**
 * Health is progress: a shard with a backlog that does not move is not ready, and says so in its
 * marks; one that advances, or has nothing to do, is.
 */
import { expect, test, vi } from 'vitest';
import { SYSTEM_CLOCK } from '../../shared/adapters/clock.ts';
import { MemoryBus } from '../../shared/adapters/memory-bus.ts';
import { MemoryStore } from '../../shared/adapters/memory-store.ts';
import { EmbeddedLog } from '../../shared/engine/embedded-log.ts';
import { Shard } from '../../shared/engine/shard.ts';
import type { ShardPartition } from '../../shared/engine/shard-partition.ts';
import { FrameWriter, SubframeKind } from '../../shared/protocol/frame.ts';
import { testRules } from '../support/test-rules.ts';

const STUCK_MS = 5_000;

test('a backlog that does not move for long -> not ready; progress or none to make -> ready', async () => {
  let now = 1_000_000;
  const store = new MemoryStore();
  const log = new EmbeddedLog(store);
  const shard = new Shard({
    owner: 'shard-a',
    partitions: [0],
    topology: { partitions: 1, desks: 1 },
    rules: testRules(),
    store,
    log,
    bus: new MemoryBus(),
    clock: { ...SYSTEM_CLOCK, monotonic: () => now },
    limits: { stuckMs: STUCK_MS },
    onFatal: (error) => expect.fail(String(error)),
  });
  shard.start();
  const member = shard.partitions.get(0) as ShardPartition;
  await vi.waitFor(() => expect(member.runner.isOwner).toBe(true));
  /** As the shard observes it at intervals, `ms` later. */
  const later = (ms: number): void => {
    now += ms;
    member.observeProgress();
  };
  const isTold = (): boolean => member.mark(true, 1, STUCK_MS).isStuck;

  later(10 * STUCK_MS);
  expect([shard.isReady, isTold()], 'idle for long').toEqual([true, false]);

  // An entry is known to be in the log, and does not arrive.
  member.runner.lastKnown = member.partition.position.sequence + 2;
  later(STUCK_MS - 1);
  expect([shard.isReady, isTold()], 'a backlog, not for long').toEqual([true, false]);
  later(1);
  expect([shard.isReady, isTold()], 'a backlog for long').toEqual([false, true]);

  const { epoch, sequence } = member.partition.position;
  const bytes = new FrameWriter('router').encode([[SubframeKind.ingress, [], 'tag']]);
  await log.append(0, epoch, bytes);
  await vi.waitFor(() => expect(member.partition.position.sequence).toBe(sequence + 1));
  later(1);
  expect([shard.isReady, isTold()], 'some of it applied').toEqual([true, false]);
  later(STUCK_MS);
  expect([shard.isReady, isTold()], 'and no more of it').toEqual([false, true]);

  shard.close();
  expect(shard.isReady).toBe(false);
});

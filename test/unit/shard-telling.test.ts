/**
 * A generation is retired when its owners have told the feed all that was decided. What a follower
 * has decided while it was the owner, or found in a snapshot, is the owner's to tell: it must not keep
 * anybody waiting, for in a generation that is left nobody takes it back.
 */
import { expect, test, vi } from 'vitest';
import { SYSTEM_CLOCK } from '../../shared/adapters/clock.ts';
import { MemoryBus } from '../../shared/adapters/memory-bus.ts';
import { MemoryStore } from '../../shared/adapters/memory-store.ts';
import { EmbeddedLog } from '../../shared/engine/embedded-log.ts';
import { partitionPrefix } from '../../shared/engine/partition.ts';
import { Shard } from '../../shared/engine/shard.ts';
import type { ShardPartition } from '../../shared/engine/shard-partition.ts';
import { encode } from '../../shared/protocol/codec.ts';
import { testRules } from '../support/test-rules.ts';

test('an event decided and not told -> the owner is telling, a follower is not', async () => {
  const log = new EmbeddedLog(new MemoryStore());
  const shardOf = (owner: string, store: MemoryStore): Shard =>
    new Shard({
      owner,
      partitions: [],
      isPlaced: true,
      topology: { partitions: 1, desks: 1 },
      rules: testRules(),
      store,
      log,
      bus: new MemoryBus(),
      clock: SYSTEM_CLOCK,
      onFatal: (error) => expect.fail(String(error)),
    });
  const first = shardOf('shard-a#1', new MemoryStore());
  first.start();
  first.host(0, 'owner');
  await vi.waitFor(() => expect(first.partitions.get(0)?.runner.isOwner).toBe(true));
  const store = new MemoryStore();
  const event = encode(['event', ['customer.created', 'profile', 'profile', null, 0]]);
  await store.commit([[`${partitionPrefix(0)}n/000000000001`, event]]);
  const second = shardOf('shard-b#1', store);
  second.start();
  second.host(0, 'follower');
  const { runner, feed } = second.partitions.get(0) as ShardPartition;
  await vi.waitFor(() => expect(runner.state).toBe('following'));
  expect([feed.hasDecided, second.isTelling]).toEqual([true, false]);
  second.host(0, 'owner');
  await vi.waitFor(() => expect(runner.isOwner).toBe(true));
  expect(second.isTelling).toBe(true);
  first.close();
  second.close();
});

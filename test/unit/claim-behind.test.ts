/**
 * Under placement nobody claims a partition while it is far behind: the owner there is would stop at
 * the claim, and the next one would own only after all that was before it.
 */
import { expect, test, vi } from 'vitest';
import { SYSTEM_CLOCK } from '../../shared/adapters/clock.ts';
import type { Log } from '../../shared/adapters/log.ts';
import { MemoryBus } from '../../shared/adapters/memory-bus.ts';
import { MemoryStore } from '../../shared/adapters/memory-store.ts';
import { EmbeddedLog } from '../../shared/engine/embedded-log.ts';
import { Shard } from '../../shared/engine/shard.ts';
import { decodeFrame, FrameWriter, SubframeKind } from '../../shared/protocol/frame.ts';
import { testRules } from '../support/test-rules.ts';

const ENTRIES = 300;
/** Of the runner: entries that may be left when it claims. */
const BACKLOG_MAX = 20;

function shardOf(owner: string, log: Log): Shard {
  return new Shard({
    owner,
    partitions: [],
    isPlaced: true,
    topology: { partitions: 1, desks: 1 },
    rules: testRules(),
    store: new MemoryStore(),
    log,
    bus: new MemoryBus(),
    clock: SYSTEM_CLOCK,
    onFatal: (error) => expect.fail(String(error)),
  });
}

/** The log as one shard sees it; notes how far that shard is when it claims. */
function noting(log: EmbeddedLog, applied: () => number, claims: number[]): Log {
  return new Proxy<Log>(log, {
    get: (target, name) => {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== 'function') return member;
      if (name !== 'append') return member.bind(target) as unknown;
      return (partition: number, epoch: number, bytes: Uint8Array) => {
        const isClaim = decodeFrame(bytes).some(([kind]) => kind === SubframeKind.owner);
        if (isClaim) claims.push(applied());
        return target.append(partition, epoch, bytes);
      };
    },
  });
}

test.each([
  { what: 'told to own from the beginning', roles: ['owner'] as const },
  { what: 'a follower that is promoted at once', roles: ['follower', 'owner'] as const },
])('$what, far behind -> claims when it has almost all', async ({ roles }) => {
  const log = new EmbeddedLog(new MemoryStore());
  const former = shardOf('shard-a#1', log);
  former.start();
  former.host(0, 'owner');
  await vi.waitFor(() => expect(former.partitions.get(0)?.runner.isOwner).toBe(true));
  const router = new FrameWriter('router');
  for (let count = 0; count < ENTRIES; count++) {
    await log.append(0, 1, router.encode([[SubframeKind.ingress, [], `tag-${count}`]]));
  }
  const claims: number[] = [];
  const applied = () => next.partitions.get(0)?.partition.position.sequence ?? 0;
  const next: Shard = shardOf('shard-b#1', noting(log, applied, claims));
  next.start();
  for (const role of roles) next.host(0, role);
  await vi.waitFor(() => expect(next.partitions.get(0)?.runner.isOwner).toBe(true));
  expect(claims).toHaveLength(1);
  expect(claims[0]).toBeGreaterThanOrEqual(ENTRIES + 1 - BACKLOG_MAX);
  await vi.waitFor(() => expect(former.partitions.get(0)?.runner.state).toBe('deposed'));
  former.close();
  next.close();
});

/**
 * A shard under placement takes partitions up and lets them go as it is told: it is an owner until
 * somebody else has claimed, fetches what it cannot go on with, and tries again what failed.
 * Method: two shards on one embedded log and one place of snapshots, and a clock that the test moves.
 */
import pino from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Log, LogError } from '../../shared/adapters/log.ts';
import { MemoryBus } from '../../shared/adapters/memory-bus.ts';
import { MemoryStore } from '../../shared/adapters/memory-store.ts';
import type { SnapshotInfo, SnapshotPlace } from '../../shared/adapters/snapshot-place.ts';
import { EmbeddedLog } from '../../shared/engine/embedded-log.ts';
import { partitionPrefix } from '../../shared/engine/partition.ts';
import type { Role } from '../../shared/engine/partition-runner.ts';
import { PlacedShard } from '../../shared/engine/placed-shard.ts';
import { Shard } from '../../shared/engine/shard.ts';
import type { ShardPartition } from '../../shared/engine/shard-partition.ts';
import { Snapshots } from '../../shared/engine/snapshots.ts';
import { FrameWriter, SubframeKind } from '../../shared/protocol/frame.ts';
import { decodeMarks, MARKS_SUBJECT } from '../../shared/protocol/marks.ts';
import { TestClock } from '../support/test-clock.ts';
import { testRules } from '../support/test-rules.ts';

/** Of `placed-shard.ts`: how long a state that is not wanted is kept; until a claim is made again. */
const LINGER_MS = 10_000;
const RECLAIM_MS = 1500;
const FAILED_RETRY_MS = 5000;

class MemoryPlace implements SnapshotPlace {
  readonly #kept: (readonly [SnapshotInfo, Buffer])[] = [];

  list = (): Promise<readonly SnapshotInfo[]> => Promise.resolve(this.#kept.map(([info]) => info));

  async write(name: Omit<SnapshotInfo, 'file'>, content: AsyncIterable<Uint8Array>) {
    const parts: Uint8Array[] = [];
    for await (const part of content) parts.push(part);
    const info = { ...name, file: `snapshot ${this.#kept.length}` };
    this.#kept.push([info, Buffer.concat(parts)]);
    return info;
  }

  async *read({ file }: SnapshotInfo): AsyncGenerator<Uint8Array> {
    const found = this.#kept.find(([info]) => info.file === file);
    if (found !== undefined) yield found[1];
  }
}

let clock: TestClock;
let log: EmbeddedLog;
let snapshots: Snapshots;
let hosts: Host[];
beforeEach(() => {
  clock = new TestClock();
  log = new EmbeddedLog(new MemoryStore());
  snapshots = new Snapshots(new MemoryPlace());
  hosts = [];
});
afterEach(async () => {
  for (const { shard, placed } of hosts) {
    shard.close();
    await placed.close();
  }
});

class Host {
  readonly bus = new MemoryBus();
  readonly store: MemoryStore;
  readonly shard: Shard;
  readonly placed: PlacedShard;

  constructor(name: string, store = new MemoryStore(), ownLog: Log = log) {
    this.store = store;
    this.shard = new Shard({
      owner: `${name}#1`,
      partitions: [],
      isPlaced: true,
      topology: { partitions: 1, desks: 1 },
      rules: testRules(),
      store,
      log: ownLog,
      bus: this.bus,
      clock,
      newestSnapshot: (partition) => snapshots.newest(partition),
      onState: (partition, state) => this.placed.onState(partition, state),
      onFatal: (error) => expect.fail(String(error)),
    });
    const logger = pino({ level: 'silent' });
    const respond = () => ({ update: () => undefined, close: () => undefined });
    const { shard } = this;
    this.placed = new PlacedShard({ shard, store, log: ownLog, snapshots, clock, logger, respond });
    shard.start();
    hosts.push(this);
  }

  async be(role: Role | null): Promise<void> {
    this.placed.assign(new Map(role === null ? [] : [[0, role]]));
    await clock.advance(20);
  }

  get member(): ShardPartition {
    return this.shard.partitions.get(0) as ShardPartition;
  }

  get state(): string {
    return this.shard.partitions.get(0)?.runner.state ?? 'none';
  }

  get sequence(): number {
    return this.shard.partitions.get(0)?.partition.position.sequence ?? 0;
  }

  get rows(): number {
    return this.store.range(partitionPrefix(0), `${partitionPrefix(0)}\x7f`).length;
  }
}

const router = new FrameWriter('router');

async function append(count: number): Promise<void> {
  for (let index = 0; index < count; index++) {
    await log.append(0, 1, router.encode([[SubframeKind.ingress, [], `tag ${index}`]]));
  }
  await clock.advance(20);
}

/** Of a shard that followed `count` entries and then no more. */
async function stateOfOld(count: number): Promise<MemoryStore> {
  const old = new Host('old');
  await old.be('follower');
  await append(count);
  await old.shard.flush();
  old.shard.close();
  return old.store;
}

test('nobody claims what an owner is to give up -> it goes on; somebody does -> let go, and no rows stay', async () => {
  const [owner, next] = [new Host('a'), new Host('b')];
  await owner.be('owner');
  expect(owner.state).toBe('running');
  await owner.be(null);
  await clock.advance(3 * LINGER_MS);
  expect(owner.state).toBe('running');
  await next.be('follower');
  await next.be('owner');
  expect([owner.state, next.state]).toEqual(['following', 'running']);
  await clock.advance(LINGER_MS - 1000);
  expect(owner.state).toBe('following');
  await clock.advance(2000);
  expect([owner.state, owner.rows, next.state]).toEqual(['none', 0, 'running']);
});

test('an owner is deposed, and the table still names it -> it claims again, after a while', async () => {
  const [owner, other] = [new Host('a'), new Host('b')];
  await owner.be('owner');
  await other.be('owner');
  await other.be(null);
  expect([owner.state, other.state]).toEqual(['deposed', 'running']);
  await clock.advance(RECLAIM_MS);
  expect([owner.state, other.state]).toEqual(['running', 'following']);
});

test('a state that its log went beyond -> erased, fetched from a snapshot, followed', async () => {
  const owner = new Host('a');
  await owner.be('owner');
  const store = await stateOfOld(1);
  await store.commit([[`${partitionPrefix(0)}i/leftover`, new Uint8Array(1)]]);
  await append(6);
  await snapshots.take(owner.store, 0);
  await log.trim(0, 1, owner.sequence - 1);
  const late = new Host('b', store);
  await late.be('follower');
  await clock.advance(1000);
  expect([late.state, late.sequence]).toEqual(['following', owner.sequence]);
  expect(store.get(`${partitionPrefix(0)}i/leftover`)).toBeUndefined();
});

test('a state that its log went beyond, and no snapshot yet -> looked for until there is one', async () => {
  const owner = new Host('a');
  await owner.be('owner');
  await append(4);
  await log.trim(0, 1, owner.sequence - 1);
  const late = new Host('b');
  await late.be('follower');
  await clock.advance(5000);
  expect(late.state).not.toBe('following');
  await snapshots.take(owner.store, 0);
  await clock.advance(2000);
  expect([late.state, late.sequence]).toEqual(['following', owner.sequence]);
});

test('a log that refuses -> tried again after a while', async () => {
  let isRefused = true;
  const refusing = new Proxy<Log>(log, {
    get: (target, name) => {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== 'function') return member;
      if (name !== 'create' || !isRefused) return member.bind(target) as unknown;
      return () => Promise.reject(new LogError('unsupported', 'refused'));
    },
  });
  const owner = new Host('a', new MemoryStore(), refusing);
  await owner.be('owner');
  expect(owner.state).toBe('failed');
  isRefused = false;
  await clock.advance(FAILED_RETRY_MS - 1000);
  expect(owner.state).toBe('failed');
  await clock.advance(1000);
  expect(owner.state).toBe('running');
});

test('the owner speaks of a later epoch -> its follower looks at the log anew; of its own -> goes on', async () => {
  const [owner, follower] = [new Host('a'), new Host('b')];
  await owner.be('owner');
  await follower.be('follower');
  const mark = owner.member.mark(true, 1, 5000);
  follower.member.takeOwnerMark(mark);
  expect(follower.state).toBe('following');
  follower.member.takeOwnerMark({ ...mark, epoch: mark.epoch + 1 });
  expect(follower.state).toBe('opening');
  await clock.advance(1000);
  expect([follower.state, owner.state]).toEqual(['following', 'running']);
});

test('rows that come late, of a partition that was dropped -> not written', async () => {
  const host = new Host('a');
  await host.be('owner');
  const { member } = host;
  const late = `${partitionPrefix(0)}i/late`;
  member.addWrites([[late, new Uint8Array(1)]]);
  await host.shard.flush();
  expect(host.store.get(late)).toBeDefined();
  await host.store.commit([[late, null]]);
  // Of a turn that is not committed yet, and of one that ends afterwards.
  member.addWrites([[late, new Uint8Array(1)]]);
  await host.shard.drop(0);
  member.addWrites([[late, new Uint8Array(1)]]);
  await host.shard.flush();
  expect(host.store.get(late)).toBeUndefined();
});

test('an owner ends before it has told what is durable -> who takes over tells it at once', async () => {
  const [owner, next] = [new Host('a'), new Host('b')];
  await owner.be('owner');
  await next.be('follower');
  await append(3);
  owner.shard.close();
  const confirmed: string[] = [];
  next.bus.subscribe(MARKS_SUBJECT, (bytes) => {
    for (const mark of decodeMarks(bytes).partitions) {
      confirmed.push(...mark.confirmed.map(([, tag]) => tag));
    }
  });
  await next.be('owner');
  expect(confirmed.toSorted()).toEqual(['tag 0', 'tag 1', 'tag 2']);
});

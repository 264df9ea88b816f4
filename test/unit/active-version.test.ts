/** A partition whose active version this process cannot run, or has not got, is refused as such. */
import { describe, expect, test } from 'vitest';
import { SYSTEM_CLOCK } from '../../shared/adapters/clock.ts';
import { MemoryBus } from '../../shared/adapters/memory-bus.ts';
import { MemoryStore } from '../../shared/adapters/memory-store.ts';
import { REDUCER_VERSION, VersionUnsupported } from '../../shared/engine/active-version.ts';
import { EmbeddedLog } from '../../shared/engine/embedded-log.ts';
import { Partition } from '../../shared/engine/partition.ts';
import { Shard } from '../../shared/engine/shard.ts';
import type { Rules } from '../../shared/domain/rules.ts';
import { decode, encode } from '../../shared/protocol/codec.ts';
import { encodeFrame, SubframeKind } from '../../shared/protocol/frame.ts';
import { testRules } from '../support/test-rules.ts';
import { openOver } from './embedded-fixture.ts';

const TOPOLOGY = { partitions: 1, desks: 1 };

function partitionOver(store: MemoryStore): Partition {
  const options = { partition: 0, topology: TOPOLOGY, store, maxActors: 10 };
  return new Partition({ ...options, fragmentBytes: Number.POSITIVE_INFINITY });
}

/** Runs partition 0 over the store under these rules; resolves with its end or its first term. */
async function own(store: MemoryStore, rules: Rules): Promise<readonly [string, string]> {
  let tell: (state: readonly [string, string]) => void = () => undefined;
  const told = new Promise<readonly [string, string]>((resolve) => {
    tell = resolve;
  });
  const shard = new Shard({
    owner: `shard-${Math.random()}`,
    partitions: [0],
    topology: TOPOLOGY,
    rules,
    store,
    log: new EmbeddedLog(store),
    bus: new MemoryBus(),
    clock: SYSTEM_CLOCK,
    onState: (_, state, reason) => {
      if (state === 'running' || state === 'failed') tell([state, reason]);
    },
    onFatal: (error) => tell(['fatal', String(error)]),
  });
  shard.start();
  const state = await told;
  await shard.flush();
  shard.close();
  return state;
}

describe('the active version of a partition', () => {
  test('an ACTIVATE entry of another reducer -> refused before anything changes', () => {
    const store = new MemoryStore();
    const partition = partitionOver(store);
    partition.openEpoch(1);
    const bytes = encodeFrame([[SubframeKind.activate, testRules(), REDUCER_VERSION + 1]]);
    expect(() => partition.apply(1, bytes)).toThrow(VersionUnsupported);
    expect(partition.position.sequence).toBe(0);
    expect(partition.rules).toBeNull();
  });

  test('data of another reducer -> an embedded cluster does not open', async () => {
    const store = new MemoryStore();
    await (await openOver(store)).close();
    const row = store.get('p0000/v') as Uint8Array;
    const active = JSON.parse(decode(row) as string) as object;
    await store.commit([['p0000/v', encode(JSON.stringify({ ...active, reducer: 9 }))]]);
    await expect(openOver(store)).rejects.toMatchObject({ code: 'version_unsupported' });
  });

  test('a shard without the version that a partition runs -> does not own it, and says so', async () => {
    const store = new MemoryStore();
    expect(await own(store, testRules())).toMatchObject(['running', 'term 1']);
    const other = testRules({ componentCap: 7 });
    const [state, reason] = await own(store, other);
    expect(state).toBe('failed');
    expect(reason).toMatch(/runs rules version \w+, which this process has not got/);
    expect(await own(store, testRules())).toMatchObject(['running', 'term 2']);
  });
});

/** `selfsame partitions` against an embedded cluster. */
import { expect, test } from 'vitest';
import { runSelfsame } from '../../services/cli/program.ts';
import { MemoryStore } from '../../shared/adapters/memory-store.ts';
import { openEmbeddedCluster } from '../../shared/engine/embedded-cluster.ts';
import type { FeedEvent } from '../../shared/protocol/cluster.ts';
import { recordingContext } from './cli-recording-context.ts';
import { customersOf, RULES, visit } from './embedded-fixture.ts';

test('set, split, move-slot, drop -> what they say; customers, ids and feed stay', async () => {
  const store = new MemoryStore();
  const cluster = await openEmbeddedCluster({ dataDir: store, rules: RULES });
  const bound = new Proxy(cluster, {
    get: (target, name) => {
      if (name === 'close') return async () => undefined;
      const found: unknown = Reflect.get(target, name, target);
      return typeof found === 'function' ? (found.bind(target) as unknown) : found;
    },
  });
  const selfsame = async (...argv: string[]) => {
    const context = recordingContext({ clusters: { connect: async () => bound } });
    return {
      code: await runSelfsame(argv, context),
      out: context.stdout.text,
      err: context.stderr.text,
    };
  };
  const names = ['a', 'b', 'c', 'd'];
  const items = names.map((name) => visit(name, {}, `login:${name} email:${name}@x.example`));
  items.push(visit('joins', {}, 'crm:7 email:a@x.example'));
  await cluster.ingest(items, { ack: 'settled', receivedAt: 0 });
  const customers = () =>
    Promise.all(
      [...names.map((name) => `login:${name}`), 'crm:7'].map((one) => customersOf(cluster, one)),
    );
  const before = await customers();
  const events: FeedEvent[] = [];
  const stop = new AbortController();
  const watching = (async () => {
    for await (const event of cluster.watch(null, { signal: stop.signal })) events.push(event);
  })();

  expect((await selfsame('partitions')).out).toMatch(/\n +0 +embedded +- +512 +0-511/);
  const set = await selfsame('partitions', 'set', '12');
  expect(set).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^12 partitions .*generation 2/),
  });
  expect(set.err).toMatch(/compared: 5 interactions, 5 profiles, 4 customers, all alike/);
  expect(await selfsame('partitions', 'set', '12')).toMatchObject({ code: 2 });
  expect(await selfsame('partitions', 'set', 'many')).toMatchObject({ code: 2 });
  expect(await selfsame('partitions', 'split', '3')).toMatchObject({ code: 0 });
  expect(await selfsame('partitions', 'move-slot', '7', '--to', '5')).toMatchObject({ code: 0 });
  expect(await selfsame('partitions', 'move-slot', '9-12', '--to', 'new')).toMatchObject({
    code: 0,
  });
  expect((await selfsame('partitions', '--json')).out).toMatch(/"partitions": 14/);
  expect((await selfsame('partitions')).out).toMatch(/\n +0 +embedded +- +337 +0-6 8 13-341/);
  expect(await selfsame('partitions', 'drop')).toMatchObject({ code: 1 });
  expect(await selfsame('partitions', 'set', '3', '--no-activate')).toMatchObject({ code: 0 });
  expect((await selfsame('partitions')).out).toMatch(/being built: 3 partitions, complete/);
  expect(await selfsame('partitions', 'set', '4')).toMatchObject({
    code: 2,
    err: expect.stringMatching(/another layout of partitions is being tried/),
  });
  expect(await selfsame('partitions', 'drop')).toMatchObject({ code: 0 });
  expect(await selfsame('partitions', 'set', '3')).toMatchObject({ code: 0 });

  expect(await customers()).toEqual(before);
  await cluster.ingest([visit('late', {}, 'login:b email:a@x.example')], {
    ack: 'settled',
    receivedAt: 5,
  });
  await cluster.settle();
  const after = await customers();
  // What was told before is remembered: only the new interaction makes a difference.
  const told = events.map((event) => event.kind);
  expect(told.length).toBeLessThanOrEqual(1);
  stop.abort();
  await cluster.close();
  await watching;
  const reopened = await openEmbeddedCluster({ dataDir: store, rules: RULES, partitions: 8 });
  expect(await customersOf(reopened, 'login:a')).toEqual(after[0]);
  expect((await reopened.versions.list()).live.layout.partitions).toBe(3);
  await reopened.close();
});

/** Goal: `selfsame audit` shows what is recorded, as asked for. Method: a trail in memory. */
import { expect, test } from 'vitest';
import { MemoryStore } from '../../shared/adapters/memory-store.ts';
import { openEmbeddedCluster } from '../../shared/engine/embedded-cluster.ts';
import type { AuditRecord } from '../../shared/protocol/audit.ts';
import type { Cluster } from '../../shared/protocol/cluster.ts';
import { runSelfsame } from '../../services/cli/program.ts';
import { recordingContext } from './cli-recording-context.ts';

const BASE: AuditRecord = {
  callId: '1',
  phase: 'asked',
  time: Date.UTC(2026, 10, 25, 14),
  actor: 'steward:4711',
  certificate: 'desk',
  tenant: '',
  method: 'selfsame.v1.StewardService/MergeCustomers',
  requestId: 'r1',
  outcome: '',
  reason: '',
  items: 1,
  references: [],
};

async function audited() {
  const cluster = await openEmbeddedCluster({ dataDir: new MemoryStore(), partitions: 2 });
  const email = { namespace: 'email', value: 'ann@shop.example' };
  const reference = cluster.audit.identifierReference(email);
  await cluster.audit.write(BASE);
  await cluster.audit.write({ ...BASE, phase: 'ended', time: BASE.time + 5, outcome: 'OK' });
  await cluster.audit.write({
    ...BASE,
    time: BASE.time + 9,
    phase: 'ended',
    method: 'selfsame.v1.ResolutionService/Resolve',
    references: [reference],
    outcome: 'NOT_FOUND',
    reason: 'NOT_FOUND',
  });
  const client = new Proxy<Cluster>(cluster, {
    get: (target, name: keyof Cluster) => (name === 'close' ? async () => undefined : target[name]),
  });
  const selfsame = async (...argv: string[]) => {
    const context = recordingContext({ clusters: { connect: async () => client } });
    const exitCode = await runSelfsame(['audit', ...argv], context);
    return { exitCode, out: context.stdout.text, err: context.stderr.text };
  };
  return { selfsame, reference, close: () => cluster.close() };
}

test('selfsame audit -> lines, the latest first; filters, pages, JSON', async () => {
  const { selfsame, reference, close } = await audited();
  const text = (await selfsame()).out;
  expect(text).toBe(
    [
      '2026-11-25T14:00:00.009Z  ResolutionService/Resolve  ended  NOT_FOUND',
      '  steward:4711 (desk)  call 1  request r1',
      `    ${reference}`,
      '2026-11-25T14:00:00.005Z  StewardService/MergeCustomers  ended  OK',
      '  steward:4711 (desk)  call 1  request r1',
      '2026-11-25T14:00:00.000Z  StewardService/MergeCustomers  asked',
      '  steward:4711 (desk)  call 1  request r1',
      '',
    ].join('\n'),
  );
  const found = await selfsame('--identifier', 'email:ANN@shop.example');
  expect(found.out.split('\n')).toHaveLength(4);
  expect((await selfsame('--actor', 'nobody')).out).toBe('nothing is recorded\n');
  expect((await selfsame('--until', '2026-11-25T14:00:00.001Z')).out).toMatch(/asked/);
  const first = (await selfsame('--limit', '1')).out;
  const [, token] = /more: --page (\S+)/.exec(first) ?? [];
  const rest = JSON.parse((await selfsame('--page', token ?? '', '--json')).out) as {
    readonly entries: readonly { readonly call_id: string; readonly is_damaged: boolean }[];
  };
  expect(rest.entries.map(({ is_damaged: isDamaged }) => isDamaged)).toEqual([false, false]);
  expect((await selfsame('--limit', '1', '--all')).out).toBe(text);
  await close();
});

test.each([
  [['--shelf', 'top'], /--shelf must be privileged or look_up/],
  [['--since', 'yesterday'], /--since must be a time/],
  [['--identifier', 'email'], /namespace:value/],
  [['--limit', '0'], /--limit must be/],
] as const)('selfsame audit %o -> exit code 2', async (argv, message) => {
  const { selfsame, close } = await audited();
  const { exitCode, err } = await selfsame(...argv);
  expect([exitCode, err]).toEqual([2, expect.stringMatching(message)]);
  await close();
});

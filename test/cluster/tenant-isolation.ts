/** Tenants share nothing: data, feeds, trails, quotas; and each has its disks and versions of rules. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { SERVICE_NAMES } from '../../shared/grpc/load.ts';
import { reasonOf } from '../../shared/grpc/status.ts';
import { packageRoot } from '../../shared/ingress/package-root.ts';
import type { Cluster, ClusterError } from '../../shared/protocol/cluster.ts';
import { contact } from '../support/contact.ts';
import { findPython, PYTHON_MISSING } from '../support/find-python.ts';
import { runPython } from '../support/python-client.ts';
import { TENANTS, type TenantCluster } from '../support/tenant-cluster.ts';

export function isolationOfTenants(stage: () => TenantCluster): void {
  test('tenants fuzzed by a Python client -> isolated in data, feeds, trails', async (context) => {
    const { folder, issuer, processes, authority, client } = stage().parts;
    const python = findPython();
    if (python === undefined) {
      context.skip(PYTHON_MISSING);
      return;
    }
    const tokens: Record<string, string> = {};
    for (const tenant of TENANTS) {
      const scope = 'lookup ingest steward admin privacy';
      tokens[`all_${tenant}`] = await issuer.token({ scope, tenant, sub: `service:${tenant}` });
      tokens['lookup'] = await issuer.token({ scope: 'lookup', tenant, sub: 'service:lookup' });
    }
    tokens['lookup'] = await issuer.token({
      scope: 'lookup',
      tenant: 'acme',
      sub: 'service:lookup',
    });
    tokens['admin'] = await issuer.token({ scope: 'admin', tenant: 'acme', sub: 'service:admin' });
    const seed = Math.floor(Math.random() * 1e9);
    const given = folder.file('given.json');
    const { cert: clientCert, key: clientKey } = client;
    writeFileSync(
      given,
      JSON.stringify({
        address: processes.target,
        plain: '',
        ca: authority.cert,
        client_cert: clientCert,
        client_key: clientKey,
        tokens,
        services: SERVICE_NAMES,
        seed,
      }),
    );
    const root = packageRoot();
    const { code, output } = await runPython(python, ['test_security.py', 'Tenants', 'Audit'], {
      cwd: join(root, 'test/cluster/python'),
      env: {
        ...process.env,
        PYTHONDONTWRITEBYTECODE: '1',
        SELFSAME_SECURITY: given,
        SELFSAME_DESCRIPTORS: join(root, 'proto/descriptors.binpb'),
      },
    });
    expect(code === 0 ? '' : `seed ${seed}\n${output}\n${processes.state()}`).toBe('');
    expect(output).toMatch(/^Ran 7 tests/m);
  }, 180_000);

  test('a lost disk -> from the snapshot in the object store', async () => {
    const { processes } = stage().parts;
    const acme = stage().of('acme');
    const ids = Array.from({ length: 130 }, (_, index) => `lost-${index}`);
    for (const id of ids) {
      // One at a time: entries of the log make snapshots due.
      await acme.ingest([contact(id, [['user_id', id]])], { ack: 'durable' });
    }
    const identifiers = ids.map((value) => ({ namespace: 'user_id', value }));
    await acme.settle({ deadlineMs: Date.now() + 60_000 });
    const before = await acme.resolve(identifiers);
    const names = ['shard-0', 'shard-1'] as const;
    await Promise.all(names.map((name) => processes.kill(name)));
    for (const name of names) {
      rmSync(processes.dataDir(name), { recursive: true, force: true });
      processes.start(name);
    }
    await processes.untilReady(120_000);
    await expect
      .poll(() => acme.resolve(identifiers).catch(() => null), { timeout: 60_000, interval: 200 })
      .toEqual(before);
    expect(before.every(({ kind }) => kind === 'found')).toBe(true);
    const told = names.map((name) => processes.logText(name)).join('');
    expect(told).toMatch(/"snapshot restored"/);
  }, 180_000);

  test('another version of the rules -> tried and activated', async () => {
    const { versions } = stage().of('acme');
    const call = () => ({ deadlineMs: Date.now() + 30_000 });
    const rules = readFileSync(join(packageRoot(), 'shared/rules/deterministic.yaml'), 'utf8');
    const other = rules.replace('component_cap: 1000', 'component_cap: 999');
    const proposed = await versions.propose({ rules: other, isFitted: false }, call());
    const version = proposed.versions.shadow?.version ?? '';
    await expect
      .poll(async () => (await versions.list(call())).shadow?.isComplete, { timeout: 60_000 })
      .toBe(true);
    await versions.report(call());
    const after = await versions.activate(version, call());
    expect(after.live.version).toBe(version);
    const asked = [{ namespace: 'user_id', value: 'lost-1' }];
    await expect
      .poll(
        () =>
          stage()
            .of('acme')
            .resolve(asked)
            .catch(() => null),
        { timeout: 60_000 },
      )
      .toMatchObject([{ kind: 'found' }]);
  }, 180_000);
}

const QUOTA_CALLS = 40;
const QUOTA_BURST_SECONDS = 2;
const FLOOD_SECONDS = 4;
const PACE_MS = 50;

interface Answers {
  /** Milliseconds, ascending. */
  readonly times: readonly number[];
  readonly failures: readonly unknown[];
}

/** One look-up every `PACE_MS`, half of the quota, until the work is done. */
async function askCalmly(cluster: Cluster, work: Promise<unknown>): Promise<Answers> {
  let isOver = false;
  const over = work.finally(() => (isOver = true));
  const [times, failures]: [number[], unknown[]] = [[], []];
  while (!isOver) {
    const startedAt = performance.now();
    await cluster.resolve([{ namespace: 'user_id', value: 'calm' }]).then(
      () => times.push(performance.now() - startedAt),
      (error: unknown) => failures.push(error),
    );
    await pause(Math.max(1, PACE_MS - (performance.now() - startedAt)));
  }
  await over;
  return { times: times.sort((left, right) => left - right), failures };
}

/** As many look-ups as eight callers that never wait as told can make; reasons, and how many were let in. */
async function flood(cluster: Cluster, seconds: number) {
  const endMs = performance.now() + seconds * 1_000;
  const refusals: unknown[] = [];
  let admitted = 0;
  const lane = async (): Promise<void> => {
    while (performance.now() < endMs) {
      await cluster.resolve([{ namespace: 'user_id', value: 'eager' }]).then(
        () => admitted++,
        (error: unknown) => refusals.push(error),
      );
      await pause(5);
    }
  };
  await Promise.all(Array.from({ length: 8 }, lane));
  return { refusals, admitted };
}

function pause(durationMs: number): Promise<void> {
  return new Promise((done) => setTimeout(done, durationMs));
}

/** Restarts the gateway: to come last. */
export function quotasOfTenants(stage: () => TenantCluster): void {
  test('one tenant over its quota -> refused alone; the other is neither refused nor slowed', async () => {
    const { processes } = stage().parts;
    await processes.stop('gateway');
    const quotas = {
      SELFSAME_QUOTA_CALLS: String(QUOTA_CALLS),
      SELFSAME_QUOTA_BURST_SECONDS: String(QUOTA_BURST_SECONDS),
    };
    processes.start('gateway', { environment: quotas });
    await processes.untilReady();
    const [acme, globex] = TENANTS.map((tenant) => stage().of(tenant)) as [Cluster, Cluster];
    const isBack = (cluster: Cluster) => () =>
      cluster.resolve([{ namespace: 'user_id', value: 'x' }]).then(
        () => true,
        () => false,
      );
    for (const one of [acme, globex]) {
      await processes.waitFor('the gateway answers again', isBack(one), 30_000);
    }
    const before = await askCalmly(acme, pause(1_500));
    const flooding = flood(globex, FLOOD_SECONDS);
    const during = await askCalmly(acme, flooding);
    const { refusals, admitted } = await flooding;
    expect([before.failures, during.failures]).toEqual([[], []]);
    const told = refusals.map((error) => [
      reasonOf(error as ClusterError),
      ((error as ClusterError).retryAfterMs ?? 0) > 0,
    ]);
    expect(new Set(told.map(String))).toEqual(new Set(['QUOTA_EXCEEDED,true']));
    expect(refusals.length).toBeGreaterThan(20);
    // What was saved up, and what came in meanwhile; the flood may end a little late.
    expect(admitted).toBeLessThanOrEqual(QUOTA_CALLS * (QUOTA_BURST_SECONDS + FLOOD_SECONDS + 2));
    const medianOf = ({ times }: Answers): number => times[times.length >> 1] as number;
    console.log(
      `median ${medianOf(before).toFixed(1)} ms alone, ${medianOf(during).toFixed(1)} ms beside ` +
        `${refusals.length} refused calls of the other tenant`,
    );
    expect(medianOf(during)).toBeLessThan(3 * medianOf(before) + 50);
  }, 120_000);
}

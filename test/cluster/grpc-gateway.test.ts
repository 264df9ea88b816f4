/**
 * The gateway from the inside of Node: every method through the client that implements the Cluster
 * port, over a real embedded cluster; errors, limits, streams and shutdown.
 */
import { execFile, spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { credentials } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { contract } from '../../shared/grpc/load.ts';
import { packageRoot } from '../../shared/ingress/package-root.ts';
import { ClusterError } from '../../shared/protocol/cluster.ts';
import {
  startTestGateway,
  sampleInteraction,
  type TestGateway,
  until,
} from '../support/test-gateway.ts';

let under: TestGateway;
beforeAll(async () => {
  under = await startTestGateway();
});
afterAll(() => under.stop());

const settled = { ack: 'settled' } as const;

async function failure(work: Promise<unknown>): Promise<ClusterError> {
  try {
    await work;
  } catch (error) {
    if (error instanceof ClusterError) return error;
    throw error;
  }
  throw new Error('The call succeeded.');
}

describe('what a cluster answers comes through unchanged', () => {
  const email = (index: number) => ({ namespace: 'email', value: `person${index}@shop.example` });
  const user = (index: number) => ({ namespace: 'user_id', value: `user-${index}` });

  test('ingest, then every read -> same as asking the cluster itself', async () => {
    const items = [1, 2, 3].map((index) => sampleInteraction(index));
    const results = await under.client.ingest(items, settled);
    expect(results.map(({ kind }) => kind)).toEqual(Array(3).fill('acknowledged'));
    const token = results[2]?.kind === 'acknowledged' ? results[2].token : null;
    expect(token?.sequence).toBeGreaterThan(0);

    const asked = [email(1), user(2), user(99), { namespace: 'nonsense', value: 'x' }, email(3)];
    const options = token === null ? {} : { token, tokenLevel: 'settled' as const };
    const resolutions = await under.client.resolve(asked, options);
    expect(resolutions.map(({ kind }) => kind)).toEqual([
      'found',
      'found',
      'not_found',
      'invalid',
      'found',
    ]);
    expect(resolutions).toEqual(await under.cluster.resolve(asked));

    const found = resolutions[0];
    const customerId = found?.kind === 'found' ? (found.matches[0]?.customerId ?? '') : '';
    expect(customerId).toMatch(/^c[0-9a-z]{26}$/);
    const view = await under.client.getCustomer(customerId);
    expect(view).toEqual(await under.cluster.getCustomer(customerId));
    expect(view?.timeline[0]?.interactionId).toBe('visit-1');

    const selector = { kind: 'identifier', ...user(1) } as const;
    const how = await under.client.explain(selector, null);
    expect(how).toEqual(await under.cluster.explain(selector, null));
    expect(await under.client.status()).toEqual(await under.cluster.status());
    await under.client.settle();
  });

  test('must-link, cannot-link, split, retractions -> customers join and part', async () => {
    const items = [11, 12].map((index) => sampleInteraction(index));
    await under.client.ingest(items, settled);
    const left = { kind: 'identifier', ...user(11) } as const;
    const right = { kind: 'identifier', ...user(12) } as const;
    const customers = async (): Promise<number> => {
      const found = await under.client.resolve([user(11), user(12)]);
      const ids = found.map((answer) => (answer.kind === 'found' ? answer.matches[0] : null));
      return new Set(ids.map((match) => match?.customerId)).size;
    };
    const facts = { decidedBy: 'steward:1', reason: 'called' };
    expect(await customers()).toBe(2);

    const link = { kind: 'must_link', decisionId: 'd1', left, right, decidedAt: 1000 } as const;
    const done = await under.client.command({ ...link, ...facts }, settled);
    expect(done.kind).toBe('acknowledged');
    expect(await customers()).toBe(1);
    const joined = await under.client.explain(left, right);
    expect(joined).toEqual(await under.cluster.explain(left, right));
    expect(joined.kind).toBe('joined');

    const groups = [[left], [right]];
    const split = { kind: 'split', decisionId: 'd2', groups, decidedAt: 2000, ...facts } as const;
    await under.client.command(split, settled);
    expect(await customers()).toBe(2);
    expect((await under.client.explain(left, right)).kind).toBe('apart');

    const undo = { kind: 'retract_decision', decidedAt: 3000, withdrawn: false } as const;
    await under.client.command({ ...undo, decisionId: 'd2' }, settled);
    expect(await customers()).toBe(1);

    const never = { ...link, kind: 'cannot_link', decisionId: 'd3', decidedAt: 4000 } as const;
    await under.client.command({ ...never, ...facts }, settled);
    expect(await customers()).toBe(2);

    const gone = { kind: 'retract_interaction', source: 'web', interactionId: 'visit-12' } as const;
    await under.client.command({ ...gone, decidedAt: 5000, withdrawn: false }, settled);
    const [lost] = await under.client.resolve([user(12)]);
    expect(lost).toEqual((await under.cluster.resolve([user(12)]))[0]);

    const off = { kind: 'retract_identifier', profile: left, ...email(11) } as const;
    await under.client.command({ ...off, decidedAt: 6000, withdrawn: false }, settled);
    expect(await under.client.resolve([email(11)])).toEqual([{ kind: 'not_found' }]);
  });

  test('received_at -> stamped as given; the future is refused', async () => {
    const options = { ...settled, receivedAt: 1_600_000_000_000 };
    const [early] = await under.client.ingest([sampleInteraction(40)], options);
    expect(early?.kind).toBe('acknowledged');
    const [found] = await under.client.resolve([user(40)]);
    const id = found?.kind === 'found' ? (found.matches[0]?.customerId ?? '') : '';
    const view = await under.client.getCustomer(id);
    expect(view?.profiles.map(({ firstReceivedAt }) => firstReceivedAt)).toEqual([
      1_600_000_000_000,
    ]);
    for (const receivedAt of [Date.now() + 3_600_000, -1]) {
      const error = await failure(
        under.client.ingest([sampleInteraction(41)], { ...settled, receivedAt }),
      );
      expect(error.violations.map(({ field }) => field)).toEqual(['received_at']);
    }
    expect(await under.client.resolve([user(41)])).toEqual([{ kind: 'not_found' }]);
  });

  test('retractions -> who and why reach the cluster, and are bounded', async () => {
    const gone = { kind: 'retract_interaction', source: 'web', interactionId: 'visit-50' } as const;
    const order = { ...gone, decidedAt: 5000, withdrawn: false, decidedBy: 'steward:1' } as const;
    await under.client.command({ ...order, reason: 'asked for' }, settled);
    expect(under.cluster.commands.at(-1)).toEqual({ ...order, reason: 'asked for' });
    const error = await failure(
      under.client.command(
        { ...order, decidedBy: 'x'.repeat(201), reason: 'y'.repeat(1_001) },
        settled,
      ),
    );
    expect(error.violations.map(({ field }) => field)).toEqual(['decided_by', 'reason']);
  });

  test('changes -> the same events as the cluster tells, from any token', async () => {
    const end = new AbortController();
    const seen: string[] = [];
    const tokens: string[] = [];
    const watching = (async () => {
      for await (const event of under.client.watch(null, { signal: end.signal })) {
        seen.push(`${event.kind} ${'evidence' in event ? '' : event.customerId}`);
        tokens.push(event.resumeToken);
        if (seen.length === 3) end.abort();
      }
    })();
    // The stream is open once its counter says so; what follows must be seen.
    await until('the stream is open', () => under.gateway.isReady());
    await new Promise((resolve) => {
      setTimeout(resolve, 50);
    });
    await under.client.ingest(
      [21, 22, 23].map((index) => sampleInteraction(index)),
      settled,
    );
    await watching;
    expect(seen.every((line) => line.startsWith('customer.created c'))).toBe(true);

    const again = new AbortController();
    const resumed: string[] = [];
    for await (const event of under.client.watch(tokens[0] ?? '', { signal: again.signal })) {
      resumed.push(`${event.kind} ${'evidence' in event ? '' : event.customerId}`);
      if (resumed.length === 2) again.abort();
    }
    expect(resumed).toEqual(seen.slice(1));
  });
});

describe('failures', () => {
  test('unacceptable interaction -> rejected with field paths, nothing else is', async () => {
    const bad = sampleInteraction(31, { parties: [], interactionId: '' });
    const results = await under.client.ingest([bad, sampleInteraction(32)], settled);
    expect(results[0]).toMatchObject({
      kind: 'rejected',
      violations: [{ field: 'interaction_id' }, { field: 'parties' }],
    });
    expect(results[1]?.kind).toBe('acknowledged');
  });

  const codes = [
    ['invalid_argument', false, null],
    ['not_found', false, null],
    ['failed_precondition', false, null],
    ['deadline_exceeded', false, null],
    ['resume_token_expired', false, null],
    ['overloaded', true, 1500],
    ['unavailable', true, 500],
    ['internal', false, null],
    ['bug', false, null],
  ] as const;
  test.each(codes)('fault %s -> typed error', async (fault, retryable, retryAfterMs) => {
    const before = under.cluster.resolveCalls;
    const error = await failure(under.client.resolve([{ namespace: 'fault', value: fault }]));
    // Only UNAVAILABLE is repeated by the published service config: four attempts.
    expect(under.cluster.resolveCalls - before).toBe(fault === 'unavailable' ? 4 : 1);
    expect(error.code).toBe(fault === 'bug' ? 'internal' : fault);
    expect(error.retryable).toBe(retryable);
    expect(error.retryAfterMs).toBe(retryAfterMs);
    expect(error.violations).toHaveLength(fault === 'invalid_argument' ? 1 : 0);
  });

  test('settle while the cluster is out of reach -> asked again, until the deadline', async () => {
    under.cluster.outage = 'unavailable';
    try {
      // Longer than the four attempts of the service config take together.
      const back = setTimeout(() => {
        under.cluster.outage = null;
      }, 2_000);
      await under.client.settle({ deadlineMs: Date.now() + 15_000 });
      clearTimeout(back);
      expect(under.cluster.outage).toBeNull();
      under.cluster.outage = 'unavailable';
      const error = await failure(under.client.settle({ deadlineMs: Date.now() + 1_200 }));
      expect(['unavailable', 'deadline_exceeded']).toContain(error.code);
    } finally {
      under.cluster.outage = null;
    }
  });

  test('a bug -> logged once with its request id, without the value it leaks', async () => {
    await failure(under.client.resolve([{ namespace: 'fault', value: 'bug' }]));
    const text = under.logText();
    expect(text).toContain('call failed');
    expect(text).toContain('"type":"TypeError"');
    expect(text).not.toContain('leaked.person');
  });

  test('deadline -> passed on, answered in time, work cancelled', async () => {
    const deadlineMs = Date.now() + 150;
    const silence = [{ namespace: 'fault', value: 'silence' }];
    const error = await failure(under.client.resolve(silence, { deadlineMs }));
    expect(error.code).toBe('deadline_exceeded');
    expect(Date.now() - deadlineMs).toBeLessThan(500);
    expect(Math.abs((under.cluster.deadlines.at(-1) ?? 0) - deadlineMs)).toBeLessThan(50);
    await until('the work is cancelled', () => under.cluster.silenced.at(-1)?.aborted === true);
  });

  test('cancellation -> typed error, work cancelled', async () => {
    const cancel = new AbortController();
    const silence = [{ namespace: 'fault', value: 'silence' }];
    const before = under.cluster.silenced.length;
    const work = failure(under.client.resolve(silence, { signal: cancel.signal }));
    await until('the cluster works', () => under.cluster.silenced.length > before);
    cancel.abort();
    expect((await work).code).toBe('cancelled');
    await until('the work is cancelled', () => under.cluster.silenced.at(-1)?.aborted === true);
  });

  test('no address behind the client -> unavailable', async () => {
    const { connect } = await import('../../shared/grpc/client.ts');
    const nobody = connect('127.0.0.1:1');
    expect((await failure(nobody.status({ deadlineMs: Date.now() + 3000 }))).code).toBe(
      'unavailable',
    );
    await nobody.close();
  });
});

describe('large batches', () => {
  test('1,200 interactions and 12,000 identifiers -> cut, answered in order', async () => {
    const items = Array.from({ length: 1_200 }, (_, index) =>
      sampleInteraction(10_000 + index, { propertiesJson: '{}' }),
    );
    under.cluster.ingestBatches.length = 0;
    const results = await under.client.ingest(items, { ack: 'durable' });
    expect(results).toHaveLength(1_200);
    expect(under.cluster.ingestBatches).toEqual([1000, 200]);
    const asked = Array.from({ length: 12_000 }, (_, index) => ({
      namespace: 'user_id',
      value: index % 5 === 0 ? '' : `user-${10_000 + (index % 1_200)}`,
    }));
    const answers = await under.client.resolve(asked);
    const kinds = answers.map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === 'invalid')).toHaveLength(2_400);
    expect(kinds.filter((kind) => kind === 'found')).toHaveLength(9_600);
  });
});

describe('what tools see', () => {
  /** Calls with buf, which links strictly, from nothing but the reflection of the gateway. */
  function bufCurl(path: string, ...args: string[]): Promise<string> {
    const buf = join(packageRoot(), 'node_modules/.bin/buf');
    const options = ['curl', '--reflect', '--protocol', 'grpc', '--http2-prior-knowledge', ...args];
    return new Promise((resolve, reject) => {
      const url = `http://${under.gateway.address}${path}`;
      execFile(buf, [...options, url], { cwd: tmpdir() }, (error, stdout, stderr) => {
        if (error === null) resolve(stdout);
        else reject(new Error(stderr));
      });
    });
  }

  test('reflection -> all services, health included, callable without files', async () => {
    const listed = await bufCurl('', '--list-services');
    expect(listed.trim().split('\n').toSorted()).toEqual([
      'grpc.health.v1.Health',
      'selfsame.v1.AuditService',
      'selfsame.v1.ClusterService',
      'selfsame.v1.IngestService',
      'selfsame.v1.ResolutionService',
      'selfsame.v1.RulesService',
      'selfsame.v1.StewardService',
    ]);
    const health = await bufCurl('/grpc.health.v1.Health/Check', '-d', '{}');
    expect(JSON.parse(health)).toEqual({ status: 'SERVING' });
    const question = JSON.stringify({
      identifier: { namespace: 'user_id', value: 'user-unknown' },
    });
    const answer = await bufCurl('/selfsame.v1.ResolutionService/Resolve', '-d', question);
    expect(JSON.parse(answer)).toEqual({ resolution: { status: 'RESOLUTION_STATUS_NOT_FOUND' } });
    const wrong = bufCurl('/selfsame.v1.ResolutionService/Resolve', '-d', '{}');
    await expect(wrong).rejects.toThrow(/"type":\s*"google.rpc.BadRequest"/);
  });

  test('cluster out of reach and back -> health tells watchers', async () => {
    const health = new (contract().grpc.health.v1.Health)(
      under.gateway.address,
      credentials.createInsecure(),
    );
    const seen: string[] = [];
    const watch = health.Watch({ service: 'selfsame.v1.IngestService' });
    watch.on('data', ({ status }: { readonly status: string }) => seen.push(status));
    // The end of the test cancels it.
    watch.on('error', () => {});
    try {
      await until('the first state', () => seen.length === 1);
      under.cluster.outage = 'unavailable';
      await until('the outage is told', () => seen.length === 2);
      expect(under.gateway.isReady()).toBe(false);
      under.cluster.outage = null;
      await until('the end of the outage is told', () => seen.length === 3);
      expect(seen).toEqual(['SERVING', 'NOT_SERVING', 'SERVING']);
    } finally {
      under.cluster.outage = null;
      watch.cancel();
      health.close();
    }
  });

  test('metrics -> calls by method and code, limits, promtool content', async (context) => {
    const text = await under.registry.metrics();
    const method = 'grpc_service="selfsame.v1.ResolutionService",grpc_method="BatchResolve"';
    const started = new RegExp(`grpc_server_started_total\\{grpc_type="unary",${method}\\} [1-9]`);
    expect(text).toMatch(started);
    for (const code of ['OK', 'UNAVAILABLE', 'DEADLINE_EXCEEDED', 'CANCELLED']) {
      expect(text).toContain(`${method},grpc_code="${code}"`);
    }
    expect(text).toContain('selfsame_gateway_calls_limit 1000');
    expect(text).not.toMatch(/shop\.example|user-\d/);
    const promtool = spawnSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8' });
    if (promtool.error !== undefined) context.skip('No promtool in PATH.');
    expect(promtool.stdout + promtool.stderr).toBe('');
    expect(promtool.status).toBe(0);
  });
});

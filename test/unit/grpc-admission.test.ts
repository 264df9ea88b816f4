/** Bounds of the gateway and its settings. */
import { SECURITY_SETTINGS } from '../../services/gateway/security-config.ts';
import { describe, expect, test } from 'vitest';
import { Admission } from '../../services/gateway/admission.ts';
import { ConfigError, describeConfig, loadGatewayConfig } from '../../services/gateway/config.ts';
import { isServing } from '../../services/gateway/readiness.ts';
import type { GatewayError } from '../../shared/grpc/status.ts';
import type { ClusterStatus } from '../../shared/protocol/cluster.ts';

const NEVER = new AbortController().signal;

function limited(action: () => unknown): string | undefined {
  try {
    action();
  } catch (error) {
    return (error as GatewayError).facts.metadata['limited'];
  }
  return undefined;
}

describe('admission', () => {
  test('calls, items, streams -> each refused at its own limit, and free again', () => {
    const admission = new Admission({ callsInflightMax: 2, itemsInflightMax: 10, streamsMax: 1 });
    const first = admission.admitCall(4);
    expect(limited(() => admission.admitCall(7))).toBe('items');
    const second = admission.admitCall(6);
    expect(limited(() => admission.admitCall(0))).toBe('calls');
    first();
    first();
    expect([admission.calls, admission.items]).toEqual([1, 6]);
    second();
    expect([admission.calls, admission.items]).toEqual([0, 0]);
    const stream = admission.admitStream();
    expect(limited(() => admission.admitStream())).toBe('streams');
    stream();
    admission.admitStream()();
    expect(admission.streams).toBe(0);
  });

  test('batches of streams -> wait their turn; one that gives up lets the next in', async () => {
    const admission = new Admission({ callsInflightMax: 9, itemsInflightMax: 10, streamsMax: 9 });
    const order: string[] = [];
    const first = await admission.admitBatch(8, NEVER);
    const giveUp = new AbortController();
    const large = admission.admitBatch(9, giveUp.signal).catch(() => {
      order.push('gave up');
    });
    const small = admission.admitBatch(2, NEVER).then((release) => {
      order.push('small');
      return release;
    });
    await Promise.resolve();
    expect(order).toEqual([]);
    giveUp.abort(new Error('gone'));
    await large;
    (await small)();
    expect(order.toSorted()).toEqual(['gave up', 'small']);
    first();
    expect(admission.items).toBe(0);
  });

  test('a batch above the limit -> admitted when the gateway is idle', async () => {
    const admission = new Admission({ callsInflightMax: 9, itemsInflightMax: 10, streamsMax: 9 });
    (await admission.admitBatch(50, NEVER))();
    admission.admitCall(50)();
    expect(admission.items).toBe(0);
  });
});

describe('configuration', () => {
  test('nothing set -> documented defaults, frozen', () => {
    const config = loadGatewayConfig();
    expect(config).toMatchObject({ host: '127.0.0.1', port: 7400, messageBytesMax: 4_194_304 });
    expect(config).toMatchObject({ deadlineDefaultMs: 2_000, deadlineMaxMs: 30_000 });
    expect(Object.isFrozen(config)).toBe(true);
    const lines = describeConfig();
    expect(lines).toHaveLength(
      Object.keys(config).length - 1 + Object.keys(SECURITY_SETTINGS).length,
    );
    for (const line of lines) expect(line).toMatch(/^SELFSAME_[A-Z_]+=\S*\n {4}\S/);
  });

  const wrong = [
    ['PORT', '70000'],
    ['PORT', 'http'],
    ['DEADLINE_MAX_MS', '1.5'],
    ['HEARTBEAT_MS', '15001'],
    ['DEADLINE_DEFAULT_MS', '30001'],
    ['STREAM_QUEUE_MAX', '499'],
  ] as const;
  test.each(wrong)('%s=%s -> refused by name', (name, value) => {
    const load = () => loadGatewayConfig({ [`SELFSAME_GATEWAY_${name}`]: value });
    expect(load).toThrow(ConfigError);
    expect(load).toThrow(`SELFSAME_GATEWAY_${name}`);
  });

  test('environment -> outranks the default; empty counts as unset', () => {
    const env = { SELFSAME_GATEWAY_PORT: '0', SELFSAME_GATEWAY_HOST: '' };
    expect(loadGatewayConfig(env)).toMatchObject({ port: 0, host: '127.0.0.1' });
  });
});

test('readiness -> as long as one partition runs', () => {
  const status = (...states: string[]): ClusterStatus =>
    ({ partitions: states.map((state) => ({ state })) }) as unknown as ClusterStatus;
  expect(isServing(status('stuck', 'running'))).toBe(true);
  expect(isServing(status('stuck', 'recovering'))).toBe(false);
  expect(isServing(status())).toBe(false);
});

/**
 * Goal: clients find gateways that come later, and only because gateways bound the age of
 * connections. Method: a name with two gateways behind it, then a third; a client with the published
 * configuration goes on asking all the while. Without the bound it never asks the third.
 */
import { afterEach, describe, expect, test } from 'vitest';
import { DnsServer } from '../support/dns-server.ts';
import { freePort } from '../support/nats-server.ts';
import type { TestGateway } from '../support/test-gateway.ts';

// grpc-js reads it when it is loaded: everything that loads it is imported after this.
process.env['GRPC_NODE_USE_ALTERNATIVE_RESOLVER'] = 'true';
const { credentials } = await import('@grpc/grpc-js');
const { contract, serviceConfigJson } = await import('../../shared/grpc/load.ts');
const { startTestGateway } = await import('../support/test-gateway.ts');

const AGE_MS = 1_500;
/** What a client may take beyond the age of its connections to find a new gateway. */
const GRACE_MS = 5_000;
const HOUR_MS = 3_600_000;
const NAME = 'gateways.selfsame.test';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** One gateway on each of these addresses of this machine, all on one port, as pods have it. */
async function startGateways(hosts: readonly string[], connectionAgeMs: number) {
  const port = await freePort();
  const gateways = new Map<string, TestGateway>();
  for (const host of hosts) {
    const gateway = await startTestGateway({ host, port, connectionAgeMs });
    closers.push(() => gateway.stop());
    gateways.set(host, gateway);
  }
  return { port, gateways };
}

async function connectByName(dns: DnsServer, port: number) {
  const { v1 } = contract().selfsame;
  const target = `dns://127.0.0.1:${dns.port}/${NAME}:${port}`;
  const client = new v1.ResolutionService(target, credentials.createInsecure(), {
    'grpc.service_config': serviceConfigJson(),
    // Its default of 30 s would only make the test longer.
    'grpc.dns_min_time_between_resolutions_ms': 100,
  });
  closers.push(() => client.close());
  return () =>
    new Promise<void>((resolve, reject) => {
      const identifier = { namespace: 'login', value: 'ada' };
      const options = { deadline: Date.now() + 10_000 };
      client.Resolve({ identifier }, options, (error) =>
        error === null ? resolve() : reject(error),
      );
    });
}

/**
 * Shares of the calls by host, once the third answers a quarter of a window or the time is over.
 * Every call must succeed: a connection that ends of age ends no call.
 */
async function sharesAfterThird(connectionAgeMs: number) {
  const [first, second, third] = ['127.0.0.1', '127.0.0.2', '127.0.0.3'] as const;
  const { port, gateways } = await startGateways([first, second, third], connectionAgeMs);
  const dns = await DnsServer.start([first, second]);
  closers.push(() => dns.close());
  const ask = await connectByName(dns, port);
  const callsOf = (host: string): number => gateways.get(host)?.cluster.resolveCalls ?? 0;
  const window = async (): Promise<number[]> => {
    const before = [first, second, third].map(callsOf);
    for (let call = 0; call < 60; call++) await ask();
    return [first, second, third].map((host, index) => callsOf(host) - (before[index] ?? 0));
  };
  let shares = await window();
  expect(shares[2]).toBe(0);
  expect(Math.min(...shares.slice(0, 2))).toBeGreaterThan(20);
  dns.addresses = [first, second, third];
  const since = performance.now();
  do shares = await window();
  while ((shares[2] ?? 0) < 15 && performance.now() - since < AGE_MS * 1.1 + GRACE_MS);
  return { shares, seconds: (performance.now() - since) / 1000 };
}

describe.skipIf(process.platform !== 'linux')('a third gateway behind a name', () => {
  test('connections have an age -> at least a quarter of the calls, no call fails', async () => {
    const { shares, seconds } = await sharesAfterThird(AGE_MS);
    console.log(`a quarter of the calls after ${seconds.toFixed(1)} s: ${shares.join(', ')} of 60`);
    expect(shares[2]).toBeGreaterThanOrEqual(15);
  }, 60_000);

  test('connections live for an hour -> it is never asked', async () => {
    expect((await sharesAfterThird(HOUR_MS)).shares[2]).toBe(0);
  }, 60_000);
});

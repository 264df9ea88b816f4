/**
 * Goal: clients find gateways that come later, and only because gateways bound the age of
 * connections. Method: a name with two gateways behind it, then a third; a client with the published
 * configuration goes on asking all the while. Without the bound it never asks the third. The client is
 * that of Node.js, and that of Python on gRPC's C core.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { packageRoot } from '../../shared/ingress/package-root.ts';
import { DnsServer } from '../support/dns-server.ts';
import { findPython, PYTHON_MISSING } from '../support/find-python.ts';
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

/** Makes so many calls, of which none may fail. */
type Ask = (calls: number) => Promise<void>;

async function askFromNode(target: string): Promise<Ask> {
  const { v1 } = contract().selfsame;
  const client = new v1.ResolutionService(target, credentials.createInsecure(), {
    'grpc.service_config': serviceConfigJson(),
    // Its default of 30 s would only make the test longer.
    'grpc.dns_min_time_between_resolutions_ms': 100,
  });
  closers.push(() => client.close());
  const askOnce = () =>
    new Promise<void>((resolve, reject) => {
      const identifier = { namespace: 'login', value: 'ada' };
      const options = { deadline: Date.now() + 10_000 };
      client.Resolve({ identifier }, options, (error) =>
        error === null ? resolve() : reject(error),
      );
    });
  return async (calls) => {
    for (let call = 0; call < calls; call++) await askOnce();
  };
}

/** A client that asks all the time; `calls` of it have reached the gateways when the wait is over. */
function askFromPython(python: string, target: string, answered: () => number): Ask {
  const root = packageRoot();
  const child = spawn(python, ['find_gateways.py'], {
    cwd: join(root, 'test/cluster/python'),
    env: {
      ...process.env,
      PYTHONDONTWRITEBYTECODE: '1',
      // Its own resolver: that of the system knows nothing of the name.
      GRPC_DNS_RESOLVER: 'ares',
      SELFSAME_TARGET: target,
      SELFSAME_SERVICE_CONFIG: serviceConfigJson(),
      SELFSAME_DESCRIPTORS: join(root, 'proto/descriptors.binpb'),
    },
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  let output = '';
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  closers.push(async () => {
    child.stdin.end();
    expect([await ended, output]).toEqual([0, '']);
  });
  return async (calls) => {
    const end = answered() + calls;
    while (answered() < end) {
      if (child.exitCode !== null) throw new Error(output);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };
}

/** Gateways on three addresses, and a name behind which the third is not yet. */
class Stage {
  static readonly hosts = ['127.0.0.1', '127.0.0.2', '127.0.0.3'] as const;
  readonly #gateways: ReadonlyMap<string, TestGateway>;
  readonly #dns: DnsServer;
  readonly target: string;

  private constructor(gateways: ReadonlyMap<string, TestGateway>, dns: DnsServer, port: number) {
    this.#gateways = gateways;
    this.#dns = dns;
    this.target = `dns://127.0.0.1:${dns.port}/${NAME}:${port}`;
  }

  static async start(connectionAgeMs: number): Promise<Stage> {
    const { port, gateways } = await startGateways(Stage.hosts, connectionAgeMs);
    const dns = await DnsServer.start(Stage.hosts.slice(0, 2));
    closers.push(() => dns.close());
    return new Stage(gateways, dns, port);
  }

  callsOf(host: string): number {
    return this.#gateways.get(host)?.cluster.resolveCalls ?? 0;
  }

  get calls(): number {
    return Stage.hosts.reduce((sum, host) => sum + this.callsOf(host), 0);
  }

  /**
   * Shares of the calls by host, once the third answers a quarter of a window or the time is over.
   * Every call must succeed: a connection that ends of age ends no call.
   */
  async sharesAfterThird(ask: Ask) {
    const window = async (): Promise<number[]> => {
      const before = Stage.hosts.map((host) => this.callsOf(host));
      await ask(60);
      return Stage.hosts.map((host, index) => this.callsOf(host) - (before[index] ?? 0));
    };
    // Connections are made one after the other.
    await ask(20);
    let shares = await window();
    expect(shares[2]).toBe(0);
    expect(Math.min(...shares.slice(0, 2))).toBeGreaterThan(20);
    this.#dns.addresses = Stage.hosts;
    const since = performance.now();
    do shares = await window();
    while ((shares[2] ?? 0) < 15 && performance.now() - since < AGE_MS * 1.1 + GRACE_MS);
    return { shares, seconds: (performance.now() - since) / 1000 };
  }
}

describe.skipIf(process.platform !== 'linux')('a third gateway behind a name', () => {
  const expectQuarter = ({ shares, seconds }: { shares: number[]; seconds: number }): void => {
    console.log(`a quarter of the calls after ${seconds.toFixed(1)} s: ${shares.join(', ')} of 60`);
    expect(shares[2]).toBeGreaterThanOrEqual(15);
  };

  test('connections have an age -> at least a quarter of the calls, no call fails', async () => {
    const stage = await Stage.start(AGE_MS);
    expectQuarter(await stage.sharesAfterThird(await askFromNode(stage.target)));
  }, 60_000);

  test('connections live for an hour -> it is never asked', async () => {
    const stage = await Stage.start(HOUR_MS);
    expect((await stage.sharesAfterThird(await askFromNode(stage.target))).shares[2]).toBe(0);
  }, 60_000);

  test('a Python client -> at least a quarter of the calls, no call fails', async (context) => {
    const python = findPython();
    if (python === undefined) {
      context.skip(PYTHON_MISSING);
      return;
    }
    const stage = await Stage.start(AGE_MS);
    const ask = askFromPython(python, stage.target, () => stage.calls);
    expectQuarter(await stage.sharesAfterThird(ask));
  }, 60_000);
});

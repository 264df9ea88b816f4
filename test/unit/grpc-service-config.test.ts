/**
 * The published client configuration: what it names exists, and a client that uses it retries what
 * is safe to retry and nothing else.
 */
import { Metadata, Server, ServerCredentials, status } from '@grpc/grpc-js';
import { afterEach, describe, expect, test } from 'vitest';
import { connect } from '../../shared/grpc/client.ts';
import {
  policyWithoutTimeouts,
  SERVICE_NAMES,
  serviceConfigJson,
  serviceDefinition,
} from '../../shared/grpc/load.ts';

interface ServiceConfig {
  readonly methodConfig: readonly {
    readonly name: readonly { readonly service: string; readonly method?: string }[];
    readonly timeout?: string;
    readonly retryPolicy: {
      readonly maxAttempts: number;
      readonly retryableStatusCodes: readonly string[];
    };
  }[];
  readonly retryThrottling: { readonly maxTokens: number; readonly tokenRatio: number };
}

const config = JSON.parse(serviceConfigJson()) as ServiceConfig;

type Named = ServiceConfig['methodConfig'][number]['name'][number];

const namesOf = (isWanted: (name: Named) => boolean): Named[] =>
  config.methodConfig.flatMap(({ name }) => name.filter(isWanted));

describe('the published configuration', () => {
  test('services and methods -> all of the contract, no others; streams without a timeout', () => {
    const streams = SERVICE_NAMES.flatMap((service) =>
      Object.values(serviceDefinition(service))
        .filter(({ requestStream, responseStream }) => requestStream || responseStream)
        .map(({ path }) => path.slice(1)),
    );
    const timeless = config.methodConfig.filter(({ timeout }) => timeout === undefined);
    const named = timeless.flatMap(({ name }) => name.map((one) => `${one.service}/${one.method}`));
    expect(named.toSorted()).toEqual(streams.toSorted());
    const whole = namesOf(({ method }) => method === undefined);
    expect(whole.map(({ service }) => service).toSorted()).toEqual(SERVICE_NAMES.toSorted());
    for (const { service, method } of namesOf((one) => one.method !== undefined)) {
      const name = SERVICE_NAMES.find((one) => one === service);
      expect(name && Object.keys(serviceDefinition(name)), service).toContain(method);
    }
  });

  test('what reads everything -> has an hour, as the shorter of timeout and deadline counts', () => {
    const long = config.methodConfig.filter(({ timeout }) => timeout === '3600s');
    const methods = long.flatMap(({ name }) => name.map(({ method }) => method));
    expect(methods).toEqual(['ProposeVersion', 'GetVersionReport']);
  });

  test('of our client -> the same without timeouts: a deadline above 30 s counts', () => {
    const own = JSON.parse(policyWithoutTimeouts()) as ServiceConfig;
    expect(own.methodConfig.map(({ timeout }) => timeout)).toEqual(
      config.methodConfig.map(() => undefined),
    );
    const without = config.methodConfig.map(({ timeout: _, ...entry }) => entry);
    expect(own).toEqual({ ...config, methodConfig: without });
  });

  test('retries -> of UNAVAILABLE alone, at most 5 attempts (gRFC A6), throttled', () => {
    for (const { retryPolicy } of config.methodConfig) {
      expect(retryPolicy.retryableStatusCodes).toEqual(['UNAVAILABLE']);
      expect(retryPolicy.maxAttempts).toBeLessThanOrEqual(5);
    }
    expect(config.retryThrottling.maxTokens).toBeGreaterThan(0);
    expect(config.retryThrottling.tokenRatio).toBeGreaterThan(0);
  });
});

describe('a client that uses it', () => {
  const closers: (() => void)[] = [];
  afterEach(() => {
    for (const close of closers.splice(0)) close();
  });

  /** A server that fails GetClusterStatus so many times, then answers; counts the attempts. */
  async function startFailing(code: status, failures: number) {
    const server = new Server();
    let attempts = 0;
    server.addService(serviceDefinition('selfsame.v1.ClusterService'), {
      GetClusterStatus: (
        _call: unknown,
        callback: (error: object | null, answer?: object) => void,
      ) => {
        attempts++;
        if (attempts > failures) callback(null, { rulesVersion: 'r' });
        else callback({ code, details: 'not now', metadata: new Metadata() });
      },
    });
    const credentials = ServerCredentials.createInsecure();
    const port = await new Promise<number>((resolve, reject) => {
      server.bindAsync('127.0.0.1:0', credentials, (error, bound) =>
        error === null ? resolve(bound) : reject(error),
      );
    });
    closers.push(() => server.forceShutdown());
    return { target: `127.0.0.1:${port}`, attempts: () => attempts };
  }

  test('UNAVAILABLE twice -> the third attempt is answered', async () => {
    const { target, attempts } = await startFailing(status.UNAVAILABLE, 2);
    const client = connect(target);
    expect(await client.status()).toMatchObject({ rulesVersion: 'r' });
    expect(attempts()).toBe(3);
    await client.close();
  });

  test.each([
    ['UNAVAILABLE for ever', status.UNAVAILABLE, 4],
    ['RESOURCE_EXHAUSTED', status.RESOURCE_EXHAUSTED, 1],
    ['INTERNAL', status.INTERNAL, 1],
    ['DEADLINE_EXCEEDED', status.DEADLINE_EXCEEDED, 1],
  ] as const)('%s -> so many attempts, then the error', async (_what, code, expected) => {
    const { target, attempts } = await startFailing(code, Number.POSITIVE_INFINITY);
    const client = connect(target);
    await expect(client.status()).rejects.toThrow('not now');
    expect(attempts()).toBe(expected);
    await client.close();
  });
});

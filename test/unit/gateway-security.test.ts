/** Goal: settings that would leave a gateway open are refused; quotas count exactly, within bounds. */
import { expect, test } from 'vitest';
import { loadSecurityConfig } from '../../services/gateway/security-config.ts';
import { Buckets, Quotas } from '../../services/gateway/quotas.ts';
import { tenantSettings } from '../../shared/cluster/tenants.ts';

const jwks = { SELFSAME_AUTH_JWKS: 'f' };
const auth = { ...jwks, SELFSAME_AUTH_ISSUER: 'i', SELFSAME_AUTH_AUDIENCE: 'a' };

test.each([
  // host          settings                                                             refused with
  ['127.0.0.1', {}, null],
  ['::1', {}, null],
  ['localhost', {}, null],
  ['0.0.0.0', {}, /SELFSAME_ALLOW_UNAUTHENTICATED/],
  ['::', {}, /SELFSAME_ALLOW_UNAUTHENTICATED/],
  ['10.0.0.7', {}, /SELFSAME_ALLOW_UNAUTHENTICATED/],
  ['127.evil.example', {}, /SELFSAME_ALLOW_UNAUTHENTICATED/],
  ['0.0.0.0', { SELFSAME_ALLOW_UNAUTHENTICATED: 'yes' }, null],
  ['0.0.0.0', { SELFSAME_ALLOW_UNAUTHENTICATED: 'true' }, /must be yes or no/],
  ['0.0.0.0', auth, null],
  ['127.0.0.1', jwks, /SELFSAME_AUTH_ISSUER/],
  ['127.0.0.1', { SELFSAME_TLS_CERT: 'f' }, /SELFSAME_TLS_KEY/],
  ['127.0.0.1', { SELFSAME_TLS_CLIENT_CA: 'f' }, /SELFSAME_TLS_CERT/],
  ['127.0.0.1', { SELFSAME_TENANTS: 'acme' }, /only a token/],
  ['127.0.0.1', { ...auth, SELFSAME_TENANTS: 'acme,acme' }, /twice/],
  ['127.0.0.1', { ...auth, SELFSAME_TENANTS: 'a.b' }, /a tenant is named/],
  ['127.0.0.1', { ...auth, SELFSAME_TENANTS: 'acme, globex' }, null],
] as const)('a gateway at %s with %o -> refused with %o', (host, environment, refusal) => {
  const load = () => loadSecurityConfig(environment, host);
  const outcome = (() => {
    try {
      load();
      return 'loads';
    } catch (error) {
      return String(error);
    }
  })();
  expect(outcome).toMatch(refusal ?? /^loads$/);
});

test('tenants -> prefixes that no other name begins with, ids of their own', () => {
  const base = {
    prefix: 'selfsame',
    idKey: '00'.repeat(16),
    natsCreds: '',
    natsNkey: '/seeds/{tenant}.nk',
    natsUserFile: '/users/{tenant}/gateway',
  };
  const [one, two] = ['a', 'ab'].map((tenant) => tenantSettings(base, tenant));
  expect(one?.prefix).toBe('selfsame-t-a');
  expect(two?.prefix).toBe('selfsame-t-ab');
  expect(one?.idKey).toMatch(/^[0-9a-f]{32}$/);
  expect(new Set([base.idKey, one?.idKey, two?.idKey]).size).toBe(3);
  expect([one?.natsNkey, two?.natsUserFile]).toEqual(['/seeds/a.nk', '/users/ab/gateway']);
  expect(tenantSettings(base, '')).toEqual(base);
  expect(() => tenantSettings(base, 'a-b')).toThrow(/a tenant is named/);
});

test('a bucket -> burst at once, then its rate, and the wait until it fits', () => {
  const buckets = new Buckets(10, 2, 3);
  expect(buckets.take('a', 20, 0)).toBe(0);
  expect(buckets.take('a', 1, 0)).toBe(100);
  expect(buckets.take('a', 1, 99)).toBeGreaterThan(0);
  expect(buckets.take('a', 1, 101)).toBe(0);
  // Larger than the bucket: when full, and then owed.
  expect(buckets.take('b', 50, 0)).toBe(0);
  expect(buckets.take('b', 1, 0)).toBe(3100);
  for (const name of ['c', 'd', 'e', 'f']) buckets.take(name, 1, 0);
  expect(buckets.size).toBe(3);
});

test('a client over its rate does not use up its tenant', () => {
  const config = loadSecurityConfig(
    {
      SELFSAME_QUOTA_CALLS: '10',
      SELFSAME_QUOTA_CLIENT_CALLS: '2',
      SELFSAME_QUOTA_BURST_SECONDS: '1',
    },
    'localhost',
  );
  const quotas = new Quotas(config, () => 0);
  const call = (subject: string) => quotas.takeCall({ subject, tenant: 'a', scopes: new Set() });
  const taken = (subject: string, times: number) =>
    Array.from({ length: times }, () => {
      try {
        call(subject);
        return 1;
      } catch {
        return 0;
      }
    }).reduce<number>((sum, one) => sum + one, 0);
  expect(taken('busy', 50)).toBe(2);
  expect(['b', 'c', 'd', 'e', 'f'].map((name) => taken(name, 3))).toEqual([2, 2, 2, 2, 0]);
});

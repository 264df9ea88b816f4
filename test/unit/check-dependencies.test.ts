/**
 * Goal: a vulnerable package fails the check, a registry that does not answer does not, and the lock
 * file pins what is installed. Method: the real npm against a registry of this test.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { packageRoot } from '../../shared/ingress/package-root.ts';
// The set-up scripts run before anything is installed: plain JavaScript without types.
// @ts-expect-error -- no declaration file
import * as untyped from '../../deploy/setup/check-dependencies.mjs';

const { judgeAudit, lockFileProblems } = untyped as {
  judgeAudit(stdout: string): { readonly kind: string; readonly reason?: string };
  lockFileProblems(lockFile: object): readonly string[];
};

const HIGH = [
  {
    id: 1,
    url: 'https://advisories.example/1',
    title: 'bad',
    severity: 'high',
    vulnerable_versions: '<=99.0.0',
  },
];

/** What npm keeps of a registry must not meet that of another. */
const caches: string[] = [];
afterAll(() => {
  for (const cache of caches) rmSync(cache, { recursive: true, force: true });
});

/** Runs the check with a registry that answers the audit's question so. */
async function checked(status: number, answer: object) {
  const cache = mkdtempSync(join(tmpdir(), 'selfsame-npm-'));
  caches.push(cache);
  let asked = 0;
  const server = createServer((request, response) => {
    request.resume();
    const isAudit = request.url?.includes('/security/') ?? false;
    if (isAudit) asked++;
    response.writeHead(isAudit ? status : 404, { 'content-type': 'application/json' });
    response.end(JSON.stringify(isAudit ? answer : {}));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const script =
    "const { checkDependencies } = await import('./deploy/setup/check-dependencies.mjs');" +
    'process.exit((await checkDependencies({ limitMs: 60_000 })) ? 0 : 1);';
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    cwd: packageRoot(),
    env: {
      ...process.env,
      npm_config_registry: `http://127.0.0.1:${port}/`,
      npm_config_cache: cache,
    },
  });
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => (said += String(chunk)));
  child.stderr.on('data', (chunk: Buffer) => (said += String(chunk)));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  await new Promise((resolve) => server.close(resolve));
  return { code, said, asked };
}

test.for([
  // the registry says       exit code   what is printed
  [200, { pino: HIGH }, 1, /npm audit: pino .*: high/],
  [200, { pino: [{ ...HIGH[0], severity: 'low' }] }, 0, /no vulnerability of level high/],
  [405, {}, 0, /^npm audit: not checked, the registry does not answer \(405[^\n]*\)\n$/],
] as const)(
  'a registry that answers %s %o -> exit code %s',
  { timeout: 60_000 },
  async ([status, answer, code, said]) => {
    const outcome = await checked(status, answer);
    expect(outcome).toMatchObject({ code, said: expect.stringMatching(said) as unknown });
    expect(outcome.asked).toBeGreaterThan(0);
  },
);

test('no report at all -> not answered, in one line', () => {
  for (const text of ['', 'npm error', '{"error":{"summary":"a\\nb"}}', '{}']) {
    const { kind, reason } = judgeAudit(text);
    expect(kind).toBe('unanswered');
    expect(reason).not.toMatch(/\n/);
  }
});

test('a lock file without hashes, or bound to a host -> told', () => {
  const good = { integrity: 'sha512-AAAA' };
  expect(lockFileProblems({ packages: { '': {}, 'node_modules/a': good } })).toEqual([]);
  expect(lockFileProblems({ packages: { 'node_modules/a': {} } })).toHaveLength(1);
  expect(
    lockFileProblems({ packages: { 'node_modules/a': { integrity: 'sha1-AA' } } }),
  ).toHaveLength(1);
  const bound = { ...good, resolved: 'https://mirror.example/a.tgz' };
  expect(lockFileProblems({ packages: { 'node_modules/a': bound } })).toHaveLength(1);
});

/**
 * Goal: each command works with the scope that the runbooks name for it, and with no other. Method: whole
 * command lines against a gateway that judges real tokens, one scope at a time.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { clusterAccess } from '../../services/cli/cluster-access.ts';
import { runSelfsame } from '../../services/cli/program.ts';
import { SCOPES } from '../../services/gateway/scopes.ts';
import { startTestGateway, type TestGateway } from '../support/test-gateway.ts';
import { AUDIENCE, ISSUER, TokenIssuer } from '../support/token-issuer.ts';
import { recordingContext } from './cli-recording-context.ts';

const folder = mkdtempSync(join(tmpdir(), 'selfsame-scopes-'));
const path = (name: string): string => join(folder, name);
let gateway: TestGateway;

const MAPPING = `
source: crm
format: csv
record_id: id
time: changed
type: contact_saved
channel: crm
parties:
  - role: subject
    identifiers:
      - { namespace: crm_id, field: id }
`;

/** What is run of each command of the table. */
const LINES: Readonly<Record<string, readonly string[]>> = {
  status: ['status'],
  partitions: ['partitions'],
  rules: ['rules', 'show'],
  hold: ['hold', 'place', 'source', 'kiosk'],
  review: ['review', 'list'],
  retract: ['retract', 'interaction', 'crm', '8'],
  audit: ['audit'],
  explain: ['explain', 'crm_id:7'],
  watch: ['watch', '--json'],
  ingest: ['ingest', path('crm.csv'), '--mapping', path('crm.yaml'), '--restart'],
};

beforeAll(async () => {
  writeFileSync(path('crm.yaml'), MAPPING);
  writeFileSync(path('crm.csv'), 'id,changed\n7,2025-01-01T00:00:00Z\n');
  const issuer = new TokenIssuer();
  await issuer.addKey('k');
  issuer.publish(path('jwks.json'));
  for (const scope of Object.keys(SCOPES)) {
    writeFileSync(path(scope), await issuer.token({ scope }));
  }
  const environment = {
    SELFSAME_AUTH_JWKS: path('jwks.json'),
    SELFSAME_AUTH_ISSUER: ISSUER,
    SELFSAME_AUTH_AUDIENCE: AUDIENCE,
  };
  gateway = await startTestGateway({}, { environment });
});
afterAll(async () => {
  await gateway?.stop();
  rmSync(folder, { recursive: true });
});

/** Command and the scopes any one of which the table names for it. */
function documented(): (readonly [command: string, scopes: readonly string[]])[] {
  const text = readFileSync(new URL('../../deploy/runbooks/README.md', import.meta.url), 'utf8');
  const [, table = ''] =
    /\| command \| scope of the token \|\n\|[-|]+\|\n((?:\|.*\n)+)/.exec(text) ?? [];
  return table
    .trim()
    .split('\n')
    .flatMap((row) => {
      const [, commands = '', scopes = ''] = row.split('|');
      const named = Array.from(scopes.matchAll(/`(\w+)`/g), ([, scope = '']) => scope);
      return Array.from(
        commands.matchAll(/`selfsame (\w+)`/g),
        ([, command = '']) => [command, named] as const,
      );
    });
}

async function run(command: string, scope: string): Promise<string> {
  const watched = new AbortController();
  const context = recordingContext({ clusters: clusterAccess, signal: watched.signal });
  const target = ['--target', gateway.gateway.address, '--token-file', path(scope)];
  // A watch that is let in goes on until it is ended.
  const end = command === 'watch' ? setTimeout(() => watched.abort(), 500) : undefined;
  await runSelfsame([...(LINES[command] as readonly string[]), ...target], context);
  clearTimeout(end);
  return context.stderr.text;
}

const DENIED = /needs the scope/;

test.each(documented())('selfsame %s -> lets in %j, and nobody else', async (command, scopes) => {
  expect(scopes.length).toBeGreaterThan(0);
  const allowed: string[] = [];
  for (const scope of Object.keys(SCOPES)) {
    if (!DENIED.test(await run(command, scope))) allowed.push(scope);
  }
  expect(allowed.toSorted()).toEqual(scopes.toSorted());
});

test('the table names every command that is run here', () => {
  const names = documented().map(([command]) => command);
  expect(names.toSorted()).toEqual(Object.keys(LINES).toSorted());
});

test('ingest with a token that may only send -> the records arrive', async () => {
  const stderr = await run('ingest', 'ingest');
  expect(stderr).not.toMatch(/needs the scope|error/i);
  const [answer] = await gateway.cluster.resolve([{ namespace: 'crm_id', value: '7' }]);
  expect(answer?.kind).toBe('found');
});

/**
 * Goal: whatever subject the code names, some user may publish it and some user may hear it; no user may
 * all. Method: the subjects of the sources against the generated permissions. That each service can do its
 * whole work is shown by `test/cluster/tenants.test.ts`.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  NATS_USERS,
  natsAccountsConfig,
  natsPasswordNames,
  natsPermissions,
} from '../../shared/cluster/nats-permissions.ts';
import { packageRoot } from '../../shared/ingress/package-root.ts';

/** Whether a subject is one that a pattern of NATS stands for. */
function matches(pattern: string, subject: string): boolean {
  const [wanted, found] = [pattern.split('.'), subject.split('.')];
  for (const [index, token] of wanted.entries()) {
    if (token === '>') return found.length > index;
    if (found[index] === undefined || (token !== '*' && token !== found[index])) return false;
  }
  return wanted.length === found.length;
}

/** Subjects of the bus that the sources name; a number follows those that end with a dot. */
function subjectsOfCode(): readonly string[] {
  const found = new Set<string>();
  for (const folder of ['shared', 'services']) {
    const root = join(packageRoot(), folder);
    for (const file of readdirSync(root, { recursive: true, encoding: 'utf8' })) {
      if (!file.endsWith('.ts') || file.includes('generated')) continue;
      const text = readFileSync(join(root, file), 'utf8');
      for (const [, subject] of text.matchAll(/['`]selfsame\.v1\.([a-z][a-z.]*)['`$]/g)) {
        if (subject !== undefined) found.add(subject.replace(/\.$/, '.007'));
      }
    }
  }
  return [...found];
}

const may = (side: 'publish' | 'subscribe', subject: string): readonly string[] =>
  NATS_USERS.filter((user) => {
    const { allow, deny } = natsPermissions(user, 'selfsame')[side];
    const isIn = (patterns: readonly string[]) => patterns.some((one) => matches(one, subject));
    return isIn(allow) && !isIn(deny);
  });

test('every subject of the code -> somebody may publish it, and somebody hear it', () => {
  const subjects = subjectsOfCode();
  expect(subjects.length).toBeGreaterThanOrEqual(7);
  for (const subject of subjects) {
    // The assigner hears itself under a name of its own.
    const whole = `selfsame.v1.${subject}${subject.endsWith('.echo') ? '.x' : ''}`;
    expect(may('publish', whole), whole).not.toEqual([]);
    expect(may('subscribe', whole), whole).not.toEqual([]);
    expect(may('publish', whole).length, whole).toBeLessThan(3);
  }
});

test.each([
  // subject                                                     who may publish it
  ['selfsame.v1.log.017.3', ['coordinator', 'shard']],
  ['selfsame.v1.g2.log.017.1', ['coordinator', 'shard']],
  ['selfsame-feed.v1.log.000.1', ['shard']],
  ['selfsame-audit.v1.log.001.1', ['gateway']],
  ['selfsame-placement.v1.log.000.1', ['coordinator']],
  ['$JS.API.STREAM.DELETE.selfsame-p017-e3', ['shard']],
  ['$JS.API.STREAM.PURGE.selfsame-audit-p000-e1', []],
  ['$JS.API.STREAM.DELETE.selfsame-audit-p000-e1', []],
  ['$JS.API.STREAM.MSG.GET.selfsame-audit-p000-e1', ['gateway']],
  ['$JS.API.STREAM.UPDATE.selfsame-p017-e3', []],
  ['$JS.API.STREAM.LIST', ['operator']],
  ['$JS.API.STREAM.INFO.selfsame-audit-p000-e1', ['gateway', 'coordinator', 'operator']],
  ['$JS.API.CONSUMER.CREATE.selfsame-p017-e3', ['shard']],
  ['$SYS.REQ.SERVER.PING', []],
  ['other.v1.ingest', []],
] as const)('%s -> published by %o', (subject, users) => {
  expect(may('publish', subject)).toEqual(users);
});

test('operator -> asks for the state of streams, hears its own inbox, and nothing else', () => {
  const { publish, subscribe } = natsPermissions('operator', 'selfsame');
  expect(publish.allow).toEqual([
    '$JS.API.INFO',
    '$JS.API.STREAM.NAMES',
    '$JS.API.STREAM.LIST',
    '$JS.API.STREAM.INFO.*',
  ]);
  expect(subscribe.allow).toEqual(['_INBOX.operator.>']);
});

test('accounts -> a user for each service of each tenant, no password among them', () => {
  const accounts = ['acme', 'globex'].map((tenant) => ({ tenant, prefix: `selfsame-t-${tenant}` }));
  const config = natsAccountsConfig(accounts, '../passwords.conf');
  expect(natsPasswordNames(accounts)).toHaveLength(10);
  for (const name of natsPasswordNames(accounts)) expect(config).toContain(`password: $${name}`);
  expect(config).toContain('include "../passwords.conf"');
});

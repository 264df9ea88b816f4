/**
 * Goal: `selfsame review` lists, asks, decides and takes back, and says what stands.
 * Method: whole command lines against a real embedded cluster in memory.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MemoryStore } from '../../shared/adapters/memory-store.ts';
import { runSelfsame } from '../../services/cli/program.ts';
import { type EmbeddedCluster, openEmbeddedCluster } from '../../shared/engine/embedded-cluster.ts';
import type { Cluster } from '../../shared/protocol/cluster.ts';
import { contact } from '../support/contact.ts';
import { recordingContext } from './cli-recording-context.ts';

let cluster: EmbeddedCluster;
beforeAll(async () => {
  cluster = await openEmbeddedCluster({ dataDir: new MemoryStore(), partitions: 3 });
});
afterAll(() => cluster.close());

/** The cluster as a client of it: closing the client leaves the cluster open. */
function client(): Cluster {
  return new Proxy<Cluster>(cluster, {
    get: (target, name: keyof Cluster) => {
      if (name === 'close') return async () => undefined;
      const part = target[name];
      return typeof part === 'function' ? part.bind(target) : part;
    },
  });
}

const NOBODY = `p${'a'.repeat(26)}`;

async function selfsame(
  argv: readonly string[],
  { answers = [] }: { readonly answers?: readonly string[] } = {},
) {
  const context = recordingContext({ answers, clusters: { connect: async () => client() } });
  const exitCode = await runSelfsame(argv, context);
  return { exitCode, stdout: context.stdout.text, stderr: context.stderr.text };
}

describe('selfsame review', () => {
  test('list, decide, decisions, conflicts, retract -> as asked', async () => {
    await cluster.ingest(
      ['91', '92'].map((id) =>
        contact(id, [
          ['user_id', id],
          ['email', 'two.users@company.example'],
        ]),
      ),
      { ack: 'durable' },
    );
    const listed = (await selfsame(['review', 'list', '--kind', 'limit'])).stdout;
    expect(listed).toMatch(
      /^worth 0\.\d+ {2}certainty 0\.\d+ {2}limit of user_id; proposed by email/,
    );
    const json = await selfsame(['review', 'list', '--kind', 'limit', '--json']);
    expect(JSON.parse(json.stdout)).toMatchObject({
      next_page_token: null,
      reviews: [{ kind: 'limit', detail: 'user_id', namespaces: ['email'] }],
    });
    const dry = await selfsame(['review', 'decide', 'same', '--kind', 'limit', '--dry-run']);
    expect(dry.stdout).toContain('would decide 1 pair');
    const refs = listed.match(/p[a-z2-7]{26}/g) ?? [];
    const done = await selfsame(['review', 'decide', 'same', ...refs, '--reason', 'one login']);
    expect(done.stdout).toContain('decided 1 pair\n');
    expect((await selfsame(['review', 'list', '--kind', 'limit'])).stdout).toBe(
      'nothing is open\n',
    );
    const decisions = (await selfsame(['review', 'decisions'])).stdout;
    expect(decisions).toMatch(/same {2}effective\n.*steward:cli {2}one login\n/);
    const conflicts = (await selfsame(['review', 'conflicts'])).stdout;
    expect(conflicts).toContain('joined customers above the limit of user_id');
    expect(conflicts).toMatch(/\n {2}must-link by steward:cli at 20.* one login\n/);
    const table = (await selfsame(['reliability'])).stdout;
    expect(table).toMatch(
      /^certainty +pairs +predicted +observed +95 % interval\n0\.95 to 0\.99 +1 /,
    );
    const judged = await selfsame(['reliability', '--json']);
    expect(JSON.parse(judged.stdout)).toMatchObject({ pairs: 1, same: 1, unpredicted: 0 });
    const floors = await selfsame(['model', 'calibrate', '--join-from', '0.9', '--dry-run']);
    expect(floors.stderr).toContain('there are 0 "same" and 0 "different"');
    expect(floors.exitCode).toBe(2);
    const [decisionId = ''] = done.stdout.split(' ');
    expect((await selfsame(['review', 'retract', decisionId])).stdout).toBe('taken back\n');
    const unknown = await selfsame(['review', 'retract', 'no-such']);
    expect(unknown).toMatchObject({ exitCode: 1, stdout: '' });
    expect(unknown.stderr).toContain('no decision no-such is known here');
    expect((await selfsame(['review', 'conflicts'])).stdout).toContain('no decision contradicts');
    expect((await selfsame(['review', 'list', '--kind', 'limit'])).stdout).toBe(listed);
  });

  test('decide by anchors, split, retract -> in force, each taken back', async () => {
    await cluster.ingest(
      ['71', '72'].map((id) =>
        contact(id, [
          ['crm_id', id],
          ['email', `anchor${id}@company.example`],
        ]),
      ),
      { ack: 'durable' },
    );
    const areOne = async () => {
      const ids = await Promise.all(
        ['71', '72'].map(async (id) => (await selfsame(['resolve', `crm_id:${id}`])).stdout),
      );
      return ids[0]?.split(' ')[0] === ids[1]?.split(' ')[0];
    };
    expect(await areOne()).toBe(false);
    const pair = ['crm_id:71', 'crm_id:72'];
    const dry = await selfsame(['review', 'decide', 'same', ...pair, '--dry-run']);
    expect(dry.stdout).toContain('would decide 1 pair');
    expect(await areOne()).toBe(false);
    const same = await selfsame(['review', 'decide', 'same', ...pair]);
    expect(same).toMatchObject({ exitCode: 0, stderr: '' });
    expect(await areOne()).toBe(true);
    const split = await selfsame(['review', 'split', 'crm_id:71', '/', 'crm_id:72']);
    expect(split.stdout).toMatch(/^[0-9a-f-]{36} {2}split into 2\n$/);
    expect(await areOne()).toBe(false);
    const idOf = (stdout: string) => stdout.split(' ')[0] ?? '';
    await selfsame(['review', 'retract', idOf(split.stdout)]);
    expect(await areOne()).toBe(true);
    await selfsame(['review', 'retract', idOf(same.stdout)]);
    expect(await areOne()).toBe(false);

    await cluster.ingest(
      [
        contact(
          '73',
          pair.map((text) => text.split(':') as [string, string]),
        ),
      ],
      {
        ack: 'durable',
      },
    );
    expect(await areOne()).toBe(true);
    const taken = ['retract', 'identifier', ...pair, '--reason', 'a colleague'];
    expect(await selfsame(taken)).toMatchObject({ exitCode: 0, stdout: 'taken back\n' });
    expect(await areOne()).toBe(false);
    expect((await selfsame([...taken, '--undo'])).stdout).toBe('counts again\n');
    expect(await areOne()).toBe(true);
    const interaction = ['retract', 'interaction', 'crm', '73'];
    expect(await selfsame(interaction)).toMatchObject({ exitCode: 0, stdout: 'taken back\n' });
    expect(await areOne()).toBe(false);
    const again = await selfsame(interaction);
    expect(again).toMatchObject({ exitCode: 1, stdout: '' });
    expect(again.stderr).toContain('no live interaction of that name');
    expect((await selfsame([...interaction, '--undo'])).stdout).toBe('counts again\n');
    const unknown = await selfsame(['retract', 'interaction', 'crm', 'nosuch', '--undo']);
    expect(unknown).toMatchObject({ exitCode: 1, stdout: '' });
  });

  test('orders about what is not known, or that replace another -> taken, and said so', async () => {
    await cluster.ingest(
      ['61', '62'].map((id) =>
        contact(id, [
          ['crm_id', id],
          ['phone', `+6135550${id}00`],
        ]),
      ),
      { ack: 'durable' },
    );
    const typo = await selfsame(['review', 'decide', 'same', 'crm_id:61', 'crm_id:typo']);
    expect(typo).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('decided 1 pair') });
    expect(typo.stderr).toContain('nothing is observed of crm_id:typo yet');
    const pair = ['crm_id:61', 'crm_id:62'];
    const first = await selfsame(['review', 'decide', 'different', ...pair, '--by', 'steward:a']);
    expect(first.stderr).toBe('');
    const other = await selfsame(['review', 'decide', 'same', ...pair, '--by', 'steward:b']);
    expect(other.stderr).toMatch(/^it replaces \S+: different, by steward:a at 20/);
    const split = await selfsame(['review', 'split', 'crm_id:61', '/', 'crm_id:n0']);
    expect(split.stderr).toContain('nothing is observed of crm_id:n0 yet');
    const apart = await selfsame(['review', 'split', 'crm_id:61', '/', 'crm_id:71']);
    expect(apart.stderr).toContain('with different customers now');
    for (const [profile, value] of [
      ['crm_id:61', 'phone:+61355506299'],
      ['crm_id:n0', 'phone:+61355506100'],
    ] as const) {
      const retracted = await selfsame(['retract', 'identifier', profile, value]);
      expect(retracted).toMatchObject({ exitCode: 1, stdout: '' });
      expect(retracted.stderr).toMatch(/no profile of that customer holds|nothing is observed of/);
    }
    for (const subject of [
      ['value', 'phone:+61355509999'],
      ['delivery', 'crm', 'nosuch'],
    ]) {
      const held = await selfsame(['hold', 'place', ...subject]);
      expect(held).toMatchObject({ exitCode: 0, stdout: 'held\n' });
      expect(held.stderr).toContain('nothing of it is known yet');
      await selfsame(['hold', 'release', ...subject]);
    }
    expect((await selfsame(['hold', 'place', 'value', 'phone:+61355506100'])).stderr).toBe('');
  });

  test('each -> one open pair after the other until quit, skip or the end', async () => {
    const twins = ['93', '94', '95', '96'].map((id, index) =>
      contact(id, [
        ['user_id', id],
        ['email', `twins${index >> 1}@company.example`],
      ]),
    );
    await cluster.ingest(twins, { ack: 'durable' });
    const words = ['review', 'each', '--kind', 'limit', '--reason', 'asked'];
    const open = async () => {
      const { stdout } = await selfsame(['review', 'list', '--kind', 'limit', '--json']);
      return (JSON.parse(stdout) as { reviews: unknown[] }).reviews.length;
    };
    const before = await open();
    const quit = await selfsame(words, { answers: ['q', 's'] });
    expect(quit.stdout).toContain('decided 0, skipped 0\n');
    expect((await selfsame(words)).stdout).toContain('decided 0, skipped 0\n');
    const { stdout, stderr } = await selfsame(words, { answers: ['what?', 'k', 'Different'] });
    expect(stdout.match(/^worth /gm)).toHaveLength(before);
    expect(stdout).toContain('decided 1, skipped 1\n');
    expect(stderr.match(/same, different, skip or quit/g)).toHaveLength(before < 3 ? 3 : 4);
    expect(await open()).toBe(before - 1);
    expect((await selfsame(['review', 'decisions'])).stdout).toContain('different  effective');
  });

  test.each([
    [['review', 'decide', 'maybe', 'p1', 'p2'], 2, /"same" or "different"/],
    [['review', 'decide', 'same'], 2, /name two profiles/],
    [['review', 'decide', 'same', 'p1'], 2, /exactly two profiles/],
    [['review', 'decide', 'same', 'p1', 'p2'], 2, /namespace:value, .* or by its reference/],
    [['review', 'decide', 'same', NOBODY, NOBODY], 1, /refused: pairs\[0\] must name two profiles/],
    [['review', 'decide', 'same', 'crm_id:1', 'crm_id:1'], 1, /refused: /],
    [['review', 'decide', 'same', 'nosuch:1', 'crm_id:1'], 1, /refused: left/],
    [['review', 'list', '--namespace', 'nosuch'], 2, /namespaces of the active rules: .*crm_id/],
    [['review', 'split', 'crm_id:1', 'crm_id:2'], 2, /at least two groups/],
    [['review', 'split', 'crm_id:1', '/'], 2, /at least two groups/],
    [['review', 'split', 'crm_id:1', '/', 'crm_id:1'], 1, /refused: /],
    [['retract', 'identifier', 'crm_id:1', 'phone'], 2, /an identifier as namespace:value/],
    [['retract', 'identifier', 'crm_id:1', 'nosuch:1'], 1, /refused: /],
    [['retract', 'interaction', 'crm'], 2, /missing required argument 'id'/],
    [['review', 'list', '--limit', '0'], 2, /--limit must be a number from 1/],
    [['review', 'list', '--kind', 'odd'], 2, /Allowed choices/],
    [['review', 'list', '--page', 'x'], 2, /page_token/],
    [['model', 'calibrate'], 2, /--join-from/],
    [['model', 'calibrate', '--join-from', '0.2'], 2, /join_from: must be 0.5 to 1/],
  ])('%j -> exit %d with the reason', async (argv, exitCode, message) => {
    const result = await selfsame(argv);
    expect(result.stderr).toMatch(message);
    expect(result.exitCode).toBe(exitCode);
  });
});

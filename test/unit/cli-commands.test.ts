/**
 * Goal: every command that asks a cluster gives its answer, its exit code and no answer it has not.
 * Method: whole command lines against a real embedded cluster in memory; failures of the cluster
 * are thrown at the port, as a client would.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MemoryStore } from '../../shared/adapters/memory-store.ts';
import { type Cluster, ClusterError, type FeedEvent } from '../../shared/protocol/cluster.ts';
import { DEMO_INTERACTIONS_DEFAULT, DEMO_SEED_DEFAULT } from '../../services/cli/demo/run-demo.ts';
import { runSelfsame } from '../../services/cli/program.ts';
import { stoppedExitCode } from '../../services/cli/run-service.ts';
import { openEmbeddedCluster } from '../../shared/engine/embedded-cluster.ts';
import { contact } from '../support/contact.ts';
import { recordingContext } from './cli-recording-context.ts';

let cluster: Cluster;

const ADA = { full_name: 'Ada Example' };

beforeAll(async () => {
  cluster = await openEmbeddedCluster({ dataDir: new MemoryStore(), partitions: 3 });
  const results = await cluster.ingest(
    [
      contact(
        '1',
        [
          ['crm_id', '1'],
          ['email', 'ada@company.example'],
        ],
        ADA,
      ),
      contact(
        '2',
        [
          ['crm_id', '2'],
          ['email', 'ADA@company.example'],
        ],
        ADA,
      ),
      contact('3', [['crm_id', '3']], ADA),
    ],
    { ack: 'settled' },
  );
  expect(results.map((result) => result.kind)).toEqual(Array(3).fill('acknowledged'));
});
afterAll(() => cluster.close());

/** The cluster as a client of it: closing the client leaves the cluster open. */
function client(overrides: Partial<Cluster> = {}): Cluster {
  return {
    versions: cluster.versions,
    audit: cluster.audit,
    stewardship: cluster.stewardship,
    ingest: (...args) => cluster.ingest(...args),
    resolve: (...args) => cluster.resolve(...args),
    getCustomer: (...args) => cluster.getCustomer(...args),
    explain: (...args) => cluster.explain(...args),
    matchRecord: (...args) => cluster.matchRecord(...args),
    getAttribution: (...args) => cluster.getAttribution(...args),
    command: (...args) => cluster.command(...args),
    listOrders: (...args) => cluster.listOrders(...args),
    watch: (...args) => cluster.watch(...args),
    status: (...args) => cluster.status(...args),
    settle: (...args) => cluster.settle(...args),
    close: async () => undefined,
    ...overrides,
  };
}

async function selfsame(
  argv: readonly string[],
  options: {
    readonly overrides?: Partial<Cluster>;
    readonly env?: Record<string, string>;
    readonly signal?: AbortSignal;
  } = {},
) {
  const targets: string[] = [];
  const context = recordingContext({
    env: options.env ?? {},
    ...(options.signal === undefined ? {} : { signal: options.signal }),
    clusters: {
      connect: async (target) => {
        targets.push(target);
        return client(options.overrides);
      },
    },
  });
  const exitCode = await runSelfsame(argv, context);
  return { exitCode, stdout: context.stdout.text, stderr: context.stderr.text, targets };
}

async function customerOf(crmId: string): Promise<string> {
  const { stdout } = await selfsame(['resolve', 'crm_id', crmId]);
  return stdout.split(' ')[0] ?? '';
}

describe('selfsame resolve', () => {
  test('known anchors and evidence -> the same customer, exit 0', async () => {
    const first = await selfsame(['resolve', 'crm_id', '1']);
    expect(first).toMatchObject({ exitCode: 0, stderr: '', targets: ['127.0.0.1:7400'] });
    expect(first.stdout).toMatch(/^c[a-z2-7]{26} {2}0\.\d+\n$/);
    expect((await selfsame(['resolve', 'crm_id:2'])).stdout).toBe(first.stdout);
    const byEmail = await selfsame(['resolve', 'email', ' Ada@Company.example', '--json']);
    expect(JSON.parse(byEmail.stdout)).toMatchObject({
      result: 'found',
      matches: [{ customer_id: await customerOf('1') }],
    });
  });

  test('a stricter view -> a customer of its own', async () => {
    const strict = await selfsame(['resolve', 'crm_id', '2', '--min-certainty', '0.9999']);
    expect(strict.exitCode).toBe(0);
    expect(strict.stdout).not.toContain(await customerOf('1'));
    expect(strict.stdout).toMatch(/ {2}1\n$/);
  });

  test('unknown -> exit 1, with JSON too', async () => {
    expect(await selfsame(['resolve', 'crm_id', '99'])).toMatchObject({
      exitCode: 1,
      stdout: '',
      stderr: 'not found\n',
    });
    const json = await selfsame(['resolve', 'crm_id', '99', '--json']);
    expect(json).toMatchObject({ exitCode: 1, stderr: '' });
    expect(JSON.parse(json.stdout)).toEqual({ result: 'not_found' });
  });

  test('generic -> exit 1 and says by how many', async () => {
    const overrides: Partial<Cluster> = {
      resolve: async () => [{ kind: 'generic', holders: 1_234, valueRef: 'v1' }],
    };
    const { exitCode, stderr } = await selfsame(['resolve', 'email', 'a@b.example'], { overrides });
    expect(exitCode).toBe(1);
    expect(stderr).toContain('1,234 profiles');
  });

  test.each([
    [['resolve', 'nonsense', 'x'], 2, /unknown namespace/],
    [['resolve', 'email'], 2, /namespace:value/],
    [['resolve', 'email', 'a@b.example', '--min-certainty', '2'], 2, /between 0 and 1/],
    [['resolve', 'email', 'a@b.example', '--min-certainty', '0.1'], 2, /least that returns/],
    [['resolve', 'email', 'a@b.example', '--target', 'nowhere'], 2, /--target must be host:port/],
    [['resolve', 'email', 'a@b.example', '--timeout', '0'], 2, /--timeout must be/],
    [['resolve', 'email', 'a@b.example', '--nonsense'], 2, /unknown option/],
  ])('%j -> exit %d with the reason', async (argv, exitCode, message) => {
    const result = await selfsame(argv);
    expect(result.stderr).toMatch(message);
    expect(result.exitCode).toBe(exitCode);
  });
});

describe('selfsame hold', () => {
  test('place, list, release -> as asked; nothing held -> says so', async () => {
    expect((await selfsame(['hold', 'list'])).stdout).toBe('nothing is held\n');
    const value = ['value', 'email:office@company.example'];
    const placed = await selfsame(['hold', 'place', ...value, '--reason', 'a shared mailbox']);
    expect(placed).toMatchObject({ exitCode: 0, stdout: 'held\n' });
    await selfsame(['hold', 'reject', 'delivery', 'crm', 'contacts-7', '--by', 'steward:9']);
    const listed = (await selfsame(['hold', 'list'])).stdout;
    expect(listed).toContain('held      value email:office@company.example (0 profiles)');
    expect(listed).toContain('a shared mailbox');
    expect(listed).toContain('rejected  delivery crm contacts-7 (0 interactions)');
    const json = await selfsame(['hold', 'list', '--json']);
    expect(JSON.parse(json.stdout)).toMatchObject({
      orders: [{ decided_by: 'steward:9', standing: 'rejected' }, { standing: 'held' }],
    });
    await selfsame(['hold', 'release', ...value]);
    await selfsame(['hold', 'release', 'delivery', 'crm', 'contacts-7']);
    await selfsame(['hold', 'place', 'source', 'kiosk']);
    await selfsame(['hold', 'reject', 'rule', 'phone']);
    const ways = (await selfsame(['hold', 'list'])).stdout;
    expect(ways).toContain('held      source kiosk\n');
    expect(ways).toContain('rejected  rule phone\n');
    expect((await selfsame(['hold', 'place', 'rule', 'ip'])).exitCode).toBe(1);
    await selfsame(['hold', 'release', 'source', 'kiosk']);
    await selfsame(['hold', 'release', 'rule', 'phone']);
    expect((await selfsame(['hold', 'list'])).stdout).toBe('nothing is held\n');
    expect((await selfsame(['hold', 'list', '--all'])).stdout).toContain('released');
  });

  test.each([
    [['hold', 'reject', 'email:x'], 2, /name it as/],
    [['hold', 'reject', 'value', 'email'], 2, /name an identifier as/],
    [['hold', 'reject', 'delivery', 'crm'], 2, /name it as/],
    [['hold', 'reject', 'value', 'crm_id:1'], 1, /refused: value is no evidence/],
  ])('%j -> exit %d with the reason', async (argv, exitCode, message) => {
    const result = await selfsame(argv);
    expect(result.stderr).toMatch(message);
    expect(result.exitCode).toBe(exitCode);
  });
});

describe('the target', () => {
  test('option over environment over default', async () => {
    const env = { SELFSAME_TARGET: 'gateway.example:1' };
    expect((await selfsame(['status'], { env })).targets).toEqual(['gateway.example:1']);
    const both = await selfsame(['status', '--target', '[::1]:2'], { env });
    expect(both.targets).toEqual(['[::1]:2']);
    const wrong = await selfsame(['status'], { env: { SELFSAME_TARGET: 'x' } });
    expect(wrong).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('SELFSAME_TARGET'),
    });
  });

  /** Code of the cluster's error, exit code. */
  const FAILURES: readonly (readonly [ClusterError['code'], number])[] = [
    ['unavailable', 3],
    ['overloaded', 3],
    ['deadline_exceeded', 3],
    ['internal', 3],
    ['invalid_argument', 2],
    ['failed_precondition', 2],
    ['resume_token_expired', 2],
    ['not_found', 1],
    ['cancelled', 130],
  ];
  test.each(FAILURES)('the cluster answers %s -> exit %d', async (code, exitCode) => {
    const overrides: Partial<Cluster> = {
      status: async () => {
        throw new ClusterError(code, 'because of a test', {
          violations: [{ field: 'some.field', description: 'is wrong' }],
        });
      },
    };
    const result = await selfsame(['status'], { overrides });
    expect(result.exitCode).toBe(exitCode);
    const text =
      code === 'deadline_exceeded' ? 'may have been done all the same' : 'because of a test';
    expect(result.stderr).toContain(text);
    expect(result.stderr.includes('some.field: is wrong')).toBe(exitCode === 2);
    expect(result.stderr.includes('selfsame up')).toBe(code === 'unavailable');
  });

  test('a fault of the program -> exit 3 with its stack', async () => {
    const overrides: Partial<Cluster> = {
      status: async () => {
        throw new TypeError('a bug');
      },
    };
    const result = await selfsame(['status'], { overrides });
    expect(result.exitCode).toBe(3);
    expect(result.stderr).toMatch(/fault of the program itself: TypeError: a bug\n\s+at /);
  });
});

describe('selfsame customer, explain, status', () => {
  test('customer -> profiles, identifiers, timeline; JSON has all of it', async () => {
    const id = await customerOf('1');
    const { exitCode, stdout } = await selfsame(['customer', id, '--timeline', '1']);
    expect(exitCode).toBe(0);
    expect(stdout).toContain(`customer ${id}`);
    expect(stdout).toContain('profiles (2)');
    expect(stdout).toMatch(/email +ada@company\.example +seen on 1 day/);
    expect(stdout).toContain('... 1 more: --timeline COUNT, or --json');
    const json = JSON.parse((await selfsame(['customer', id, '--json'])).stdout);
    expect(json).toMatchObject({ customer_id: id, redirected_from: null, oversized: false });
    expect(json.timeline).toHaveLength(2);
  });

  test('no such customer -> exit 1', async () => {
    const result = await selfsame(['customer', `c${'a'.repeat(26)}`]);
    expect(result).toMatchObject({ exitCode: 1, stdout: '' });
  });

  test('explain -> joined with its weakest link, apart, how', async () => {
    const joined = await selfsame(['explain', 'crm_id:1', 'crm_id:2']);
    expect(joined.exitCode).toBe(0);
    expect(joined.stdout).toContain(`one customer: ${await customerOf('1')}`);
    expect(joined.stdout).toMatch(/crm_id \d -- crm_id \d .*weakest link\n +shared value email/);
    const apart = await selfsame(['explain', 'crm_id:1', 'crm_id:3']);
    expect(apart.stdout).toContain('two customers:');
    expect(apart.stdout).toContain('no evidence that counts between them');
    const how = await selfsame(['explain', await customerOf('1'), '--json']);
    expect(JSON.parse(how.stdout)).toMatchObject({
      kind: 'how',
      steps: [{ outcome: 'accepted', reasons: [{ namespace: 'email' }] }],
    });
  });

  test.each(['nonsense', '', `x${'a'.repeat(26)}`])('customer %j, no id -> exit 2', async (id) => {
    const { exitCode, stdout, stderr } = await selfsame(['customer', id]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain('is no id');
  });

  test('explain of an unknown anchor -> exit 1; of a malformed one -> exit 2', async () => {
    expect((await selfsame(['explain', 'crm_id:99', 'crm_id:1'])).exitCode).toBe(1);
    expect((await selfsame(['explain', 'crm_id'])).exitCode).toBe(2);
  });

  test('status -> exit 0; a partition that is stuck -> exit 1 and is listed', async () => {
    const healthy = await selfsame(['status', '--json']);
    expect(healthy.exitCode).toBe(0);
    const told = JSON.parse(healthy.stdout);
    expect(told).toMatchObject({ mode: 'embedded', healthy: true });
    expect(told.counters).toMatchObject({ interactions_applied: 3, observations_added: 3 });
    expect(Object.keys(told.counters).join()).not.toMatch(/[A-Z]/);
    expect((await selfsame(['status'])).stdout).toMatch(/\ninteractions applied +3\n/);
    const status = await cluster.status();
    const partitions = status.partitions.map((partition, index) =>
      index === 1 ? { ...partition, state: 'stuck' } : partition,
    );
    const overrides: Partial<Cluster> = { status: async () => ({ ...status, partitions }) };
    const stuck = await selfsame(['status'], { overrides });
    expect(stuck.exitCode).toBe(1);
    expect(stuck.stdout).toMatch(/\n +1 +stuck +embedded/);
    expect(stuck.stdout).toContain(`${partitions.length - 1} of ${partitions.length} running`);
  });
});

describe('selfsame attribution', () => {
  test('an interaction -> its party with customer and basis; JSON has the shares; none -> exit 1', async () => {
    const told = await selfsame(['attribution', 'crm', '1']);
    expect(told).toMatchObject({ exitCode: 0, stderr: '' });
    expect(told.stdout).toContain(`subject: ${await customerOf('1')}`);
    expect(told.stdout).toContain('by its profile');
    const json = JSON.parse((await selfsame(['attribution', 'crm', '1', '--json'])).stdout);
    expect(json).toMatchObject({ interaction_id: '1', parties: [{ shares: [{ share: 1 }] }] });
    expect((await selfsame(['attribution', 'crm', '99'])).exitCode).toBe(1);
  });
});

describe('selfsame watch', () => {
  test('--since without a token -> exit 2, not from now on', async () => {
    const overrides: Partial<Cluster> = {
      watch: () => {
        throw new Error('a watch was begun');
      },
    };
    for (const argv of [
      ['watch', '--since', ''],
      ['watch', '--since='],
    ]) {
      const { exitCode, stderr } = await selfsame(argv, { overrides });
      expect(exitCode).toBe(2);
      expect(stderr).toContain('--since must be a resume token');
    }
  });

  function event(number: number): FeedEvent {
    return {
      eventId: `e${number}`,
      kind: 'customer.created',
      resumeToken: String(number),
      occurredAt: 0,
      customerId: `c${number}`,
      otherCustomerId: null,
      profileRef: `p${number}`,
    };
  }

  test('the cluster goes away in between -> goes on behind the last event, none twice', async () => {
    const asked: (string | null)[] = [];
    const overrides: Partial<Cluster> = {
      async *watch(token) {
        asked.push(token);
        const next = token === null ? 1 : Number(token) + 1;
        yield event(next);
        yield event(next + 1);
        throw new ClusterError('unavailable', 'gone for a test');
      },
    };
    const result = await selfsame(['watch', '--json', '--count', '3'], { overrides });
    expect(result.exitCode).toBe(0);
    const events = result.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(events.map((one) => one.event_id)).toEqual(['e1', 'e2', 'e3']);
    expect(asked).toEqual([null, '2']);
    expect(result.stderr).toContain('trying again');
  });

  test('no cluster at the start -> exit 3; an expired token -> exit 2', async () => {
    const failing = (code: ClusterError['code']): Partial<Cluster> => ({
      watch: () => ({
        [Symbol.asyncIterator]: () => ({
          next: async () => {
            throw new ClusterError(code, 'for a test');
          },
        }),
      }),
    });
    expect((await selfsame(['watch'], { overrides: failing('unavailable') })).exitCode).toBe(3);
    const expired = failing('resume_token_expired');
    expect((await selfsame(['watch', '--since', '1'], { overrides: expired })).exitCode).toBe(2);
  });

  test('Ctrl-C -> ends with 130', async () => {
    const interruption = new AbortController();
    const running = selfsame(['watch'], { signal: interruption.signal });
    setImmediate(() => interruption.abort('SIGINT'));
    expect((await running).exitCode).toBe(130);
  });
});

describe('the exit code of a service that was stopped', () => {
  test.each([
    ['SIGTERM', 0],
    ['SIGINT', 130],
  ])('%s -> %d', (reason, exitCode) => {
    expect(stoppedExitCode(AbortSignal.abort(reason))).toBe(exitCode);
  });
});

describe('help', () => {
  const COMMANDS = [
    'up',
    'demo',
    'ingest',
    'resolve-files',
    'evaluate',
    'resolve',
    'customer',
    'explain',
    'match',
    'attribution',
    'watch',
    'audit',
    'status',
  ];
  test.each(COMMANDS)('selfsame %s --help -> exit codes and examples, exit 0', async (name) => {
    const { exitCode, stdout } = await selfsame([name, '--help']);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('Exit codes:');
    expect(stdout).toContain(`Examples:\n  selfsame ${name}`);
    expect(stdout).toContain('--json');
  });

  test.each(['gateway', 'coordinator', 'shard'])(
    'selfsame %s --help -> every setting with its default',
    async (name) => {
      const { exitCode, stdout } = await selfsame([name, '--help']);
      expect(exitCode).toBe(0);
      expect(stdout).toContain('Exit codes:');
      expect(stdout).toContain(`Examples:\n  selfsame ${name}\n`);
      expect(stdout).toContain('SELFSAME_NATS_URL=nats://127.0.0.1:4222');
    },
  );

  test('the defaults that demo --help shows are those of the demo', async () => {
    const { stdout } = await selfsame(['demo', '--help']);
    expect(stdout).toContain(`(default: ${DEMO_INTERACTIONS_DEFAULT})`);
    expect(stdout).toContain(`(default: ${DEMO_SEED_DEFAULT})`);
  });

  test('no command -> help on standard error, exit 2; a misspelt one -> a suggestion', async () => {
    const none = await selfsame([]);
    expect(none.exitCode).toBe(2);
    expect(none.stderr).toContain('Usage: selfsame');
    const misspelt = await selfsame(['statsu']);
    expect(misspelt.exitCode).toBe(2);
    expect(misspelt.stderr).toContain('status');
  });
});

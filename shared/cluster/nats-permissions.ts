/**
 * Least privilege on NATS: what each service may publish and subscribe, and the configuration of
 * nats-server that says so.
 *
 * P1: a cluster has an account of its own. Names of streams are single tokens, which permissions cannot
 *     take apart, so that within an account "all partition logs" can only be said as "all streams but
 *     these"; of another account nothing can be said at all.
 * P2: answers come to inboxes of the service (`_INBOX.shard.>`): nobody reads another's.
 * P3: nobody may delete, purge or change the audit streams; only gateways write and read them.
 * P4: assigned placement: coordinators host no partition.
 * P5: passwords are variables of the configuration (`$gateway_password`), from a file of its own.
 */

/**
 * Who has a user: the services, `feed` for programs that read the change feed from its stream, and
 * `operator` for people who look at the state of the streams, and at nothing that is in them.
 */
export const NATS_USERS = ['gateway', 'coordinator', 'shard', 'feed', 'operator'] as const;
export type NatsUser = (typeof NATS_USERS)[number];
export type NatsService = Exclude<NatsUser, 'feed' | 'operator'>;

export interface NatsPermissions {
  readonly publish: { readonly allow: readonly string[]; readonly deny: readonly string[] };
  readonly subscribe: { readonly allow: readonly string[]; readonly deny: readonly string[] };
}

export function inboxPrefix(user: NatsUser | 'up'): string {
  return `_INBOX.${user}`;
}

type Use = 'create' | 'read' | 'follow' | 'trim';

const API: Readonly<Record<Use, (stream: string) => readonly string[]>> = {
  create: (stream) => [`STREAM.CREATE.${stream}`],
  read: (stream) => [`STREAM.MSG.GET.${stream}`],
  follow: (stream) => [
    `CONSUMER.CREATE.${stream}`,
    `CONSUMER.MSG.NEXT.${stream}.*`,
    `CONSUMER.DELETE.${stream}.*`,
  ],
  trim: (stream) => [`STREAM.PURGE.${stream}`],
};

/** Requests to JetStream about one stream; every use includes asking for its state. */
function streamApi(stream: string, ...uses: readonly Use[]): string[] {
  const requests = [`STREAM.INFO.${stream}`, ...uses.flatMap((use) => API[use](stream))];
  return requests.map((request) => `$JS.API.${request}`);
}

/** A log that the cluster has one of (`join-cluster.ts`): streams and subjects. */
function commonLog(prefix: string, name: string, places: number) {
  const numbers = Array.from({ length: places }, (_, place) => String(place).padStart(3, '0'));
  return {
    streams: numbers.map((number) => `${prefix}-${name}-p${number}-e1`),
    subjects: numbers.map((number) => `${prefix}-${name}.v1.log.${number}.1`),
  };
}

/** A subject of the bus, for the first generation and for all others (`generation-bus.ts`). */
function eachGeneration(prefix: string, subject: string): string[] {
  return [`${prefix}.v1.${subject}`, `${prefix}.v1.*.${subject}`];
}

/** Logs and subjects of a cluster, as permissions name them. */
function namesOf(prefix: string) {
  const api = (log: { readonly streams: readonly string[] }, ...uses: readonly Use[]) =>
    log.streams.flatMap((stream) => streamApi(stream, ...uses));
  const ofAll = (subject: string) => eachGeneration(prefix, subject);
  const agreement = commonLog(prefix, 'agreement', 1);
  return {
    prefix,
    api,
    ofAll,
    feed: commonLog(prefix, 'feed', 1),
    agreement,
    placement: commonLog(prefix, 'placement', 2),
    audit: commonLog(prefix, 'audit', 2),
    /** What every service does when it joins. */
    joins: ['$JS.API.INFO', ...api(agreement, 'create', 'read'), ...agreement.subjects],
    partitionLogs: ofAll('log.*.*'),
    queries: [...ofAll('query.*'), ...ofAll('query.*.*'), ...ofAll('standby.*')],
  };
}

type Names = ReturnType<typeof namesOf>;

function ofGateway({ prefix, api, ofAll, joins, feed, audit, queries }: Names): NatsPermissions {
  return allow(
    [
      ...joins,
      ...api(feed, 'create', 'read', 'follow'),
      ...api(audit, 'create', 'read'),
      ...audit.subjects,
      ...ofAll('ingest'),
      ...queries,
      `${prefix}.v1.generation.*`,
    ],
    [`${inboxPrefix('gateway')}.>`, ...ofAll('marks'), `${prefix}.v1.placement.beat`],
  );
}

function ofCoordinator(names: Names): NatsPermissions {
  const { prefix, api, ofAll, joins, feed, placement, partitionLogs } = names;
  return allow(
    [
      ...joins,
      ...api(feed, 'create'),
      ...api(placement, 'create', 'read', 'trim'),
      ...placement.subjects,
      ...partitionLogs,
      '$JS.API.STREAM.NAMES',
      '$JS.API.STREAM.INFO.*',
      `${prefix}.v1.placement.table`,
      `${prefix}.v1.placement.echo.*`,
      `${prefix}.v1.placement.alive.*`,
      `${inboxPrefix('gateway')}.>`,
    ],
    [
      `${inboxPrefix('coordinator')}.>`,
      ...ofAll('ingest'),
      ...ofAll('marks'),
      `${prefix}.v1.placement.beat`,
      `${prefix}.v1.placement.gone`,
      `${prefix}.v1.placement.table`,
      `${prefix}.v1.placement.echo.*`,
    ],
  );
}

function ofShard(names: Names): NatsPermissions {
  const { prefix, ofAll, joins, feed, agreement, placement, audit } = names;
  return allow(
    [
      ...joins,
      ...feed.subjects,
      ...names.partitionLogs,
      '$JS.API.STREAM.NAMES',
      ...streamApi('*', 'create', 'read', 'follow', 'trim'),
      '$JS.API.STREAM.DELETE.*',
      // Snapshots, in the object store.
      '$JS.API.DIRECT.GET.*',
      '$JS.API.DIRECT.GET.*.>',
      '$O.*.C.>',
      '$O.*.M.>',
      ...ofAll('marks'),
      `${prefix}.v1.placement.beat`,
      `${prefix}.v1.placement.gone`,
      // Shards ask each other how far a new generation is, and answer; they answer gateways and assigners.
      `${prefix}.v1.generation.*`,
      `${inboxPrefix('coordinator')}.>`,
      `${inboxPrefix('gateway')}.>`,
      `${inboxPrefix('shard')}.>`,
    ],
    [
      `${inboxPrefix('shard')}.>`,
      ...names.queries,
      `${prefix}.v1.generation.*`,
      ...ofAll('marks'),
      `${prefix}.v1.placement.alive.*`,
      `${prefix}.v1.placement.beat`,
      `${prefix}.v1.placement.table`,
    ],
    [
      ...[...agreement.streams, ...placement.streams].flatMap(destructive),
      ...feed.streams.map((stream) => `$JS.API.STREAM.DELETE.${stream}`),
      ...audit.streams.flatMap((stream) => [
        ...streamApi(stream, 'create', 'read', 'follow'),
        `$JS.API.DIRECT.GET.${stream}`,
        `$JS.API.DIRECT.GET.${stream}.>`,
        ...destructive(stream),
      ]),
    ],
  );
}

/** What `nats account info`, `stream ls`, `stream info` and `stream report` ask for. */
const LOOKS_AT = ['INFO', 'STREAM.NAMES', 'STREAM.LIST', 'STREAM.INFO.*'].map(
  (request) => `$JS.API.${request}`,
);

const OF_USER: Readonly<Record<NatsUser, (names: Names) => NatsPermissions>> = {
  gateway: ofGateway,
  coordinator: ofCoordinator,
  shard: ofShard,
  feed: ({ api, feed }) => allow(api(feed, 'read', 'follow'), [`${inboxPrefix('feed')}.>`]),
  operator: () => allow(LOOKS_AT, [`${inboxPrefix('operator')}.>`]),
};

/** What `user` needs in a cluster of this prefix, and nothing else. */
export function natsPermissions(user: NatsUser, prefix: string): NatsPermissions {
  return OF_USER[user](namesOf(prefix));
}

function destructive(stream: string): string[] {
  return ['PURGE', 'DELETE', 'UPDATE'].map((verb) => `$JS.API.STREAM.${verb}.${stream}`);
}

function allow(
  publish: readonly string[],
  subscribe: readonly string[],
  publishDeny: readonly string[] = [],
): NatsPermissions {
  return {
    publish: { allow: [...new Set(publish)], deny: publishDeny },
    subscribe: { allow: [...new Set(subscribe)], deny: [] },
  };
}

export interface NatsAccount {
  /** Name of the account and part of its users' names; empty: a cluster without tenants. */
  readonly tenant: string;
  readonly prefix: string;
}

/** Name of a user: of a tenant's cluster with the tenant before it. */
export function natsUserName(user: NatsUser, tenant: string): string {
  return tenant === '' ? user : `${tenant}-${user}`;
}

function list(name: string, subjects: readonly string[], indent: string): string[] {
  if (subjects.length === 0) return [];
  const items = subjects.map((subject) => `${indent}  ${JSON.stringify(subject)}`);
  return [`${indent}${name}: [`, ...items, `${indent}]`];
}

function userLines(user: NatsUser, { tenant, prefix }: NatsAccount): string[] {
  const { publish, subscribe } = natsPermissions(user, prefix);
  const name = natsUserName(user, tenant);
  return [
    '      {',
    `        user: ${name}`,
    `        password: $${name.replaceAll('-', '_')}_password`,
    '        permissions: {',
    '          publish: {',
    ...list('allow', publish.allow, '            '),
    ...list('deny', publish.deny, '            '),
    '          }',
    '          subscribe: {',
    ...list('allow', subscribe.allow, '            '),
    '          }',
    '        }',
    '      }',
  ];
}

/** Lines `NAME: "password"` that the configuration takes its variables from. */
export function natsPasswordNames(accounts: readonly NatsAccount[]): readonly string[] {
  return accounts.flatMap(({ tenant }) =>
    NATS_USERS.map((user) => `${natsUserName(user, tenant).replaceAll('-', '_')}_password`),
  );
}

/** Where the configuration looks for passwords, unless told otherwise: beside itself. */
export const NATS_PASSWORDS_FILE = './passwords.conf';

/** Configuration of nats-server: accounts, users and permissions. */
export function natsAccountsConfig(
  accounts: readonly NatsAccount[],
  passwordsFile = NATS_PASSWORDS_FILE,
): string {
  return [
    '# Accounts of nats-server, one for each cluster of Selfsame, with one user for each service and',
    '# the permissions that it needs. Generated by `selfsame nats-accounts`; see SECURITY.md.',
    '# Passwords stand in a file of their own, one line for each, in this form:',
    ...natsPasswordNames(accounts).map((name) => `#   ${name}: "..."`),
    `include ${JSON.stringify(passwordsFile)}`,
    'accounts {',
    ...accounts.flatMap((account) => [
      `  ${account.tenant === '' ? 'selfsame' : `selfsame_${account.tenant}`}: {`,
      '    jetstream: enabled',
      '    users: [',
      ...NATS_USERS.flatMap((user) => userLines(user, account)),
      '    ]',
      '  }',
    ]),
    '}',
    '',
  ].join('\n');
}

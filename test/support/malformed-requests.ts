/**
 * Requests that are wrong, by the ten thousand, from a seed: random bytes, valid requests with one
 * wrong field, damaged encodings, lying frames, wrong headers.
 */
import type { OutgoingHttpHeaders } from 'node:http2';
import { SERVICE_NAMES, serviceDefinition } from '../../shared/grpc/load.ts';
import { frame } from './raw-grpc.ts';

export interface MalformedRequest {
  readonly family: string;
  readonly path: string;
  readonly body: Buffer;
  readonly headers: OutgoingHttpHeaders;
  /**
   * What must come back: an error of the gateway with details; any gRPC error or HTTP refusal of
   * the transport; or, for streams, an answer that acknowledges nothing.
   */
  readonly expected: 'typed_error' | 'any_error' | 'no_effect';
}

/** A number in [0, below), from a seeded generator. */
export type Draw = (below: number) => number;

const LONG = 'x'.repeat(5_000);
const identifier = { namespace: 'user_id', value: 'user-1' };
const selector = { identifier };
const timestamp = { seconds: 1_700_000_000, nanos: 0 };
const record = { decidedBy: 'steward:1', decidedAt: timestamp };
const interaction = {
  source: 'web',
  interactionId: 'visit-1',
  revision: 1,
  type: 'page_view',
  channel: 'web',
  occurredAt: timestamp,
  parties: [{ role: 'subject', identifiers: [identifier] }],
};

type Fields = Readonly<Record<string, unknown>>;
type Wrong = readonly [field: string, value: unknown];

/** Ways to make a valid interaction wrong. */
const WRONG_INTERACTIONS: readonly Wrong[] = [
  ['source', ''],
  ['source', LONG],
  ['interactionId', ''],
  ['interactionId', LONG],
  ['revision', '-1'],
  ['revision', '9007199254740993'],
  ['type', LONG],
  ['channel', LONG],
  ['occurredAt', null],
  ['occurredAt', { seconds: '9223372036854775807', nanos: 0 }],
  ['occurredAt', { seconds: 0, nanos: -5 }],
  ['parties', []],
  ['parties', Array.from({ length: 21 }, () => ({ role: 'subject' }))],
  ['parties', [{ role: '' }]],
  ['type', ''],
  ['parties', [{ role: 'subject', identifiers: [{ namespace: '', value: 'x' }] }]],
  ['parties', [{ role: 'subject', attributes: { [LONG]: 'x' } }]],
  ['parties', [{ role: 'subject', attributes: { name: LONG } }]],
  ['propertiesJson', '{"a":'],
  ['propertiesJson', JSON.stringify(LONG.repeat(7))],
];

/** Valid requests of each unary method, and what makes each wrong. */
const UNARY: Readonly<Record<string, readonly [valid: Fields, wrong: readonly Wrong[]]>> = {
  'IngestService/IngestInteraction': [
    { interaction },
    [
      ['interaction', null],
      ['ackLevel', 77],
      ...WRONG_INTERACTIONS.map(
        ([field, value]): Wrong => ['interaction', { ...interaction, [field]: value }],
      ),
    ],
  ],
  'IngestService/IngestInteractionBatch': [
    { interactions: [interaction] },
    [
      ['interactions', []],
      ['interactions', Array.from({ length: 1_001 }, () => ({}))],
      ['ackLevel', 99],
    ],
  ],
  'ResolutionService/Resolve': [
    { identifier },
    [
      ['identifier', null],
      ['identifier', { namespace: '', value: 'x' }],
      ['identifier', { namespace: 'email', value: LONG }],
      ['options', { minCertainty: 1.5 }],
      ['options', { minCertainty: Number.NaN }],
      ['options', { minCertainty: -0.1 }],
      ['options', { revisionToken: 'garbage' }],
      ['options', { revisionToken: LONG }],
      ['options', { waitLevel: 42 }],
    ],
  ],
  'ResolutionService/BatchResolve': [
    { identifiers: [identifier] },
    [
      ['identifiers', []],
      ['values', ['x']],
      ['identifiers', Array.from({ length: 10_001 }, () => ({}))],
      ['options', { revisionToken: '1.0.0.0' }],
    ],
  ],
  'ResolutionService/GetCustomer': [
    { customerId: `c${'a'.repeat(26)}` },
    [
      ['customerId', ''],
      ['customerId', LONG],
      ['customerId', 'not-a-reference'],
    ],
  ],
  'ResolutionService/Explain': [
    { left: selector },
    [
      ['left', null],
      ['left', {}],
      ['right', {}],
      ['right', { ref: '' }],
    ],
  ],
  'ResolutionService/GetAttribution': [
    { source: 'shop', interactionId: 'none' },
    [
      ['source', ''],
      ['source', LONG],
      ['interactionId', ''],
      ['interactionId', LONG],
      ['options', { minCertainty: 2 }],
    ],
  ],
  'ResolutionService/MatchRecord': [
    { record: { role: 'subject', identifiers: [identifier], attributes: { name: 'Ann Lee' } } },
    [
      ['record', null],
      ['record', { identifiers: [{ namespace: '', value: 'x' }] }],
      ['record', { identifiers: [{ namespace: 'telepathy', value: 'x' }] }],
      ['record', { attributes: { name: LONG } }],
      ['maxMatches', 101],
      ['options', { minCertainty: 2 }],
    ],
  ],
  'ResolutionService/WatchChanges': [
    { resumeToken: '' },
    [
      ['resumeToken', LONG],
      ['resumeToken', 'not a token'],
    ],
  ],
  'StewardService/MustLink': [
    { left: selector, right: selector, record },
    [
      ['left', null],
      ['right', { ref: LONG }],
      ['record', null],
      ['record', { ...record, decidedBy: '' }],
      ['record', { ...record, ackLevel: 12 }],
      ['record', { ...record, reason: LONG }],
    ],
  ],
  'StewardService/CannotLink': [
    { left: selector, right: selector, record },
    [
      ['right', null],
      ['record', { ...record, requestId: LONG }],
    ],
  ],
  'StewardService/MergeCustomers': [
    { leftCustomerId: 'c1', rightCustomerId: 'c2', record },
    [
      ['leftCustomerId', ''],
      ['rightCustomerId', LONG],
      ['record', null],
    ],
  ],
  'StewardService/SplitCustomer': [
    { groups: [{ profiles: [selector] }, { profiles: [selector] }], record },
    [
      ['groups', []],
      ['groups', [{ profiles: [] }, { profiles: [] }]],
      ['groups', Array.from({ length: 33 }, () => ({ profiles: [selector] }))],
    ],
  ],
  'StewardService/RetractInteraction': [
    { source: 'web', interactionId: 'x', decidedAt: timestamp },
    [
      ['source', ''],
      ['interactionId', LONG],
      ['decidedAt', { seconds: '-9223372036854775808', nanos: 0 }],
      ['ackLevel', 5],
    ],
  ],
  'StewardService/RetractIdentifier': [
    { profile: selector, identifier, decidedAt: timestamp },
    [
      ['profile', null],
      ['identifier', null],
    ],
  ],
  'StewardService/RetractDecision': [
    { decisionId: 'd', decidedAt: timestamp },
    [
      ['decisionId', ''],
      ['decisionId', LONG],
    ],
  ],
  'StewardService/OrderEvidence': [
    { value: { namespace: 'email', value: 'a@example.com' }, standing: 1, decidedBy: 'steward:1' },
    [
      ['value', null],
      ['standing', 0],
      ['standing', 9],
      ['decidedBy', ''],
      ['reason', LONG],
      ['delivery', { source: 'crm', delivery: 'both' }],
      ['source', 'crm'],
      ['rule', 'email'],
    ],
  ],
  'StewardService/ListReviews': [
    { filter: { minCertainty: 0.5 } },
    [
      ['filter', { minCertainty: -1 }],
      ['filter', { maxCertainty: Number.NaN }],
      ['filter', { kind: 77 }],
      ['filter', { namespace: LONG }],
      ['filter', { customer: 'nobody' }],
      ['pageSize', 1_001],
      ['pageSize', -1],
      ['pageToken', 'not a token'],
      ['pageToken', LONG],
    ],
  ],
  'StewardService/DecideReviews': [
    { verdict: 1, pairs: [{ leftRef: 'p1', rightRef: 'p2' }], dryRun: true, record },
    [
      ['verdict', 0],
      ['verdict', 3],
      ['pairs', []],
      ['pairs', [{ leftRef: '', rightRef: LONG }]],
      ['pairs', Array.from({ length: 1_001 }, () => ({}))],
      ['filter', { minCertainty: 2 }],
      ['maxDecisions', 1_001],
      ['maxDecisions', -1],
      ['record', null],
      ['record', { ...record, decidedBy: '' }],
    ],
  ],
  'StewardService/ListDecisions': [
    {},
    [
      ['pageSize', 1_001],
      ['pageToken', 'not a token'],
    ],
  ],
  'StewardService/ListConflicts': [
    {},
    [
      ['pageSize', -5],
      ['pageToken', LONG],
    ],
  ],
  'StewardService/CalibrateThresholds': [
    { joinFrom: 0.9 },
    [
      ['joinFrom', 0.4],
      ['joinFrom', Number.NaN],
      ['stewardErrorRate', 0.5],
    ],
  ],
  'RulesService/ProposeVersion': [
    { rulesYaml: 'version: 1' },
    [
      ['rulesYaml', ''],
      ['rulesYaml', 'cluster_floor: 7'],
      ['rulesYaml', '{{{'],
      ['rulesYaml', LONG.repeat(30)],
    ],
  ],
  'RulesService/ActivateVersion': [
    { version: 'none' },
    [
      ['version', ''],
      ['version', LONG],
      ['version', 'of nobody'],
    ],
  ],
  'RulesService/DropVersion': [{ version: 'none' }, [['version', '']]],
  'AuditService/ListAuditEntries': [
    { method: 'MustLink' },
    [
      ['pageSize', -1],
      ['pageSize', 1_001],
      ['pageToken', 'not a token'],
      ['pageToken', LONG],
      ['customer', LONG],
      ['actor', LONG],
      ['method', LONG],
      ['shelf', 9],
      ['identifier', { namespace: '', value: 'x' }],
      ['identifier', { namespace: 'email', value: LONG }],
      ['since', { seconds: '9223372036854775807', nanos: 0 }],
      ['until', { seconds: 0, nanos: -5 }],
    ],
  ],
};

const BIDI = ['IngestService/IngestInteractionStream', 'ResolutionService/ResolveStream'] as const;
/** Methods of which wrong requests are drawn, and `WatchChanges`, whose request is one message. */
export const UNARY_NAMES = Object.keys(UNARY);
/** Methods that take a message without fields, to which random bytes may decode. */
const EMPTY_IS_VALID: ReadonlySet<string> = new Set([
  'ResolutionService/WatchChanges',
  'StewardService/ListReviews',
  'StewardService/ListDecisions',
  'StewardService/ListConflicts',
  'AuditService/ListAuditEntries',
]);

function pathOf(method: string): string {
  return `/selfsame.v1.${method}`;
}

function encode(method: string, message: object): Buffer {
  const [service, name] = method.split('/') as [string, string];
  const full = SERVICE_NAMES.find((candidate) => candidate.endsWith(service));
  const definition = full === undefined ? undefined : serviceDefinition(full)[name];
  if (definition === undefined) throw new Error(`The contract has no method ${method}.`);
  return definition.requestSerialize(message);
}

function bytes(draw: Draw, length: number): Buffer {
  return Buffer.from(Array.from({ length }, () => draw(256)));
}

function pick<Item>(draw: Draw, items: readonly Item[]): Item {
  return items[draw(items.length)] as Item;
}

type Family = (draw: Draw) => MalformedRequest;

const wrongField: Family = (draw) => {
  const method = pick(draw, UNARY_NAMES);
  const [valid, wrongs] = UNARY[method] as (typeof UNARY)[string];
  const [field, value] = pick(draw, wrongs);
  const body = frame(encode(method, { ...valid, [field]: value }));
  return {
    family: 'wrong field',
    path: pathOf(method),
    body,
    headers: {},
    expected: 'typed_error',
  };
};

/** Field 1 announced with more bytes than follow: no parser may read past the end. */
const truncated: Family = (draw) => {
  const method = pick(draw, UNARY_NAMES);
  const claimed = 20 + draw(100);
  const body = frame(Buffer.concat([Buffer.from([0x0a, claimed]), bytes(draw, draw(20))]));
  return { family: 'truncated', path: pathOf(method), body, headers: {}, expected: 'typed_error' };
};

/** Group tags, field 0 and overlong varints, which no encoder writes. */
const badTags: Family = (draw) => {
  const method = pick(draw, UNARY_NAMES);
  const starts = [[0x0c], [0x07], [0x0e], Array<number>(11).fill(0xff)] as const;
  const body = frame(Buffer.concat([Buffer.from(pick(draw, starts)), bytes(draw, draw(30))]));
  return { family: 'bad tags', path: pathOf(method), body, headers: {}, expected: 'typed_error' };
};

/** May decode to a message without known fields: then the missing fields are the error. */
const randomBytes: Family = (draw) => {
  const names = UNARY_NAMES.filter((name) => !EMPTY_IS_VALID.has(name));
  const path = pathOf(pick(draw, names));
  const body = frame(bytes(draw, draw(200)));
  return { family: 'random bytes', path, body, headers: {}, expected: 'typed_error' };
};

/** A write that lacks what it needs, with some bytes flipped on top. */
const flippedBytes: Family = (draw) => {
  const message = { interaction: { ...interaction, parties: [], propertiesJson: '{}' } };
  const encoded = Buffer.from(encode('IngestService/IngestInteraction', message));
  for (let flips = 1 + draw(4); flips > 0; flips--) {
    encoded.writeUInt8(draw(256), draw(encoded.length));
  }
  const path = pathOf('IngestService/IngestInteraction');
  const body = frame(encoded);
  return { family: 'flipped bytes', path, body, headers: {}, expected: 'typed_error' };
};

const streamGarbage: Family = (draw) => {
  const path = pathOf(pick(draw, BIDI));
  const messages = Array.from({ length: 1 + draw(5) }, () => frame(bytes(draw, draw(60))));
  const body = Buffer.concat(messages);
  return { family: 'stream garbage', path, body, headers: {}, expected: 'no_effect' };
};

/** Methods that need fields: the transport passes some of these on as an empty message. */
const lyingFrames: Family = (draw) => {
  const names = UNARY_NAMES.filter((name) => !EMPTY_IS_VALID.has(name));
  const path = pathOf(pick(draw, names));
  const message = bytes(draw, draw(50));
  const bodies = [
    frame(message, { length: message.length + 1 + draw(1_000) }),
    frame(message, { length: 0xffff_ffff }),
    frame(message, { length: 9 * 1024 * 1024 }),
    frame(message, { flags: 1 }),
    frame(message, { flags: 200 }),
    Buffer.concat([frame(message), frame(message)]),
    message.subarray(0, draw(5)),
    Buffer.alloc(0),
  ];
  const body = pick(draw, bodies);
  return { family: 'lying frames', path, body, headers: {}, expected: 'any_error' };
};

const wrongHeaders: Family = (draw) => {
  const path = pathOf('ResolutionService/Resolve');
  const good = frame(encode('ResolutionService/Resolve', { identifier }));
  const request = (changes: Partial<MalformedRequest>): MalformedRequest => {
    const base = { family: 'wrong headers', path, body: good, headers: {} };
    return { ...base, expected: 'any_error', ...changes };
  };
  const cases: readonly Partial<MalformedRequest>[] = [
    { headers: { 'content-type': 'application/json' } },
    { headers: { 'content-type': 'text/html; charset=utf-8' } },
    { headers: { 'content-type': undefined } },
    { headers: { 'grpc-encoding': 'nonsense' }, body: frame(good, { flags: 1 }) },
    { path: `/selfsame.v1.ResolutionService/Nothing${draw(100)}` },
    { path: `/nobody.v9.Service${draw(100)}/Method` },
    { path: '/' },
    { path: `/${'x'.repeat(200)}` },
    { headers: { ':method': 'GET' } },
    { headers: { ':method': 'DELETE' } },
  ];
  return request(pick(draw, cases));
};

const FAMILIES: readonly Family[] = [
  wrongField,
  wrongField,
  truncated,
  badTags,
  randomBytes,
  randomBytes,
  flippedBytes,
  streamGarbage,
  lyingFrames,
  wrongHeaders,
];

/** The request of one draw. Families take turns, so that all are well represented. */
export function malformedRequest(index: number, draw: Draw): MalformedRequest {
  return (FAMILIES[index % FAMILIES.length] as Family)(draw);
}

/** Above the limit of one message but below that of the transport, and above both. */
export function oversizedRequests(messageBytesMax: number): readonly MalformedRequest[] {
  const path = pathOf('ResolutionService/Resolve');
  return [messageBytesMax + 1, messageBytesMax * 2 + 100].map((size, index) => ({
    family: 'oversized',
    path,
    body: frame(Buffer.alloc(size)),
    headers: {},
    expected: index === 0 ? ('typed_error' as const) : ('any_error' as const),
  }));
}

/**
 * Goal: a mapping file says how records become interactions, or says all that is wrong with it; a
 * bad record is quarantined with its reason and never stops the others.
 * Method: tables; the shipped example mappings on records written as their headers describe.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadMappingFile, type Mapping, parseMapping } from '../../shared/ingress/mapping-file.ts';
import { mapRecord } from '../../shared/ingress/mapping.ts';
import { packageRoot } from '../../shared/ingress/package-root.ts';
import { readRecordFile } from '../../shared/ingress/readers.ts';
import { defaultRules } from '../../shared/ingress/rules-file.ts';
import { compileRules, routeInteraction } from '../../shared/ingress/routing.ts';
import { readUtcOffset, timeReaderOf } from '../../shared/ingress/time-format.ts';

const rules = compileRules(defaultRules());
const known = [...rules.byName.keys()];

const HEAD = `source: crm
format: ndjson
record_id: id
time: at
type: saved
channel: crm
`;

function mappingOf(rest: string, head = HEAD): Mapping {
  const result = parseMapping(head + rest, known);
  if (result.kind === 'invalid') throw new Error(JSON.stringify(result.problems));
  return result.mapping;
}

function problemsOf(text: string): readonly string[] {
  const result = parseMapping(text, known);
  if (result.kind === 'ok') return [];
  return result.problems.map(({ line, path, message }) => `${line} ${path}: ${message}`);
}

/** Identifiers of the first party, as `namespace=value`. */
function identifiersOf(identifier: string, record: Record<string, unknown>): readonly string[] {
  const mapping = mappingOf(`parties: [{ role: subject, identifiers: [${identifier}] }]\n`);
  const result = mapRecord(mapping, { id: 1, at: '2026-03-01', ...record }, 5);
  if (result.kind === 'quarantined') return [result.reason];
  if (result.kind === 'skipped') return ['skipped'];
  const identifiers = result.input.parties[0]?.identifiers ?? [];
  return identifiers.map(({ namespace, value }) => `${namespace}=${value}`);
}

describe('values of a record', () => {
  test.each<[string, Record<string, unknown>, readonly string[]]>([
    ['{namespace: email, field: e}', { e: ' a@x.com ' }, ['email=a@x.com']],
    ['{namespace: email, field: a.b}', { a: { b: 'x' } }, ['email=x']],
    ['{namespace: email, field: a.b}', { 'a.b': 'flat', a: { b: 'x' } }, ['email=flat']],
    [
      '{namespace: email, field: "a[].b"}',
      { a: [{ b: 1 }, {}, { b: true }] },
      ['email=1', 'email=true'],
    ],
    ['{namespace: email, field: "a[1]"}', { a: ['x', 'y'] }, ['email=y']],
    ['{namespace: email, field: e, split: ";"}', { e: 'x; y;;' }, ['email=x', 'email=y']],
    ['{namespace: crm_id, template: "n:{id}:{e}"}', { e: 7 }, ['crm_id=n:1:7']],
    ['{namespace: crm_id, template: "{{{id}}}"}', {}, ['crm_id={1}']],
    ['{namespace: crm_id, fields: [a, b, c], separator: "|"}', { a: 'x', c: 'z' }, ['crm_id=x|z']],
    ['{namespace: crm_id, line: true}', {}, ['crm_id=5']],
    ['{namespace: crm_id, constant: 0012}', {}, ['crm_id=0012']],
    ['{namespace: email, field: e, values: {A: x}}', { e: 'A' }, ['email=x']],
    ['{namespace: email, field: e, values: {A: x}}', { e: 'B' }, ['email=B']],
    ['{namespace: email, field: e, values: {A: x}, otherwise: o}', { e: 'B' }, ['email=o']],
    ['{namespace: email, field: e, default: d}', { e: ' ' }, ['email=d']],
    [
      '{namespace_field: t, namespaces: {mail: email}, field: e}',
      { t: 'mail', e: 'x' },
      ['email=x'],
    ],
    [
      '{namespace_field: t, namespaces: {mail: email}, field: e}',
      { t: 'fax', e: 'x' },
      [expect.stringContaining('the field t holds no text of namespaces')],
    ],
    [
      `{namespace: crm_id, field: id},
        {namespace_field: t, namespaces: {mail: email}, field: e, other_namespaces: skip}`,
      { t: 'fax', e: 'x' },
      ['crm_id=1'],
    ],
    [
      '{namespace: crm_id, field: id}, {namespace: email, field: e, when: {field: t, equals: 1}}',
      { t: 1, e: 'x' },
      ['crm_id=1', 'email=x'],
    ],
    [
      '{namespace: crm_id, field: id}, {namespace: email, field: e, when: {field: t, in: [a, b]}}',
      { t: 'c', e: 'x' },
      ['crm_id=1'],
    ],
    [
      `{namespace: crm_id, field: id},
        {namespace: email, field: e, when: {field: t, present: false}}`,
      { t: '', e: 'x' },
      ['crm_id=1', 'email=x'],
    ],
    // Missing values give no identifier; with none at all there is no party.
    [
      '{namespace: crm_id, template: "n:{gone}"}',
      {},
      [expect.stringContaining('parties: the record')],
    ],
    ['{namespace: email, field: e}', { e: { deep: 1 } }, [expect.stringContaining('parties')]],
    ['{namespace: email, field: constructor.name}', {}, [expect.stringContaining('parties')]],
    ['{namespace: email, field: __proto__}', {}, [expect.stringContaining('parties')]],
  ])('%s', (identifier, record, expected) => {
    expect(identifiersOf(identifier, record)).toEqual(expected);
  });
});

describe('records', () => {
  const mapping = mappingOf(`revision: v
missing: ['NULL', -1]
skip_when: [{ field: state, in: [deleted] }, { field: test, present: true }]
properties: [total, 'tags[]']
parties:
  - role: { field: role, values: { B: buyer }, otherwise: other, default: subject }
    identifiers: [{ namespace: crm_id, field: id }]
    attributes: { full_name: { fields: [first, last] }, town: town }
  - role: recipient
    identifiers: [{ namespace: email, field: to }]
`);
  const record = {
    id: 7,
    at: '2026-03-01T10:00:00+10:00',
    first: 'Ann',
    last: 'Lee',
    town: 'NULL',
  };

  test('mapped as the file says; what is missing is left out', () => {
    expect(mapRecord(mapping, { ...record, v: 3, role: 'B', tags: ['x'], total: 1.5 }, 1)).toEqual({
      kind: 'mapped',
      input: {
        source: 'crm',
        interactionId: '7',
        revision: 3,
        type: 'saved',
        channel: 'crm',
        occurredAt: Date.UTC(2026, 2, 1),
        parties: [
          {
            role: 'buyer',
            identifiers: [{ namespace: 'crm_id', value: '7' }],
            attributes: { full_name: 'Ann Lee' },
          },
        ],
        propertiesJson: '{"total":"1.5","tags[]":["x"]}',
      },
    });
  });

  test('a second party appears when the record knows something of it', () => {
    const result = mapRecord(mapping, { ...record, to: 'b@x.com' }, 1);
    expect(result.kind === 'mapped' && result.input.parties.map((party) => party.role)).toEqual([
      'subject',
      'recipient',
    ]);
  });

  test.each([
    [{ state: 'deleted' }, { kind: 'skipped', line: 4 }],
    [{ test: 1 }, { kind: 'skipped', line: 4 }],
    [{ id: '' }, { kind: 'quarantined', line: 4, reason: expect.stringContaining('record_id') }],
    [{ id: -1 }, { kind: 'quarantined', line: 4, reason: expect.stringContaining('record_id') }],
    [{ v: 'x' }, { kind: 'quarantined', line: 4, reason: expect.stringContaining('revision') }],
    [
      { at: 'soon' },
      { kind: 'quarantined', line: 4, reason: expect.stringContaining('time: does') },
    ],
    [{ at: null }, { kind: 'quarantined', line: 4, reason: expect.stringContaining('time: the') }],
  ])('%o', (change, expected) => {
    expect(mapRecord(mapping, { ...record, ...change }, 4)).toEqual(expected);
  });

  test('properties: all keeps the record', () => {
    const all = mappingOf('properties: all\nparties: [{role: a, attributes: {x: id}}]\n');
    const result = mapRecord(all, record, 1);
    expect(result.kind === 'mapped' && JSON.parse(result.input.propertiesJson)).toEqual(record);
  });
});

describe('times', () => {
  test.each<[string, string, string | null]>([
    ['iso', '2026-03-01', '2026-03-01T00:00:00.000Z'],
    ['iso', '2026-03-01T10:11:12.5Z', '2026-03-01T10:11:12.500Z'],
    ['iso', '2026-03-01 10:11', '2026-03-01T10:11:00.000Z'],
    ['iso', '2026-03-01T10:11:12-0230', '2026-03-01T12:41:12.000Z'],
    ['iso', '2026-02-29', null],
    ['iso', '2026-03-01T24:00', null],
    ['iso', '1.3.2026', null],
    ['epoch_s', '1772323200', '2026-03-01T00:00:00.000Z'],
    ['epoch_s', '1772323200.25', '2026-03-01T00:00:00.250Z'],
    ['epoch_ms', '1772323200001', '2026-03-01T00:00:00.001Z'],
    ['epoch_ms', '1e12', null],
    ['YYYY-MM-DD H:mm:ss', '2024-11-20 3:44:03', '2024-11-20T03:44:03.000Z'],
    ['YYYY-MM-DD H:mm:ss', '2024-11-20 13:44:03', '2024-11-20T13:44:03.000Z'],
    ['YYYY-MM-DD H:mm:ss', '2024-11-20 3:44:03 ', null],
    ['M/D/YY', '1/2/18', '2018-01-02T00:00:00.000Z'],
    ['M/D/YY', '1/2/71', '1971-01-02T00:00:00.000Z'],
    ['M/D/YY', '13/2/18', null],
    ['D MMM YYYY', '3 September 2026', '2026-09-03T00:00:00.000Z'],
    ['D MMM YYYY', '3 Foo 2026', null],
    ['DD.MM.YYYY hh:mm A', '01.03.2026 12:05 a.m.', '2026-03-01T00:05:00.000Z'],
    ['DD.MM.YYYY hh:mm A', '01.03.2026 12:05 PM', '2026-03-01T12:05:00.000Z'],
    ['DD.MM.YYYY hh:mm A', '01.03.2026 13:05 PM', null],
    ['YYYYMMDD[T]HHmmssSSSZ', '20260301T101112345+10:00', '2026-03-01T00:11:12.345Z'],
  ])('%s: %j -> %s', (format, text, expected) => {
    const reader = timeReaderOf(format, 0);
    if (reader.kind === 'invalid') throw new Error(reader.reason);
    const epochMs = reader.read(text);
    expect(epochMs === null ? null : new Date(epochMs).toISOString()).toBe(expected);
  });

  test('times without an offset are read at the offset of the mapping', () => {
    const mapping = mappingOf(
      'parties: [{role: a, attributes: {x: id}}]\n',
      HEAD.replace('time: at', 'time: { field: at, utc_offset: "+10:00", default: 2026-01-01 }'),
    );
    const at = (record: Record<string, unknown>): unknown => {
      const result = mapRecord(mapping, { id: 1, ...record }, 1);
      return result.kind === 'mapped' && new Date(result.input.occurredAt).toISOString();
    };
    expect(at({ at: '2026-03-01T10:00' })).toBe('2026-03-01T00:00:00.000Z');
    expect(at({ at: '2026-03-01T10:00Z' })).toBe('2026-03-01T10:00:00.000Z');
    expect(at({})).toBe('2025-12-31T14:00:00.000Z');
    expect([readUtcOffset('+19:00'), readUtcOffset('10')]).toEqual([null, null]);
  });
});

describe('problems of a mapping file', () => {
  const party = 'parties: [{role: a, attributes: {x: id}}]\n';

  test.each([
    ['', '0 : is empty'],
    ['source: a', '1 : record_id is missing'],
    [`${HEAD.replace('ndjson', 'cvs')}${party}`, '2 format: must be one of csv, ndjson'],
    [`${HEAD.replace('ndjson', 'cvs')}${party}`, 'did you mean csv'],
    [`${HEAD}party: []\n`, '7 party: unknown key; did you mean parties'],
    [`${HEAD}parties: []\n`, '7 parties: needs at least one party'],
    [`${HEAD}parties: [{role: a}]\n`, '7 parties[0]: has neither identifiers nor attributes'],
    [`${HEAD}delimiter: ';'\n${party}`, '7 delimiter: has no meaning for ndjson'],
    [
      `${HEAD}parties: [{role: a, identifiers: [{namespace: emial, field: e}]}]`,
      'did you mean email',
    ],
    [
      `${HEAD}parties: [{role: a, identifiers: [{namespace: email}]}]`,
      'needs exactly one of field',
    ],
    [
      `${HEAD}parties: [{role: a, identifiers: [{field: e}]}]`,
      'exactly one of namespace, namespace_f',
    ],
    [
      `${HEAD}parties: [{role: a, identifiers: [{namespace: email, template: x}]}]`,
      'names no field',
    ],
    [
      `${HEAD}parties: [{role: a, identifiers: [{namespace: email, template: "{x"}]}]`,
      'single brace',
    ],
    [
      `${HEAD}parties: [{role: a, identifiers: [{namespace: email, field: "a[x]"}]}]`,
      'is not a field',
    ],
    [
      `${HEAD}parties: [{role: a, identifiers: [{namespace_field: t, field: e}]}]`,
      'namespaces is miss',
    ],
    [
      `${HEAD}parties: [{role: a, identifiers: [
        {namespace_field: t, field: e, namespaces: {a: nope}}]}]`,
      'parties[0].identifiers[0].namespaces.a: the rules declare no such namespace',
    ],
    [`${HEAD}skip_when: [{field: a}]\n${party}`, '7 skip_when[0]: needs exactly one of equals, in'],
    [
      HEAD.replace('time: at', 'time: {field: at, format: HH:mm}') + party,
      '4 time.format: must be one',
    ],
    [HEAD.replace('time: at', 'time: {constant: soon}') + party, '4 time.constant: is not a time'],
    [
      HEAD.replace('time: at', 'time: {field: a, utc_offset: 10h}') + party,
      '4 time.utc_offset: must',
    ],
  ])('%#: %s', (text, problem) => {
    expect(problemsOf(text).join('\n')).toContain(problem);
  });

  test('without rules namespaces are not checked (they are at ingress)', () => {
    const text = `${HEAD}parties: [{role: a, identifiers: [{namespace: nope, field: e}]}]\n`;
    expect(parseMapping(text, null).kind).toBe('ok');
  });
});

describe('the shipped example mappings', () => {
  const load = (name: string): Mapping =>
    loadMappingFile(join(packageRoot(), 'deploy', 'examples', 'mappings', name), known);

  const routedParties = (mapping: Mapping, record: Record<string, unknown>): readonly string[] => {
    const mapped = mapRecord(mapping, record, 1);
    if (mapped.kind !== 'mapped') throw new Error(JSON.stringify(mapped));
    const result = routeInteraction(rules, mapped.input, 0);
    if (result.kind === 'rejected') throw new Error(JSON.stringify(result.violations));
    expect(result.dropped).toEqual([]);
    return result.interaction.parties.map((party) =>
      [
        party.role,
        party.profileKind,
        party.value,
        ...party.values.map((entry) => entry.value),
      ].join(' '),
    );
  };

  test('crm-contacts.yaml', () => {
    const record = {
      id: '17',
      version: '2',
      changed: '01.03.2026 10:00',
      first: 'Ann',
      last: 'Lee',
      status: 'open',
      email: 'ann@example.com',
      other_emails: 'a.lee@example.org, ',
      mobile: '0491 570 006',
      home_phone: 'NULL',
      loyalty: 'L-9',
      postcode: '3155',
    };
    expect(routedParties(load('crm-contacts.yaml'), record)).toEqual([
      'subject person north:17 a.lee@example.org ann@example.com +61491570006 3155',
    ]);
  });

  test('shop-orders.yaml: buyer and recipient', () => {
    const record = {
      order: { no: 8812, placed_at: 1_731_000_000, status: 'paid', total: '12.50' },
      customer: {
        account: 'A-17',
        email: 'aunt@example.com',
        phones: ['0491570156'],
        name: 'Aunt',
      },
      recipient: { name: 'Nephew', email: 'nephew@example.com' },
      web: { cookie: 'ck-1', ip: '192.0.2.1' },
    };
    expect(routedParties(load('shop-orders.yaml'), record)).toEqual([
      'buyer person shop:A-17 aunt@example.com 192.0.2.1 +61491570156',
      'recipient persona [null,null,"email","nephew@example.com"] nephew@example.com',
    ]);
  });

  test('web-events.yaml', () => {
    const record = {
      messageId: 'm-1',
      type: 'page',
      timestamp: '2026-03-01T10:11:12.131Z',
      anonymousId: 'an-1',
      context: { ip: '192.0.2.1', userAgent: 'Mozilla/5.0' },
    };
    expect(routedParties(load('web-events.yaml'), record)).toEqual([
      'subject device an-1 192.0.2.1 Mozilla/5.0',
    ]);
  });

  test('identity-graph.yaml: rows of one customer id are one profile', async (context) => {
    const mapping = load('identity-graph.yaml');
    const data = process.env['SELFSAME_DATA'] ?? join(packageRoot(), '..', 'shared', 'data');
    if (!existsSync(data))
      context.skip(`no data sets at ${data}; name their folder in SELFSAME_DATA`);
    const profiles = new Map<string, Set<string>>();
    const lines: number[] = [];
    for await (const read of readRecordFile(
      mapping,
      join(data, 'identity-graph', 'idr_test.csv'),
    )) {
      if (read.kind === 'malformed') throw new Error(read.reason);
      lines.push(read.line);
      const mapped = mapRecord(mapping, read.record, read.line);
      if (mapped.kind !== 'mapped') throw new Error(JSON.stringify(mapped));
      const result = routeInteraction(rules, mapped.input, 0);
      if (result.kind === 'rejected') throw new Error(JSON.stringify(result.violations));
      const [party] = result.interaction.parties;
      expect(party?.profileKind).toBe('person');
      const emails = profiles.get(party?.value ?? '') ?? new Set();
      for (const entry of party?.values ?? []) emails.add(entry.value);
      profiles.set(party?.value ?? '', emails);
    }
    expect(lines).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect([...profiles].map(([id, emails]) => [id, emails.size])).toEqual([
      ['123', 2],
      ['456', 2],
      ['789', 2],
      ['112', 2],
      ['113', 1],
    ]);
  });
});

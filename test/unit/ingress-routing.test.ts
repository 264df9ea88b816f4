/**
 * Goal: ARCHITECTURE S1 to S3, and the bounds of what may enter the log.
 * Method: small interactions under a small rules file; expected profiles are named by hand.
 */
import { describe, expect, test } from 'vitest';
import { slotOf } from '../../shared/domain/identifier.ts';
import type { InteractionInput, PartyInput } from '../../shared/domain/interaction.ts';
import { digestOf, interactionIdOf, keyIdOf, profileIdOf } from '../../shared/ingress/hashing.ts';
import { parseRules } from '../../shared/ingress/rules-file.ts';
import {
  compileRules,
  normaliseIdentifier,
  routeInteraction,
} from '../../shared/ingress/routing.ts';

const parsed = parseRules(`
namespaces:
  login:  { kind: person, priority: 1, certainty: 0.99, blocked_values: [Shared-Login] }
  crm:    { kind: person, priority: 2, certainty: 0.99, blocked_patterns: ['tmp-.*'] }
  email:  { kind: evidence, priority: 3, certainty: 0.97, normaliser: email }
  phone:  { kind: evidence, priority: 4, certainty: 0.94, normaliser: phone:AU }
  app:    { kind: device, priority: 5, certainty: 0.95 }
  cookie: { kind: device, priority: 6, certainty: 0.95, block_junk: false }
  ip:     { kind: context, priority: 7, normaliser: ip }
`);
if (parsed.kind === 'invalid') throw new Error(JSON.stringify(parsed.problems));
const rules = compileRules(parsed.rules);

type Pair = readonly [namespace: string, value: string];

function party(role: string, ...pairs: readonly Pair[]): PartyInput {
  return { role, identifiers: pairs.map(([namespace, value]) => ({ namespace, value })) };
}

function interaction(parties: readonly PartyInput[]): InteractionInput {
  return {
    source: 'shop',
    interactionId: 'i-1',
    revision: 0,
    type: 'order',
    channel: 'web',
    occurredAt: Date.UTC(2026, 2, 1),
    parties,
    propertiesJson: '{}',
  };
}

function routed(...parties: readonly PartyInput[]) {
  const result = routeInteraction(rules, interaction(parties), 7);
  if (result.kind === 'rejected') throw new Error(JSON.stringify(result.violations));
  return result;
}

function violationsOf(change: Record<string, unknown>): readonly string[] {
  const input = { ...interaction([party('subject', ['login', 'ann'])]), ...change };
  const result = routeInteraction(rules, input, 0);
  return result.kind === 'routed' ? [] : result.violations.map((entry) => entry.field);
}

describe('hashing', () => {
  test('ids are 20 base64url characters, fixed for ever: a change renames every customer', () => {
    expect(profileIdOf('email', 'a@example.com')).toBe('qg68mggn32SzWNG3uHLh');
    expect(keyIdOf('email', 'a@example.com')).toBe('GMrelz6Nb8Uvi7hj6iOD');
    expect(interactionIdOf('email', 'a@example.com')).toBe('zSn99_ERfo4HsYCR5Q-C');
    expect(digestOf(['a', 'b'])).toBe('hJfRy5Vj5l1tRKFZtG39');
  });

  test('parts are not ambiguous', () => {
    expect(profileIdOf('ab', 'c')).not.toBe(profileIdOf('a', 'bc'));
    expect(digestOf(['ab', 'c'])).not.toBe(digestOf(['a', 'bc']));
    expect(digestOf(['a', ''])).not.toBe(digestOf(['a']));
    expect(digestOf(['1:a'])).not.toBe(digestOf(['', 'a']));
  });

  test('40,960 profiles spread over 4,096 slots: chi-squared within six deviations', () => {
    const counts = new Uint32Array(4_096);
    for (let index = 0; index < 40_960; index++) {
      const slot = slotOf(profileIdOf('login', `user-${index}`));
      counts[slot] = (counts[slot] ?? 0) + 1;
    }
    const chiSquared = counts.reduce((sum, count) => sum + (count - 10) ** 2 / 10, 0);
    expect(Math.abs(chiSquared - 4_095) / Math.sqrt(2 * 4_095)).toBeLessThan(6);
  });
});

describe('S3: which profile', () => {
  const persona = (...parts: readonly (string | null)[]): string => JSON.stringify(parts);

  test.each<[string, readonly Pair[], string, string, string]>([
    [
      'person',
      [
        ['crm', 'c1'],
        ['login', 'ann'],
        ['email', 'a@x.com'],
      ],
      'person',
      'login',
      'ann',
    ],
    [
      'least value of one namespace',
      [
        ['crm', 'c2'],
        ['crm', 'c1'],
      ],
      'person',
      'crm',
      'c1',
    ],
    [
      'code unit order, not locale',
      [
        ['crm', 'a'],
        ['crm', 'B'],
      ],
      'person',
      'crm',
      'B',
    ],
    [
      'evidence and devices',
      [
        ['cookie', 'k'],
        ['app', 'p'],
        ['phone', '0491570006'],
        ['email', 'a@x.com'],
      ],
      'persona',
      'persona',
      persona('app', 'p', 'email', 'a@x.com'),
    ],
    [
      'evidence alone',
      [
        ['email', 'b@x.com'],
        ['email', 'a@x.com'],
      ],
      'persona',
      'persona',
      persona(null, null, 'email', 'a@x.com'),
    ],
    [
      'devices alone',
      [
        ['cookie', 'k'],
        ['app', 'p'],
        ['ip', '192.0.2.1'],
      ],
      'device',
      'app',
      'p',
    ],
    ['context alone', [['ip', '192.0.2.1']], 'interaction', 'interaction', '["shop","i-1",0]'],
    ['nothing', [], 'interaction', 'interaction', '["shop","i-1",0]'],
    ['only junk', [['login', 'null']], 'interaction', 'interaction', '["shop","i-1",0]'],
  ])('%s', (_name, pairs, profileKind, namespace, value) => {
    const [first] = routed(party('subject', ...pairs)).interaction.parties;
    expect(first).toMatchObject({
      profileKind,
      namespace,
      value,
      profile: profileIdOf(namespace, value),
    });
  });

  test('other anchors are all persons and devices but the own one, sorted by profile', () => {
    const [first] = routed(
      party('subject', ['cookie', 'k'], ['login', 'ann'], ['crm', 'c1'], ['login', 'bob']),
    ).interaction.parties;
    const others = first?.others ?? [];
    expect(new Set(others.map((other) => other.value))).toEqual(new Set(['k', 'c1', 'bob']));
    const profiles = others.map((other) => other.profile);
    expect(profiles).toEqual([...profiles].sort());
  });

  test('the device of a persona is another anchor as well', () => {
    const [first] = routed(party('subject', ['cookie', 'k'], ['email', 'a@x.com'])).interaction
      .parties;
    expect(first?.others.map((other) => other.namespace)).toEqual(['cookie']);
    expect(first?.values.map((entry) => entry.key)).toEqual([keyIdOf('email', 'a@x.com')]);
  });

  test('repeated spellings of one value count once', () => {
    const [first] = routed(
      party('subject', ['email', 'A@x.com'], ['email', ' a@X.com'], ['ip', '192.0.2.1']),
    ).interaction.parties;
    expect(first?.values.map((entry) => [entry.namespace, entry.value])).toEqual([
      ['email', 'a@x.com'],
      ['ip', '192.0.2.1'],
    ]);
  });
});

describe('S2: evidence on several parties', () => {
  const shared: Pair = ['email', 'family@x.com'];

  test.each<[string, readonly PartyInput[], readonly number[]]>([
    ['the first keeps it', [party('a', shared), party('b', shared)], [1, 0]],
    [
      'a party with a person anchor beats an earlier one without',
      [party('a', shared), party('b', shared, ['crm', 'c1']), party('c', shared, ['login', 'z'])],
      [0, 1, 0],
    ],
    [
      'a blocked person anchor is none',
      [party('a', shared), party('b', shared, ['crm', 'tmp-1'])],
      [1, 0],
    ],
    [
      'values of one party alone stay',
      [party('a', shared), party('b', ['email', 'b@x.com'])],
      [1, 1],
    ],
  ])('%s', (_name, parties, counts) => {
    const values = routed(...parties).interaction.parties.map((entry) => entry.values.length);
    expect(values).toEqual(counts);
  });

  test('a party that loses its only evidence is a profile of its own', () => {
    const [, second] = routed(party('a', shared), party('b', shared)).interaction.parties;
    expect(second).toMatchObject({ profileKind: 'interaction', value: '["shop","i-1",1]' });
  });

  test('context and anchors stay on every party', () => {
    const same: readonly Pair[] = [
      ['ip', '192.0.2.1'],
      ['cookie', 'k'],
      ['login', 'ann'],
    ];
    const { parties } = routed(party('a', ...same), party('b', ...same)).interaction;
    expect(parties[0]).toEqual({ ...parties[1], role: 'a' });
  });
});

describe('dropped values', () => {
  test('blocked, junk and unparseable values -> dropped with field and reason, never a value', () => {
    const { dropped, interaction: result } = routed(
      party(
        'subject',
        ['login', 'Shared-Login'],
        ['crm', 'tmp-9'],
        ['crm', 'N/A'],
        ['phone', 'unlisted-secret'],
        ['email', 'secret'],
        ['cookie', 'null'],
      ),
    );
    expect(dropped.map((entry) => entry.field)).toEqual(
      [0, 1, 2, 3, 4].map((index) => `parties[0].identifiers[${index}].value`),
    );
    expect(JSON.stringify(dropped)).not.toMatch(/secret|tmp-9|Shared/);
    // block_junk: false keeps what the list would drop.
    expect(result.parties[0]).toMatchObject({ profileKind: 'device', value: 'null' });
  });
});

describe('rejections', () => {
  test.each<[Record<string, unknown>, string]>([
    [{ source: '' }, 'source'],
    [{ source: 'x'.repeat(201) }, 'source'],
    [{ source: 'a\u0000' }, 'source'],
    [{ interactionId: 7 }, 'interactionId'],
    [{ interactionId: '\ud800' }, 'interactionId'],
    [{ revision: -1 }, 'revision'],
    [{ revision: 1.5 }, 'revision'],
    [{ revision: 2 ** 53 }, 'revision'],
    [{ type: '' }, 'type'],
    [{ channel: null }, 'channel'],
    [{ occurredAt: Number.NaN }, 'occurredAt'],
    [{ occurredAt: Date.UTC(1899, 0, 1) }, 'occurredAt'],
    [{ occurredAt: Date.UTC(2201, 0, 1) }, 'occurredAt'],
    [{ occurredAt: '2026-03-01' }, 'occurredAt'],
    [{ parties: [] }, 'parties'],
    [{ parties: 'x' }, 'parties'],
    [{ parties: Array.from({ length: 21 }, () => party('a')) }, 'parties'],
    [{ parties: [null] }, 'parties[0]'],
    [{ parties: [{ role: 'a' }] }, 'parties[0].identifiers'],
    [
      { parties: [party('a', ...Array.from({ length: 51 }, (): Pair => ['crm', 'x']))] },
      'parties[0].identifiers',
    ],
    [
      { parties: [party('a'), { role: 'b', identifiers: [{ namespace: 'crm', value: 1 }] }] },
      'parties[1].identifiers[0].value',
    ],
    [
      { parties: [party('a', ['crm', 'x'], ['emial', 'y'])] },
      'parties[0].identifiers[1].namespace',
    ],
    [{ parties: [{ ...party('a'), attributes: { name: 5 } }] }, 'parties[0].attributes[0].value'],
    [
      { parties: [{ ...party('a'), attributes: { n: 'x'.repeat(1_001) } }] },
      'parties[0].attributes[0].value',
    ],
    [{ propertiesJson: '{' }, 'propertiesJson'],
    [{ propertiesJson: '' }, 'propertiesJson'],
    [{ propertiesJson: JSON.stringify('é'.repeat(16_384)) }, 'propertiesJson'],
  ])('%# -> %s', (change, field) => {
    expect(violationsOf(change)).toEqual([field]);
  });

  test('bounds themselves are accepted', () => {
    expect(
      violationsOf({
        source: 'x'.repeat(200),
        revision: Number.MAX_SAFE_INTEGER,
        parties: Array.from({ length: 20 }, () => party('a')),
        propertiesJson: JSON.stringify('x'.repeat(32_766)),
      }),
    ).toEqual([]);
  });

  test('an interaction that would not fit into one log entry is rejected as a whole', () => {
    const attributes = Object.fromEntries(
      Array.from({ length: 100 }, (_, index) => [`a${index}`, 'x'.repeat(1_000)]),
    );
    const parties = Array.from({ length: 3 }, () => ({ ...party('a'), attributes }));
    expect(violationsOf({ parties })).toEqual(['']);
  });

  test('several at once, and an unknown namespace names the nearest known ones only', () => {
    expect(violationsOf({ source: '', type: '' })).toEqual(['source', 'type']);
    const result = routeInteraction(rules, interaction([party('a', ['emial', 'me@x.com'])]), 0);
    expect(result).toMatchObject({
      kind: 'rejected',
      violations: [{ description: expect.stringContaining('nearest of the 7: email') }],
    });
    expect(JSON.stringify(result)).not.toMatch(/emial|me@x/);
  });
});

describe('digest', () => {
  const subject = (attributes: Record<string, string>, ...pairs: readonly Pair[]): PartyInput => ({
    ...party('a', ['login', 'ann'], ...pairs),
    attributes,
  });
  const base = interaction([subject({ n: 'x' }, ['email', 'a@x.com'])]);
  const digest = (change: Partial<InteractionInput>, receivedAt = 0): string => {
    const result = routeInteraction(rules, { ...base, ...change }, receivedAt);
    return result.kind === 'routed' ? result.interaction.digest : 'rejected';
  };

  test('revision and receivedAt do not count, nor does the order of identifiers', () => {
    expect(digest({ revision: 9 }, 99)).toBe(digest({}));
    const parties = base.parties.map((one) => ({
      ...one,
      identifiers: [...one.identifiers, ...one.identifiers].reverse(),
    }));
    expect(digest({ parties })).toBe(digest({}));
  });

  test.each<Partial<InteractionInput>>([
    { source: 'web' },
    { interactionId: 'i-2' },
    { type: 'refund' },
    { channel: 'app' },
    { occurredAt: base.occurredAt + 1 },
    { propertiesJson: '{"a":1}' },
    { parties: [{ ...subject({ n: 'x' }, ['email', 'a@x.com']), role: 'b' }] },
    { parties: [subject({ n: 'x' })] },
    { parties: [subject({ n: 'x' }, ['phone', '0491570006'])] },
    { parties: [subject({ n: 'x' }, ['email', 'a@x.com'], ['cookie', 'k'])] },
    { parties: [subject({}, ['email', 'a@x.com'])] },
    { parties: [subject({ n: 'y' }, ['email', 'a@x.com'])] },
    { parties: [subject({ m: 'x' }, ['email', 'a@x.com'])] },
    { parties: [...base.parties, ...base.parties] },
    // Spelling is content: another version may tell the two apart.
    { parties: [subject({ n: 'x' }, ['email', ' A@X.com '])] },
  ])('content counts: %o', (change) => {
    expect(digest(change)).toMatch(/^[\w-]{20}$/);
    expect(digest(change)).not.toBe(digest({}));
  });
});

describe('normaliseIdentifier', () => {
  test('an anchor gives its profile, evidence its key, both as routing names them', () => {
    const { parties } = routed(party('a', ['login', 'ann'], ['email', 'A@x.com'])).interaction;
    expect(normaliseIdentifier(rules, 'login', ' ann ')).toMatchObject({
      kind: 'ok',
      target: 'profile',
      identifier: { namespace: 'login', value: 'ann' },
      profileId: parties[0]?.profile,
    });
    expect(normaliseIdentifier(rules, 'email', 'a@X.COM')).toMatchObject({
      kind: 'ok',
      target: 'key',
      keyId: parties[0]?.values[0]?.key,
    });
  });

  test.each([
    ['login', 'shared-login', 'ok'],
    ['login', 'Shared-Login', 'blocked'],
    ['crm', 'tmp-1', 'blocked'],
    ['email', 'noreply@x.com', 'blocked'],
    ['email', 'nobody', 'blocked'],
    ['email', 'ann', 'invalid'],
    ['emails', 'a@x.com', 'unknown_namespace'],
    ['__proto__', 'a', 'unknown_namespace'],
  ])('%s %s -> %s', (namespace, value, kind) => {
    expect(normaliseIdentifier(rules, namespace, value).kind).toBe(kind);
  });
});

/**
 * Goal: ingress never crashes and never depends on what must not matter.
 * Method: arbitrary JSON and mutated valid input against routing; 10,000 random or mutated rules
 * and mapping files against the parsers (line-wise and character-wise mutations of the shipped
 * ones). The seed of a failure is printed by fast-check; set it with FC_SEED to repeat it.
 */
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { InteractionInput, PartyInput } from '../../shared/domain/interaction.ts';
import type { NamespaceKind } from '../../shared/domain/rules.ts';
import { compilePattern } from '../../shared/ingress/blocked-pattern.ts';
import type { ConfigProblem } from '../../shared/ingress/config-file.ts';
import { digestOf } from '../../shared/ingress/hashing.ts';
import { parseMapping } from '../../shared/ingress/mapping-file.ts';
import { mapRecord } from '../../shared/ingress/mapping.ts';
import { findNormaliser, NORMALISER_NAMES } from '../../shared/ingress/normalise.ts';
import { readRecords, SourceFileError } from '../../shared/ingress/readers.ts';
import { defaultRules, defaultRulesPath, parseRules } from '../../shared/ingress/rules-file.ts';
import {
  compileRules,
  normaliseIdentifier,
  type RoutingResult,
  routeInteraction,
} from '../../shared/ingress/routing.ts';

const seedText = process.env['FC_SEED'];
const seeded = seedText === undefined ? {} : { seed: Number(seedText) };

const rules = compileRules(defaultRules());
const names = [...rules.byName.keys()];

const rawValue = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom(
    'null',
    'ann@example.com',
    'ANN@example.com ',
    '0491 570 006',
    '+61491570006',
    'a',
    'b',
  ),
  fc.emailAddress(),
  fc.uuid(),
  fc.ipV6(),
);
const identifier = fc.record({ namespace: fc.constantFrom(...names), value: rawValue });
const partyInput: fc.Arbitrary<PartyInput> = fc.record({
  role: fc.constantFrom('buyer', 'recipient'),
  identifiers: fc.array(identifier, { maxLength: 8 }),
  attributes: fc.dictionary(
    fc.string({ minLength: 1, maxLength: 8 }),
    fc.string({ maxLength: 20 }),
  ),
});
const interactionInput: fc.Arbitrary<InteractionInput> = fc.record({
  source: fc.constantFrom('web', 'shop'),
  interactionId: fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 20 }),
  revision: fc.nat(),
  type: fc.constant('order'),
  channel: fc.constant('web'),
  occurredAt: fc.integer({ min: 0, max: 4e12 }),
  parties: fc.array(partyInput, { minLength: 1, maxLength: 4 }),
  propertiesJson: fc.json(),
});

describe('routing', () => {
  test('any JSON value -> a result, never an exception', () => {
    const anything = fc.oneof(
      fc.jsonValue(),
      // Valid but for one field, which may be anything.
      fc
        .tuple(
          interactionInput,
          fc.constantFrom('source', 'interactionId', 'revision', 'type', 'occurredAt', 'parties'),
          fc.jsonValue(),
        )
        .map(([input, key, value]) => ({ ...input, [key]: value })),
      fc.tuple(interactionInput, fc.jsonValue()).map(([input, value]) => ({
        ...input,
        parties: [{ role: 'a', identifiers: [value], attributes: value }, value],
      })),
    );
    fc.assert(
      fc.property(anything, (input) => {
        const result = routeInteraction(rules, input as unknown as InteractionInput, 0);
        expect(result.kind === 'routed' || result.violations.length > 0).toBe(true);
      }),
      { numRuns: 1_500, ...seeded },
    );
  });

  test('the order of identifiers and attributes within a party does not show', () => {
    const shuffled = interactionInput.chain((input) =>
      fc
        .tuple(
          ...input.parties.map((party) =>
            fc.shuffledSubarray([...party.identifiers], { minLength: party.identifiers.length }),
          ),
        )
        .map((lists) => ({
          input,
          other: {
            ...input,
            parties: input.parties.map((party, index) => ({
              ...party,
              identifiers: lists[index] ?? [],
              attributes: Object.fromEntries(Object.entries(party.attributes ?? {}).reverse()),
            })),
          },
        })),
    );
    fc.assert(
      fc.property(shuffled, ({ input, other }) => {
        const [first, second] = [
          routeInteraction(rules, input, 5),
          routeInteraction(rules, other, 5),
        ];
        // Violations and drops name positions, which move with the order.
        const shown = (result: RoutingResult): unknown =>
          result.kind === 'routed' ? result.interaction : result.violations.length;
        expect(shown(second)).toEqual(shown(first));
      }),
      { numRuns: 500, ...seeded },
    );
  });

  test('a routed interaction keeps the laws of S2 and S3', () => {
    fc.assert(
      fc.property(interactionInput, (input) => {
        const result = routeInteraction(rules, input, 5);
        if (result.kind === 'rejected') return;
        const evidence: string[] = [];
        for (const party of result.interaction.parties) {
          const kinds = new Set([...party.others, ...party.values].map((entry) => entry.kind));
          const isAllowed = (kind: NamespaceKind): boolean => {
            const { profileKind } = party;
            if (kind === 'person') return profileKind === 'person';
            if (kind === 'evidence') return profileKind === 'person' || profileKind === 'persona';
            return kind === 'context' || profileKind !== 'interaction';
          };
          expect([...kinds].every(isAllowed)).toBe(true);
          expect(party.others.every((other) => other.profile !== party.profile)).toBe(true);
          for (const value of party.values) {
            if (value.kind === 'evidence') evidence.push(value.key);
            // What the log holds is what a look-up of it computes.
            const again = normaliseIdentifier(rules, value.namespace, value.value);
            expect(again).toMatchObject({ kind: 'ok', identifier: { value: value.value } });
          }
        }
        expect(new Set(evidence).size).toBe(evidence.length);
      }),
      { numRuns: 500, ...seeded },
    );
  });
});

describe('normalisers', () => {
  test('normalising twice is normalising once; results have 1..256 clean characters', () => {
    const text = fc.oneof(rawValue, fc.string({ unit: 'binary', maxLength: 300 }));
    fc.assert(
      fc.property(fc.constantFrom(...NORMALISER_NAMES), text, (name, raw) => {
        const result = findNormaliser(name)?.(raw);
        if (result?.kind !== 'ok') return;
        expect(result.value).toMatch(/^[^\p{Cc}\p{Surrogate}]{1,256}$/u);
        expect(findNormaliser(name)?.(result.value)).toEqual(result);
      }),
      { numRuns: 4_000, ...seeded },
    );
  });

  test('digests of different sequences differ', () => {
    const parts = fc.array(fc.string({ unit: fc.constantFrom('a', '1', ':'), maxLength: 4 }));
    fc.assert(
      fc.property(parts, parts, (left, right) => {
        const isSame = JSON.stringify(left) === JSON.stringify(right);
        expect(digestOf(left) === digestOf(right)).toBe(isSame);
      }),
      { numRuns: 1_000, ...seeded },
    );
  });

  test('an accepted pattern decides any value quickly', () => {
    const piece = fc.constantFrom(
      'a',
      'b',
      '.',
      '(a|b)',
      '(?:ab)',
      '[ab]',
      'a*',
      '.*',
      'a+',
      'b?',
      '(a*)',
      '{2,9}',
      '*',
      '+',
    );
    const source = fc.array(piece, { minLength: 1, maxLength: 8 }).map((pieces) => pieces.join(''));
    fc.assert(
      fc.property(source, fc.constantFrom('a', 'b', 'ab'), (text, unit) => {
        const result = compilePattern(text);
        if (result.kind !== 'ok') return;
        const started = performance.now();
        result.pattern.test(`${unit.repeat(256).slice(0, 255)}!`);
        expect(performance.now() - started).toBeLessThan(250);
      }),
      { numRuns: 2_000, ...seeded },
    );
  });
});

// Without comments: an edit should hit something that matters.
const withoutComments = (path: string): string =>
  readFileSync(path, 'utf8').replace(/^ *#.*\n|^\n/gm, '');
/** Short, so that edits hit something and parsing is quick; together they have every key. */
const mappingTexts = [
  `{ source: s, format: csv, delimiter: ';', missing: [NULL], record_id: { template: 'a:{id}' },
time: { field: at, format: YYYY-MM-DD, utc_offset: '+10:00', default: 2026-01-01 }, type: t, channel: c,
skip_when: [{ field: x, equals: 1 }, { field: y, in: [a] }], properties: ['a[].b', c],
parties: [{ role: r, when: { field: z, present: false }, attributes: { name: n } }] }
`,
  `source: s
format: ndjson
record_id: messageId
revision: { field: v, default: 0 }
time: timestamp
type: { fields: [a, b], separator: '|', default: c }
channel: c
parties:
  - role: { field: n, values: { a: b }, otherwise: c, default: d }
    identifiers:
      - { namespace: email, field: e, split: ',' }
      - { namespace_field: n, namespaces: { m: phone }, other_namespaces: skip, line: true }
`,
];
const rulesText = withoutComments(defaultRulesPath());

const debris = fc.oneof(
  fc.constantFrom(
    '- ',
    ': ',
    '{',
    '}',
    '[',
    ']',
    '*a',
    '&a ',
    '!!binary ',
    '| ',
    '> ',
    '"',
    "'",
    '\t',
    '---\n',
  ),
  fc.constantFrom(
    'null',
    '~',
    '1e999',
    '.nan',
    '-0',
    '0x7f',
    'yes',
    '? a',
    '<<: *a',
    '\u0000',
    '\ud800',
  ),
  fc.string({ unit: 'binary', maxLength: 6 }),
);

/** Up to four edits: a piece of text put in, cut out, or a line moved. */
function mutated(text: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const edit = fc.tuple(
    fc.nat(),
    fc.nat({ max: 30 }),
    fc.oneof(debris, fc.constant('')),
    fc.boolean(),
  );
  return fc.tuple(text, fc.array(edit, { minLength: 1, maxLength: 4 })).map(([original, edits]) => {
    let current = original;
    for (const [place, length, insertion, isLine] of edits) {
      if (isLine) {
        const lines = current.split('\n');
        const [moved = ''] = lines.splice(place % lines.length, 1);
        lines.splice(length % (lines.length + 1), 0, moved + insertion);
        current = lines.join('\n');
      } else {
        const at = place % (current.length + 1);
        current = current.slice(0, at) + insertion + current.slice(at + length);
      }
    }
    return current;
  });
}

function expectTyped(problems: readonly ConfigProblem[]): void {
  expect(problems.length).toBeGreaterThan(0);
  for (const problem of problems) {
    expect(problem.message.length).toBeGreaterThan(5);
    expect(Number.isInteger(problem.line) && problem.line >= 0).toBe(true);
  }
}

describe('10,000 random and mutated files', () => {
  test('4,000 rules files -> usable rules, or problems', () => {
    const section = fc.constantFrom(...rulesText.split(/\n(?= {2}\w)/));
    const small = fc
      .array(section, { minLength: 1, maxLength: 2 })
      .map(
        (sections) => `namespaces:\n${sections.filter((part) => part.startsWith('  ')).join('\n')}`,
      );
    const text = fc.oneof(
      { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 200 }) },
      { weight: 6, arbitrary: mutated(small) },
    );
    let usable = 0;
    fc.assert(
      fc.property(text, (file) => {
        const result = parseRules(file);
        if (result.kind === 'invalid') return expectTyped(result.problems);
        usable++;
        const compiled = compileRules(result.rules);
        expect(compiled.byName.size).toBe(result.rules.namespaces.length);
        expect(result.rules.reviewFloor).toBeLessThan(result.rules.clusterFloor);
      }),
      { numRuns: 4_000, ...seeded },
    );
    // The mutations are mild enough to leave some files intact, or nothing would be tested behind.
    expect(usable).toBeGreaterThan(40);
  }, 120_000);

  test('6,000 mapping files -> a mapping that maps or quarantines any record, or problems', () => {
    const text = fc.oneof(
      { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 200 }) },
      { weight: 6, arbitrary: mutated(fc.constantFrom(...mappingTexts)) },
    );
    const record = fc.oneof(
      fc.dictionary(
        fc.constantFrom('id', 'messageId', 'timestamp', 'order', 'email'),
        fc.jsonValue(),
      ),
      fc.constant({ messageId: 'm', timestamp: '2026-03-01', userId: 'u', type: 'page' }),
    );
    let usable = 0;
    fc.assert(
      fc.property(text, record, (file, fields) => {
        const result = parseMapping(file, names);
        if (result.kind === 'invalid') return expectTyped(result.problems);
        usable++;
        const mapped = mapRecord(result.mapping, fields, 1);
        if (mapped.kind === 'mapped') routeInteraction(rules, mapped.input, 0);
      }),
      { numRuns: 6_000, ...seeded },
    );
    expect(usable).toBeGreaterThan(60);
  }, 120_000);
});

test('random CSV and NDJSON -> the same records and reports in chunks of any size', async () => {
  const parsed = parseMapping(
    '{ source: s, format: csv, record_id: id, time: id, type: t, channel: c, ' +
      'parties: [{ role: a, attributes: { id: id } }] }',
    null,
  );
  if (parsed.kind === 'invalid') throw new Error('the mapping of this test is broken');
  const { mapping } = parsed;
  const readAll = async (format: 'csv' | 'ndjson', bytes: Uint8Array, size: number) => {
    const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
      bytes.subarray(index * size, (index + 1) * size),
    );
    const results: unknown[] = [];
    try {
      for await (const result of readRecords({ ...mapping, format }, chunks)) results.push(result);
    } catch (error) {
      if (!(error instanceof SourceFileError)) throw error;
      results.push(String(error));
    }
    return results;
  };
  const cell = fc.constantFrom('a', ',', '"', '\n', '\r\n', '""', '{"id":1}', '\ufeff', 'é', '');
  const body = fc.array(cell, { maxLength: 30 }).map((cells) => `id,b\n${cells.join('')}`);
  const format = fc.constantFrom<'csv' | 'ndjson'>('csv', 'ndjson');
  await fc.assert(
    fc.asyncProperty(body, format, fc.integer({ min: 1, max: 9 }), async (text, kind, size) => {
      const bytes = Buffer.from(text);
      expect(await readAll(kind, bytes, size)).toEqual(await readAll(kind, bytes, 1_000));
    }),
    { numRuns: 300, ...seeded },
  );
});

/**
 * An interaction as the interaction actor keeps it routes under any version as its input does.
 * Method: inputs with spellings, junk, repeats and values shared by parties; two versions that
 * differ in normalisers, kinds and blocked values.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { InteractionInput } from '../../shared/domain/interaction.ts';
import type { Rules } from '../../shared/domain/rules.ts';
import { originalInput } from '../../shared/ingress/original-input.ts';
import { compileRules, routeInteraction } from '../../shared/ingress/routing.ts';
import { packInteraction } from '../../shared/protocol/pack-interaction.ts';
import { decode, encode } from '../../shared/protocol/codec.ts';
import { testRules } from '../support/test-rules.ts';

const NORMALISERS: Readonly<Record<string, string>> = { email: 'email', phone: 'phone' };
const base = testRules({
  namespaces: testRules().namespaces.map((entry) => ({
    ...entry,
    normaliser: NORMALISERS[entry.name] ?? 'lower',
    blockJunk: true,
  })),
});
const names = base.namespaces.filter(({ kind }) => kind !== 'derived').map(({ name }) => name);

function variant(change: (name: string) => Partial<Rules['namespaces'][number]>): Rules {
  return testRules({
    namespaces: base.namespaces.map((entry) => ({ ...entry, ...change(entry.name) })),
  });
}

const VERSIONS = [
  base,
  variant(() => ({ normaliser: 'trim' })),
  variant(() => ({ normaliser: 'lower', blockJunk: false })),
  variant((name) => (name === 'login' ? { kind: 'evidence' } : {})),
  variant((name) => (name === 'email' ? { blockedValues: ['a@x.com'] } : {})),
].map(compileRules);

const anyValue = fc.constantFrom(
  'a@x.com',
  'A@X.com',
  ' a@x.com',
  'b@x.com',
  'null',
  'N/A',
  '0000000000',
  '0491570006',
  '+61 491 570 006',
  '(04) 9157 0006',
  'x',
  'X',
  ' x ',
  'y',
  '',
  '\t',
);
const anyParty = fc.record({
  role: fc.constantFrom('subject', 'buyer'),
  identifiers: fc.array(fc.record({ namespace: fc.constantFrom(...names), value: anyValue }), {
    maxLength: 6,
  }),
  attributes: fc.dictionary(
    fc.constantFrom('name', 'city', 'suburb', 'zip', 'postcode', 'n'),
    fc.constantFrom('Ann Lee', 'x', '3000'),
  ),
});
const anyInput: fc.Arbitrary<InteractionInput> = fc.record({
  source: fc.constant('shop'),
  interactionId: fc.constant('i-1'),
  revision: fc.nat(3),
  type: fc.constant('visit'),
  channel: fc.constant('web'),
  occurredAt: fc.nat(1_000_000),
  parties: fc.array(anyParty, { minLength: 1, maxLength: 3 }),
  propertiesJson: fc.constant('{}'),
});

describe('what the interaction actor keeps', () => {
  test('routes under every version as the input itself', () => {
    fc.assert(
      fc.property(anyInput, fc.constantFrom(...VERSIONS), (input, first) => {
        const routed = routeInteraction(first, input, 5);
        if (routed.kind === 'rejected') return;
        const kept = decode(encode(packInteraction(routed.interaction)));
        const again = originalInput(kept as ReturnType<typeof packInteraction>);
        for (const version of VERSIONS) {
          const fresh = routeInteraction(version, input, 5);
          const rebuilt = routeInteraction(version, again, 5);
          expect(rebuilt).toMatchObject({ kind: fresh.kind });
          if (fresh.kind !== 'routed' || rebuilt.kind !== 'routed') continue;
          expect(rebuilt.interaction).toEqual(fresh.interaction);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

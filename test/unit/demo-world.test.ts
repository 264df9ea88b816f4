/**
 * Goal: the demo world is a function of its seed, fits the shipped rules, and has the dirt and the
 * structure that it claims. Method: play small worlds and look at the stream.
 */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { findNormaliser } from '../../shared/ingress/normalise.ts';
import { compileRules, routeInteraction } from '../../shared/ingress/routing.ts';
import { defaultRules } from '../../shared/ingress/rules-file.ts';
import type { Delivery } from '../../services/cli/demo/world/delivery.ts';
import {
  type PhoneStyle,
  writeEmail,
  writeName,
  writePhone,
} from '../../services/cli/demo/world/formats.ts';
import { generateWorld } from '../../services/cli/demo/world/generate-world.ts';
import { NAMESPACE } from '../../services/cli/demo/world/namespaces.ts';
import { createRandom, weighted } from '../../services/cli/demo/world/random.ts';

const small = generateWorld({ seed: 7, interactions: 4000 });
const stream = [...small.interactions()];

function digestOf(deliveries: Iterable<Delivery>): string {
  const hash = createHash('sha256');
  for (const delivery of deliveries) hash.update(`${JSON.stringify(delivery)}\n`);
  return hash.digest('hex').slice(0, 16);
}

describe('one seed', () => {
  it('gives one stream, at every call and on every machine', () => {
    expect(digestOf(small.interactions())).toBe(digestOf(stream));
    // Changes whenever the generator does: then check the figures of README.md as well.
    expect(digestOf(stream)).toBe('3cbc7c0738c46343');
  });

  it('is not another seed', () => {
    const other = generateWorld({ seed: 8, interactions: 200 });
    const same = generateWorld({ seed: 7, interactions: 200 });
    expect(digestOf(other.interactions())).not.toBe(digestOf(same.interactions()));
  });

  it('is lazy: the first interaction comes without the rest', () => {
    const first = generateWorld({ seed: 7, interactions: 100_000 }).interactions().next();
    expect(first.done).toBe(false);
  });

  it.each([0, 99, 1000.5, Number.NaN, 2_000_001])('refuses %d interactions', (interactions) => {
    expect(() => generateWorld({ seed: 1, interactions })).toThrow(RangeError);
  });
});

describe('the stream', () => {
  const idOf = ({ input }: Delivery): string => `${input.source}\n${input.interactionId}`;
  const inputs = stream.map((delivery) => delivery.input);

  it('holds the promised number of distinct interactions', () => {
    expect(new Set(stream.map(idOf)).size).toBe(4000);
  });

  it('comes in order of delivery, never before it happened', () => {
    let last = 0;
    for (const { input, deliveredAt } of stream) {
      expect(deliveredAt).toBeGreaterThanOrEqual(last);
      expect(deliveredAt).toBeGreaterThanOrEqual(input.occurredAt);
      last = deliveredAt;
    }
  });

  it('knows the truth of each party, among the people of the world', () => {
    for (const { input, truth } of stream) {
      expect(truth).toHaveLength(input.parties.length);
      for (const person of truth) {
        if (person === null) continue;
        expect(Number(person.slice('person-'.length))).toBeLessThanOrEqual(small.peopleCount);
      }
    }
  });

  it('passes ingress under the shipped rules, all of it', () => {
    const rules = compileRules(defaultRules());
    for (const { input } of stream) {
      expect(routeInteraction(rules, input, 0)).toMatchObject({ kind: 'routed' });
    }
    const declared = new Set(rules.byName.keys());
    expect(Object.values(NAMESPACE).filter((name) => !declared.has(name))).toEqual([]);
  });

  it('comes from fourteen systems, some late, some twice, some corrected', () => {
    expect(new Set(inputs.map((input) => input.source)).size).toBe(14);
    const delayMs = stream.map(({ input, deliveredAt }) => deliveredAt - input.occurredAt);
    expect(delayMs.filter((delay) => delay > 86_400_000).length).toBeGreaterThan(40);
    expect(inputs.filter((input) => input.revision === 1).length).toBeGreaterThan(10);
    const contents = stream.map(({ input }) => JSON.stringify(input));
    expect(contents.length - new Set(contents).size).toBeGreaterThan(20);
  });

  it('is dirty: junk, upper case, national phones, parties without identifiers', () => {
    const parties = inputs.flatMap((input) => input.parties);
    const values = parties.flatMap((party) => party.identifiers.map((entry) => entry.value));
    expect(values).toContain('null');
    expect(values).toContain('000-00-0000');
    expect(values).toContain('test@test.com');
    expect(values.some((value) => value.startsWith('noreply@'))).toBe(true);
    expect(values.some((value) => /^(?:info|team)@/.test(value))).toBe(true);
    expect(values.some((value) => /^[A-Z.]+@[A-Z.]+$/.test(value))).toBe(true);
    expect(values.some((value) => /^04\d\d \d{3} \d{3}$/.test(value))).toBe(true);
    expect(parties.some((party) => party.identifiers.length === 0)).toBe(true);
  });

  it('has parties of every kind of proxy', () => {
    const roles = new Set(inputs.map((input) => input.parties.map((party) => party.role).join()));
    for (const pair of ['buyer,beneficiary', 'guardian,subject', 'agent,account_holder']) {
      expect(roles).toContain(pair);
    }
  });

  it('does not claim to know who is behind a party of which nothing is known', () => {
    const blankTruths = stream.flatMap(({ input, truth }) =>
      input.parties.flatMap(({ identifiers, attributes = {} }, index) =>
        identifiers.length + Object.keys(attributes).length === 0 ? [truth[index]] : [],
      ),
    );
    expect(blankTruths.length).toBeGreaterThan(20);
    expect(new Set(blankTruths)).toEqual(new Set([null]));
  });
});

describe('formats', () => {
  const styles: readonly [PhoneStyle, string][] = [
    ['e164', '+61491570156'],
    ['international', '+61 491 570 156'],
    ['national', '0491 570 156'],
    ['compact', '0491570156'],
    ['dashed', '0491-570-156'],
    ['spreadsheet', '491570156'],
  ];
  it.each(styles)('a mobile in style %s is %s, and still the same number', (style, expected) => {
    const written = writePhone('0491570156', style);
    expect(written).toBe(expected);
    const normalised = findNormaliser('phone:AU')?.(written);
    expect(normalised).toEqual({ kind: 'ok', value: '+61491570156' });
  });

  it('a landline shows its area code', () => {
    expect(writePhone('0370101234', 'national')).toBe('(03) 7010 1234');
    expect(findNormaliser('phone:AU')?.('(03) 7010 1234')).toEqual({
      kind: 'ok',
      value: '+61370101234',
    });
  });

  it('systems that know ASCII only strip what they do not know', () => {
    expect(writeName('Đỗ Thảo', 'Nguyễn', 'upper_ascii')).toBe('DO THAO NGUYEN');
    expect(writeName('Łukasz', 'Yılmaz', 'family_first')).toBe('YILMAZ, Lukasz');
    expect(writeEmail('a.b@c.example', 'padded')).toBe(' a.b@c.example ');
  });
});

describe('chance', () => {
  it('draws in proportion to weights, and nothing of weight 0', () => {
    const random = createRandom('weights');
    const table = weighted([
      ['a', 1],
      ['never', 0],
      ['b', 3],
    ]);
    const counts = new Map<string, number>();
    for (let draw = 0; draw < 8000; draw++) {
      const item = table.draw(random);
      counts.set(item, (counts.get(item) ?? 0) + 1);
    }
    expect(counts.has('never')).toBe(false);
    // Four standard deviations of a binomial (8000, 1/4).
    expect(Math.abs((counts.get('a') ?? 0) - 2000)).toBeLessThan(155);
  });

  it('forks are independent of how much the parent was used', () => {
    const parent = createRandom(3);
    const before = parent.fork('name').next();
    parent.next();
    expect(parent.fork('name').next()).toBe(before);
    expect(parent.fork('other').next()).not.toBe(before);
  });
});

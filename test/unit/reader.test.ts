/** The reader's arithmetic of certainties, and what it makes of partitions' answers. */
import { describe, expect, test } from 'vitest';
import { readingCertainty, resolveIdentifiers } from '../../shared/cluster/reader.ts';
import { ReferenceCodec } from '../../shared/cluster/references.ts';
import type { KeyId, ProfileId } from '../../shared/domain/identifier.ts';
import type { PackedLadder } from '../../shared/domain/messages.ts';
import { compileRules } from '../../shared/ingress/compiled-rules.ts';
import { keyIdOf, profileIdOf } from '../../shared/ingress/hashing.ts';
import { ClusterError } from '../../shared/protocol/cluster.ts';
import type { KeyAnswer, QueryPort } from '../../shared/protocol/query.ts';
import { identifier, probability, RULES } from './embedded-fixture.ts';

const rules = compileRules(RULES);
const references = new ReferenceCodec(Buffer.alloc(16));
const profile = (value: string): ProfileId => profileIdOf('crm', value);

interface Known {
  readonly ladders?: Readonly<Record<ProfileId, PackedLadder>>;
  readonly keys?: Readonly<Record<KeyId, KeyAnswer>>;
}

/** A port that knows what it is given, and counts the requests. */
function portOf({ ladders = {}, keys = {} }: Known) {
  const asked: number[] = [];
  const port: QueryPort = {
    ask: async (partition, [ladderIds, keyIds]) => {
      asked.push(partition);
      return [
        ladderIds.map((id) => ladders[id] ?? null),
        keyIds.map((id) => keys[id] ?? null),
        [],
        [],
        [],
        [],
      ];
    },
  };
  return { asked, port };
}

async function resolve(known: Known, texts: readonly string[], minCertainty = 8) {
  const { asked, port } = portOf(known);
  const context = {
    port,
    topology: { partitions: 64, desks: 1 },
    rules,
    references,
    generation: 1,
  };
  const found = await resolveIdentifiers(context, texts.map(identifier), minCertainty, {});
  return { asked, found };
}

describe('the certainty to read at', () => {
  test.for([
    [undefined, 8],
    [probability(8), 8],
    [probability(8) + 1e-12, 8],
    [probability(8) + 1e-6, 9],
    [probability(40), 40],
    [probability(40.4), 41],
    [1, 120],
  ] as const)('%d -> %i quarter bits', ([asked, expected]) => {
    expect(readingCertainty(rules, asked)).toBe(expected);
  });

  test.for([[0], [-1], [1.01], [Number.NaN], [probability(7)]] as const)(
    '%d -> refused',
    ([asked]) => {
      expect(() => readingCertainty(rules, asked)).toThrow(ClusterError);
    },
  );
});

describe('resolving', () => {
  const [a, b, c] = ['a', 'b', 'c'].map(profile) as [ProfileId, ProfileId, ProfileId];
  const ladders = {
    [a]: [40, []],
    [b]: [40, [[40, a]]],
    [c]: [24, [[24, a]]],
  } as unknown as Record<ProfileId, PackedLadder>;
  const email = keyIdOf('email', 'x');
  const idOf = (founder: ProfileId): string => references.customerId(founder);

  test('a ladder -> the founder and certainty at the view asked for', async () => {
    const at = async (minCertainty: number) =>
      (await resolve({ ladders }, ['crm:c'], minCertainty)).found[0];
    const match = (founder: ProfileId, certainty: number) => ({
      kind: 'found',
      matches: [{ customerId: idOf(founder), certainty }],
    });
    expect(await at(24)).toEqual(match(a, probability(24)));
    expect(await at(25)).toEqual(match(c, 1));
  });

  test('holders of one customer -> it once, with the best certainty; others ranked behind', async () => {
    const keys = { [email]: [3, [c, b, a]] } as unknown as Record<KeyId, KeyAnswer>;
    const { found } = await resolve({ ladders, keys }, ['email:x'], 25);
    expect(found).toEqual([
      {
        kind: 'found',
        matches: [
          { customerId: idOf(c), certainty: 1 },
          { customerId: idOf(a), certainty: probability(40) },
        ],
      },
    ]);
  });

  const valueRef = references.valueRef(email);
  test.for([
    ['more holders than the cap', [5, [a]], { kind: 'generic', holders: 5, valueRef }],
    ['holders not listed', [9, null], { kind: 'generic', holders: 9, valueRef }],
    ['a holder that is not known any more', [1, [profile('gone')]], { kind: 'not_found' }],
  ] as const)('%s', async ([, answer, expected]) => {
    const keys = { [email]: answer } as unknown as Record<KeyId, KeyAnswer>;
    expect((await resolve({ ladders, keys }, ['email:x'])).found).toEqual([expected]);
  });

  test('a batch asks each partition once a hop, and nothing for what is invalid', async () => {
    const texts = Array.from({ length: 500 }, (_, index) => `crm:${index}`);
    const { asked, found } = await resolve({}, [...texts, ...texts, 'ip:1', 'nowhere:1']);
    expect(asked).toHaveLength(new Set(asked).size);
    expect(found).toHaveLength(1002);
    expect((await resolve({}, ['ip:1', 'nowhere:1', 'crm: '])).asked).toEqual([]);
  });
});

/**
 * Actor states: what is stored reads back as the very same state, so that an evicted actor and a
 * resident one cannot differ. Method: every row that a rich history leaves, and hand-made extremes.
 */
import { describe, expect, test } from 'vitest';
import { partitionPrefix } from '../../shared/engine/partition.ts';
import { packProfile, unpackProfile } from '../../shared/domain/actors/profile-codec.ts';
import * as codec from '../../shared/domain/actors/state-codec.ts';
import { type Verdict, verdictWins } from '../../shared/domain/actors/states.ts';
import type { InteractionId } from '../../shared/domain/identifier.ts';
import { MessageKind } from '../../shared/domain/messages.ts';
import { decode, encode } from '../../shared/protocol/codec.ts';
import { makeHistory } from '../support/history.ts';
import { messageOf } from '../support/oracle-messages.ts';
import { runMessages } from '../property/engine-run.ts';
import { testRules } from '../support/test-rules.ts';

type Codec = readonly [
  prefix: string,
  pack: (state: never) => unknown,
  unpack: (packed: never) => unknown,
];

const CODECS: readonly (readonly [name: string, ...Codec])[] = [
  ['interaction', 'i/', codec.packInteractionState, codec.unpackInteractionState],
  ['decision', 'd/', codec.packDecision, codec.unpackDecision],
  ['profile', 'a/', packProfile, unpackProfile],
  ['key', 'k/', codec.packKey, codec.unpackKey],
  ['root', 'r/', codec.packRoot, codec.unpackRoot],
  ['proposal', 't/', codec.packProposal, codec.unpackProposal],
  ['delivery', 'c/', codec.packDelivery, codec.unpackDelivery],
  ['way', 'wa/', codec.packWay, codec.unpackWay],
  ['post', 'wp/', codec.packPost, codec.unpackPost],
];

const PARTITIONS = 7;
const history = makeHistory(21, {
  events: 250,
  persons: 14,
  hubValues: 2,
  decisionShare: 0.3,
  deliveries: 5,
  orderShare: 0.1,
  wayShare: 0.1,
});
const stored = runMessages(testRules(), history.map(messageOf), {
  partitions: PARTITIONS,
  batch: 9,
});

describe('packed states', () => {
  test.for(CODECS)(
    'every %s of a history -> the same bytes again',
    async ([name, prefix, pack, unpack]) => {
      // Two sources, of five labels each; some are held, and join nothing.
      const least = ['delivery', 'way', 'root'].includes(name) ? 4 : 10;
      const store = await stored;
      let rows = 0;
      for (let partition = 0; partition <= PARTITIONS; partition++) {
        const from = partitionPrefix(partition) + prefix;
        for (const [, bytes] of store.range(from, `${from}\x7f`)) {
          const state = unpack(decode(bytes) as never);
          const again = encode(pack(state as never));
          expect(Buffer.from(again).equals(bytes)).toBe(true);
          expect(unpack(decode(again) as never)).toEqual(state);
          rows++;
        }
      }
      expect(rows).toBeGreaterThan(least);
    },
  );

  test('retractions with who and why -> stored, and the same one in any order of arrival', () => {
    const verdicts = [
      [5, 0, 'steward:1', 'asked for'],
      [5, 0, 'steward:2', 'a mistake'],
      [5, 0, 'steward:2', 'asked for'],
      [5, 0],
      [5, 1, 'steward:3', 'withdrawn'],
    ] as const;
    for (const [index] of verdicts.entries()) {
      const inOrder = [...verdicts.slice(index), ...verdicts.slice(0, index)];
      for (const order of [inOrder, inOrder.toReversed()]) {
        let best: Verdict | null = null;
        for (const next of order) if (verdictWins(best, next)) best = next;
        expect(best).toEqual([5, 0, 'steward:2', 'asked for']);
        const state = { sourceStanding: 2 as const, versions: new Map(), retraction: best };
        const bytes = encode(codec.packInteractionState(state));
        expect(codec.unpackInteractionState(decode(bytes))).toEqual(state);
      }
    }
  });

  test('a retraction before its interaction -> no version is known', () => {
    const retraction = [5, 0] as const;
    const early = { sourceStanding: 1 as const, versions: new Map(), retraction };
    const packed = decode(encode(codec.packInteractionState(early)));
    expect(codec.unpackInteractionState(packed as never)).toEqual(early);
  });

  test('times before 1970 and far ahead, empty and odd texts -> kept', async () => {
    const id = 'A'.repeat(20) as InteractionId;
    for (const occurredAt of [-62_135_596_800_000, -1, 0, 2 ** 33, 8_640_000_000_000_000]) {
      const content = [
        id,
        's',
        '\u0000',
        0,
        'd',
        '',
        'ünï',
        occurredAt,
        occurredAt,
        [],
        '{}',
        '',
        '',
      ] as const;
      const store = await runMessages(testRules(), [[MessageKind.deliver, id, content]], {
        partitions: 1,
        batch: 1,
      });
      const bytes = store.get(`${partitionPrefix(0)}i/${id}`);
      const state = codec.unpackInteractionState(decode(bytes ?? new Uint8Array(0)));
      const version = { best: content, receivedAt: occurredAt, standing: 1 };
      const expected = { versions: new Map([['', version]]), retraction: null, sourceStanding: 1 };
      expect(state).toEqual(expected);
    }
  });

  test.for([
    [null, [3, 0], true],
    [[3, 0], [3, 0], false],
    [[3, 1], [3, 0], true],
    [[3, 0], [3, 1], false],
    [[3, 0], [4, 1], true],
    [[4, 1], [3, 0], false],
  ] as const)('verdict %j, then %j -> replaced: %s', ([current, next, isReplaced]) => {
    expect(verdictWins(current, next)).toBe(isReplaced);
  });
});

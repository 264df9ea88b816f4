/**
 * Messages between the wire and the port: what goes in comes out, through the real encoding, so
 * that a mistyped field name (which proto-loader drops without a word) is seen.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { InteractionInput } from '../../shared/domain/interaction.ts';
import type { Customer__Output } from '../../shared/grpc/generated/selfsame/v1/Customer.ts';
import type { GetClusterStatusResponse__Output } from '../../shared/grpc/generated/selfsame/v1/GetClusterStatusResponse.ts';
import type { IngestOutcome__Output } from '../../shared/grpc/generated/selfsame/v1/IngestOutcome.ts';
import type { Interaction__Output } from '../../shared/grpc/generated/selfsame/v1/Interaction.ts';
import type { Resolution__Output } from '../../shared/grpc/generated/selfsame/v1/Resolution.ts';
import type { WatchChangesResponse__Output } from '../../shared/grpc/generated/selfsame/v1/WatchChangesResponse.ts';
import { chunksOf } from '../../shared/grpc/chunks.ts';
import { customerFromWire, customerToWire } from '../../shared/grpc/map-customer.ts';
import { interactionFromWire, interactionToWire } from '../../shared/grpc/map-interaction.ts';
import { itemErrorToWire, outcomeFromWire, outcomeToWire } from '../../shared/grpc/map-outcome.ts';
import { resolutionFromWire, resolutionToWire } from '../../shared/grpc/map-resolution.ts';
import {
  changeFromWire,
  changeToWire,
  statusFromWire,
  statusToWire,
} from '../../shared/grpc/map-status.ts';
import { formatRevisionToken, parseRevisionToken } from '../../shared/grpc/revision-token.ts';
import { isMessage, messageShape } from '../../shared/grpc/wire-check.ts';
import { fromTimestamp, toTimestamp } from '../../shared/grpc/wire-numbers.ts';
import {
  ClusterError,
  type ClusterStatus,
  type CustomerView,
  type FeedEvent,
  type IngestResult,
  type Resolution,
} from '../../shared/protocol/cluster.ts';
import { throughWire } from '../support/through-wire.ts';

const CUSTOMER: CustomerView = {
  customerId: 'c1',
  redirectedFrom: 'c0',
  minCertainty: 0.97,
  profiles: [
    {
      profileRef: 'p1',
      kind: 'persona',
      anchor: { namespace: 'cookie', value: 'v' },
      certainty: 0.5,
      days: 3,
      firstReceivedAt: 1_700_000_000_123,
    },
    {
      profileRef: 'p2',
      kind: 'interaction',
      anchor: { namespace: 'interaction', value: 'w' },
      certainty: 1,
      days: 0,
      firstReceivedAt: null,
    },
  ],
  identifiers: [{ namespace: 'email', value: 'a', kind: 'evidence', days: 2, lastSeenAt: -5 }],
  attributes: [{ name: 'n', value: 'v', days: 1, lastSeenAt: 9 }],
  timeline: [
    {
      source: 's',
      interactionId: 'i',
      type: 't',
      channel: 'c',
      role: 'r',
      occurredAt: 86_400_001,
      certainty: 0.75,
    },
  ],
  relationships: [{ customerId: 'c2', role: 'buyer', otherRole: 'payer', interactions: 4 }],
  possibleMatches: [
    {
      customerId: 'c3',
      certainty: 0.6,
      band: 'merge',
      reason: 'limit',
      possibleSince: 86_400_000,
    },
  ],
  ambiguous: true,
  oversized: true,
  settledLagMs: 12,
};

describe('round trips', () => {
  test('any interaction -> the same', () => {
    const text = (max: number, min = 0) =>
      fc.string({ minLength: min, maxLength: max, unit: 'grapheme' });
    const short = text(20, 1);
    const interactions: fc.Arbitrary<InteractionInput> = fc.record({
      source: short,
      interactionId: short,
      revision: fc.maxSafeNat(),
      type: text(20),
      channel: text(20),
      occurredAt: fc.integer({ min: -62_135_596_800_000, max: 253_402_300_799_999 }),
      parties: fc.array(
        fc.record({
          role: short,
          identifiers: fc.array(fc.record({ namespace: short, value: short }), { maxLength: 4 }),
          attributes: fc.dictionary(
            short.filter((name) => name !== '__proto__'),
            text(20),
            { noNullPrototype: true, maxKeys: 4 },
          ),
        }),
        { minLength: 1, maxLength: 4 },
      ),
      propertiesJson: fc
        .dictionary(short, fc.jsonValue(), { maxKeys: 3 })
        .map((value) => JSON.stringify(value)),
    });
    fc.assert(
      fc.property(interactions, (input) => {
        const message = throughWire<Interaction__Output>('Interaction', interactionToWire(input));
        expect(interactionFromWire(message)).toEqual(input);
      }),
      { numRuns: 200 },
    );
  });

  test('a revision above 2^53, a time that is absent or out of bounds -> not a number', () => {
    const revision = throughWire<Interaction__Output>('Interaction', {
      revision: '9007199254740993',
    });
    expect(interactionFromWire(revision)).toMatchObject({ revision: NaN, occurredAt: NaN });
    const occurredAt = { seconds: '9223372036854775807', nanos: 0 };
    const late = throughWire<Interaction__Output>('Interaction', { occurredAt });
    expect(interactionFromWire(late)).toMatchObject({ revision: 0, occurredAt: NaN });
  });

  const resolutions: readonly Resolution[] = [
    { kind: 'found', matches: [{ customerId: 'c1', certainty: 1 - 2 ** -30 }] },
    {
      kind: 'found',
      matches: [
        { customerId: 'c1', certainty: 0.9 },
        { customerId: 'c2', certainty: 0.8 },
        { customerId: 'c3', certainty: 0.7 },
      ],
    },
    { kind: 'not_found' },
    { kind: 'generic', holders: 4_000, valueRef: 'v1' },
    { kind: 'invalid', description: 'Blocked.' },
  ];
  test.each(resolutions)('resolution $kind -> the same', (resolution) => {
    const wire = throughWire<Resolution__Output>('Resolution', resolutionToWire(resolution));
    expect(resolutionFromWire(wire)).toEqual(resolution);
  });

  test('customer -> the same', () => {
    const wire = throughWire<Customer__Output>('Customer', customerToWire(CUSTOMER));
    expect(customerFromWire(wire)).toEqual(CUSTOMER);
    const own: CustomerView = { ...CUSTOMER, redirectedFrom: null };
    expect(customerFromWire(throughWire('Customer', customerToWire(own)))).toEqual(own);
  });

  const customerEvents: readonly FeedEvent[] = (
    ['customer.created', 'customer.merged', 'customer.split', 'profile.moved'] as const
  ).map((kind, index) => ({
    eventId: `e${index}`,
    kind,
    resumeToken: `t${index}`,
    occurredAt: 1_700_000_000_000 + index,
    customerId: 'c1',
    otherCustomerId: index === 0 ? null : 'c2',
    profileRef: 'p1',
  }));
  const evidenceEvents: readonly FeedEvent[] = (
    ['evidence.generic', 'evidence.held', 'evidence.rejected', 'evidence.counted'] as const
  ).map((kind, index) => ({
    eventId: `v${index}`,
    kind,
    resumeToken: `t${index}`,
    occurredAt: 1_700_000_000_000 + index,
    evidence:
      index % 2 === 0
        ? { kind: 'value', namespace: 'phone', valueRef: 'v1' }
        : { kind: 'delivery', source: 'crm', delivery: 'monday' },
  }));
  test.each([...customerEvents, ...evidenceEvents])('event $kind -> the same', (event) => {
    const wire = throughWire<WatchChangesResponse__Output>(
      'WatchChangesResponse',
      changeToWire(event),
    );
    expect(changeFromWire(wire)).toEqual(event);
  });

  test('status -> the same', () => {
    const numbers = {
      epoch: 2,
      term: 3,
      standby: 'shard-1',
      standbyLag: 2,
      appliedSequence: 4,
      durableSequence: 5,
      lastSequence: 2 ** 45,
    };
    const status: ClusterStatus = {
      mode: 'nats',
      rulesVersion: 'abc',
      partitions: ['recovering', 'running', 'stuck', 'stopped'].map((state, partition) => ({
        ...numbers,
        partition,
        owner: partition === 0 ? null : 'shard-1',
        outboxMessages: 6,
        quarantined: 7,
        state,
      })),
      settledLagMs: 8,
      counters: { interactions: 9.5 },
    };
    const name = 'GetClusterStatusResponse';
    const wire = throughWire<GetClusterStatusResponse__Output>(name, statusToWire(status));
    expect(statusFromWire(wire)).toEqual(status);
  });

  const token = { partition: 3, epoch: 1, sequence: 2 ** 40, origin: 77 };
  const violations = [{ field: 'parties[0].role', description: 'b' }];
  const results: readonly IngestResult[] = [
    { kind: 'acknowledged', token, dropped: violations },
    { kind: 'rejected', violations },
  ];
  test.each(results)('ingest outcome $kind -> the same', (result) => {
    const wire = throughWire<IngestOutcome__Output>('IngestOutcome', outcomeToWire(result));
    expect(outcomeFromWire(wire)).toEqual(result);
  });

  test('failed outcome -> the error of the port', () => {
    const error = itemErrorToWire(new ClusterError('overloaded', 'Busy.', { retryAfterMs: 40 }));
    const wire = { status: 'INGEST_STATUS_FAILED', error };
    const received = throughWire<IngestOutcome__Output>('IngestOutcome', wire);
    expect(() => outcomeFromWire(received)).toThrow(
      expect.objectContaining({ code: 'overloaded', retryAfterMs: 40 }),
    );
  });
});

describe('tokens and times', () => {
  test('any token -> the same; anything else -> null', () => {
    const number = fc.maxSafeNat();
    const tokens = fc.record({
      partition: number,
      epoch: number,
      sequence: number,
      origin: number,
    });
    fc.assert(
      fc.property(tokens, (token) => {
        expect(parseRevisionToken(formatRevisionToken(token))).toEqual(token);
      }),
    );
    const wrong = [
      '',
      '1',
      '1.0.0.0',
      '2.0.0.0.0',
      '1.0.0.0.0.0',
      '1.zzzzzzzzzzz.0.0.0',
      '1.-1.0.0.0',
    ];
    expect(wrong.filter((text) => parseRevisionToken(text) !== null)).toEqual([]);
  });

  const times = [
    ['0', 0, 0],
    ['1700000000', 999_999_999, 1_700_000_000_999],
    ['-1', 999_000_000, -1],
    ['253402300799', 999_999_999, 253_402_300_799_999],
    ['253402300800', 0, null],
    ['-62135596801', 0, null],
    ['9223372036854775807', 0, null],
    ['0', -1, null],
    ['0', 1_000_000_000, null],
  ] as const;
  test.each(times)('timestamp %s s + %i ns -> %s', (seconds, nanos, expected) => {
    expect(fromTimestamp({ seconds, nanos })).toBe(expected);
  });

  test('negative milliseconds -> whole seconds below, nanoseconds above', () => {
    expect(toTimestamp(-1)).toEqual({ seconds: -1, nanos: 999_000_000 });
  });
});

describe('chunks', () => {
  test('by count and by size, in order, an oversized item alone', () => {
    const items = [1, 1, 1, 3 * 1024 * 1024, 1, 1];
    const chunks = [...chunksOf(items, 2, (size) => size)];
    expect(chunks).toEqual([[1, 1], [1], [3 * 1024 * 1024], [1, 1]]);
    expect([...chunksOf([], 2, () => 1)]).toEqual([]);
  });
});

describe('strict check of encodings', () => {
  const shape = messageShape('selfsame.v1.Identifier');
  const rows: readonly (readonly [name: string, bytes: readonly number[], isGood: boolean])[] = [
    ['empty', [], true],
    ['text', [0x0a, 2, 0x61, 0x62], true],
    ['text in UTF-8', [0x0a, 2, 0xc3, 0xbc], true],
    ['text in Latin-1', [0x0a, 1, 0xfc], false],
    ['overlong UTF-8', [0x0a, 2, 0xc0, 0x80], false],
    ['text that is cut', [0x0a, 3, 0x61], false],
    ['length that is cut', [0x0a], false],
    ['unknown varint', [0x20, 0x01], true],
    ['unknown fixed32', [0x25, 1, 2, 3, 4], true],
    ['unknown fixed32 that is cut', [0x25, 1, 2, 3], false],
    ['unknown fixed64', [0x21, 1, 2, 3, 4, 5, 6, 7, 8], true],
    ['another wire type', [0x08, 0x01], false],
    ['a group', [0x0b, 0x0c], false],
    ['field 0', [0x02, 0x00], false],
    ['a varint of 11 bytes', [0x20, ...Array<number>(10).fill(0xff), 0x01], false],
    ['a varint above 64 bits', [0x20, ...Array<number>(9).fill(0xff), 0x02], false],
    ['the largest varint', [0x20, ...Array<number>(9).fill(0xff), 0x01], true],
    ['a tag above 32 bits', [0xff, 0xff, 0xff, 0xff, 0x1f], false],
    ['a length of 4 GiB', [0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f, 0x61], false],
  ];
  test.each(rows)('%s', (_name, bytes, isGood) => {
    expect(isMessage(Buffer.from(bytes), shape)).toBe(isGood);
  });

  test('nested message longer than its parent -> refused', () => {
    const party = messageShape('selfsame.v1.Party');
    expect(isMessage(Buffer.from([0x12, 2, 0x0a, 4, 0x61, 0x61, 0x61, 0x61]), party)).toBe(false);
    expect(isMessage(Buffer.from([0x1a, 3, 0x0a, 1, 0xfc]), party)).toBe(false);
    expect(isMessage(Buffer.from([0x1a, 3, 0x0a, 1, 0x61]), party)).toBe(true);
  });
});

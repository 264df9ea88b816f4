/** The hand-written encoder gives the bytes of protobufjs, for any mixture of answers. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeResolutions } from '../../shared/grpc/encode-resolutions.ts';
import { messageCodec } from '../../shared/grpc/load.ts';
import { resolutionToWire } from '../../shared/grpc/map-resolution.ts';
import { isMessage, messageShape } from '../../shared/grpc/wire-check.ts';
import type { Resolution } from '../../shared/protocol/cluster.ts';

const customerId = fc.oneof(
  fc.string({ minLength: 27, maxLength: 27 }),
  fc.string({ minLength: 100, maxLength: 200 }),
  fc.string({ unit: 'grapheme' }),
);
const match = fc.record({ customerId, certainty: fc.double({ min: 0, max: 1, noNaN: true }) });
const resolution: fc.Arbitrary<Resolution> = fc.oneof(
  fc.record({
    kind: fc.constant('found' as const),
    matches: fc.array(match, { minLength: 1, maxLength: 3 }),
  }),
  fc.constant({ kind: 'not_found' as const }),
  fc.record({
    kind: fc.constant('generic' as const),
    holders: fc.nat(),
    valueRef: fc.string(),
  }),
  fc.record({ kind: fc.constant('invalid' as const), description: fc.string({ maxLength: 300 }) }),
);

test('any answers -> the bytes of protobufjs', () => {
  const batch = messageCodec<object, unknown>('selfsame.v1.BatchResolveResponse');
  const stream = messageCodec<object, unknown>('selfsame.v1.ResolveStreamResponse');
  fc.assert(
    fc.property(fc.array(resolution, { maxLength: 20 }), fc.string(), (answers, correlationId) => {
      const resolutions = answers.map(resolutionToWire);
      expect(encodeResolutions(answers, 1)).toEqual(batch.serialize({ resolutions }));
      const prefix = stream.serialize({ correlationId });
      const streamed = encodeResolutions(answers, 2, prefix);
      expect(streamed).toEqual(stream.serialize({ correlationId, resolutions }));
      expect(isMessage(streamed, messageShape('selfsame.v1.ResolveStreamResponse'))).toBe(true);
    }),
    { numRuns: 300 },
  );
});

test('one answer repeated, as caches give it -> each occurrence', () => {
  const generic: Resolution = { kind: 'generic', holders: 9, valueRef: 'v' };
  const codec = messageCodec<object, unknown>('selfsame.v1.BatchResolveResponse');
  const resolutions = [generic, generic].map(resolutionToWire);
  expect(encodeResolutions([generic, generic], 1)).toEqual(codec.serialize({ resolutions }));
});

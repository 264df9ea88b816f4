/** Goal: explanations, attributions and matches of records go through the wire unchanged. */
import { describe, expect, test } from 'vitest';
import type { Explanation__Output } from '../../shared/grpc/generated/selfsame/v1/Explanation.ts';
import type { GetAttributionResponse__Output } from '../../shared/grpc/generated/selfsame/v1/GetAttributionResponse.ts';
import type { MatchRecordResponse__Output } from '../../shared/grpc/generated/selfsame/v1/MatchRecordResponse.ts';
import { attributionFromWire, attributionToWire } from '../../shared/grpc/map-attribution.ts';
import { explanationFromWire, explanationToWire } from '../../shared/grpc/map-explanation.ts';
import { recordMatchesFromWire, recordMatchesToWire } from '../../shared/grpc/map-record-match.ts';
import type { InteractionAttribution } from '../../shared/protocol/attribution.ts';
import type {
  ExplainedEdge,
  Explanation,
  RecordMatches,
} from '../../shared/protocol/explanations.ts';
import { throughWire } from '../support/through-wire.ts';

const STEP_OF = (edge: ExplainedEdge) => ({
  kind: 'raise_certainty',
  edge,
  quarterBits: 7,
  namespace: 'email',
  decisionId: 'd',
});
const VERSIONS = { rulesVersion: 'r', modelVersion: 'm', generation: 3 };
const EDGE: ExplainedEdge = {
  left: { namespace: 'user_id', value: 'l' },
  right: { namespace: 'crm_id', value: 'r' },
  leftRef: 'p1',
  rightRef: 'p2',
  certainty: 0.99,
  quarterBits: -26,
  band: 'ignore',
  contributions: [
    { kind: 'prior', name: '', level: '', quarterBits: -60, logOdds: -15.25 },
    { kind: 'comparison', name: 'phone', level: 'different', quarterBits: 34, logOdds: 8.75 },
  ],
  reasons: [
    {
      kind: 'shared_value',
      namespace: 'email',
      certainty: 0.99,
      supportDays: 4,
      rulesVersion: 'abc',
      decisionId: null,
    },
    {
      kind: 'must_link',
      namespace: '',
      certainty: 1,
      supportDays: 0,
      rulesVersion: 'abc',
      decisionId: 'd',
    },
  ],
  outcome: 'refused',
  refusal: 'limit',
};
describe('round trips', () => {
  const explanations: readonly Explanation[] = [
    {
      kind: 'joined',
      versions: VERSIONS,
      customerId: 'c1',
      path: [EDGE],
      weakest: EDGE,
      split: { edges: [EDGE, EDGE], isComplete: false },
    },
    {
      kind: 'joined',
      versions: { ...VERSIONS, modelVersion: null },
      customerId: 'c1',
      path: [],
      weakest: null,
      split: { edges: [], isComplete: true },
    },
    {
      kind: 'apart',
      versions: VERSIONS,
      leftCustomerId: 'c1',
      rightCustomerId: 'c2',
      refused: [EDGE],
      asked: null,
      uncounted: [
        {
          namespace: 'email',
          reason: 'generic',
          holders: 7,
          valueRef: 'v1',
          source: '',
          delivery: '',
        },
        {
          namespace: '',
          reason: 'delivery_held',
          holders: 0,
          valueRef: null,
          source: 's',
          delivery: 'd',
        },
      ],
      joins: [],
    },
    {
      kind: 'apart',
      versions: VERSIONS,
      leftCustomerId: 'c1',
      rightCustomerId: 'c2',
      refused: [],
      asked: EDGE,
      uncounted: [],
      joins: [[STEP_OF(EDGE), { ...STEP_OF(EDGE), edge: null }], [STEP_OF(EDGE)]],
    },
    {
      kind: 'how',
      versions: VERSIONS,
      customerId: 'c1',
      steps: [EDGE],
      refused: [{ ...EDGE, refusal: null }],
    },
  ];
  test.each(explanations)('explanation $kind -> the same', (explanation) => {
    const wire = explanationToWire(explanation);
    const received = throughWire<Explanation__Output>('Explanation', wire ?? {});
    expect(explanationFromWire(received)).toEqual(explanation);
  });

  test('an attribution, and the matches of a record -> the same', () => {
    const attribution: InteractionAttribution = {
      source: 's',
      interactionId: 'i',
      occurredAt: 1_700_000_000_123,
      parties: (['profile', 'device_share', 'anonymous'] as const).map((basis) => ({
        role: 'subject',
        profileRef: 'p1',
        kind: 'device',
        basis,
        customerId: 'c1',
        certainty: 0.9,
        shares: [{ customerId: 'c2', share: 0.25, certainty: 0.2 }],
      })),
    };
    const wire = throughWire<GetAttributionResponse__Output>(
      'GetAttributionResponse',
      attributionToWire(attribution),
    );
    expect(attributionFromWire(wire)).toEqual(attribution);
    const { quarterBits, contributions } = EDGE;
    const best = { customerId: 'c1', profileRef: 'p1', certainty: 0.5, quarterBits, contributions };
    const matches: RecordMatches = {
      matches: [
        { ...best, band: 'review', refusal: null },
        { ...best, band: 'merge', refusal: 'limit:user_id' },
      ],
      isAmbiguous: true,
      candidates: 7,
      isTruncated: true,
      dropped: [{ field: 'f', description: 'd' }],
    };
    expect(
      recordMatchesFromWire(
        throughWire<MatchRecordResponse__Output>(
          'MatchRecordResponse',
          recordMatchesToWire(matches),
        ),
      ),
    ).toEqual(matches);
  });
});

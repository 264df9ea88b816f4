/** Attributions between the wire and the port. */
import type { InteractionAttribution, PartyAttribution } from '../protocol/attribution.ts';
import type { GetAttributionResponse } from './generated/selfsame/v1/GetAttributionResponse.ts';
import type { GetAttributionResponse__Output } from './generated/selfsame/v1/GetAttributionResponse.ts';
import { keyOf, PROFILE_KINDS } from './wire-names.ts';
import { fromTimestamp, toTimestamp } from './wire-numbers.ts';

const BASES = {
  profile: 'ATTRIBUTION_BASIS_PROFILE',
  device_share: 'ATTRIBUTION_BASIS_DEVICE_SHARE',
  anonymous: 'ATTRIBUTION_BASIS_ANONYMOUS',
} as const;

export function attributionToWire(attribution: InteractionAttribution): GetAttributionResponse {
  const { source, interactionId, occurredAt, parties } = attribution;
  return {
    source,
    interactionId,
    occurredAt: toTimestamp(occurredAt),
    parties: parties.map(({ kind, basis, shares, ...party }) => ({
      ...party,
      kind: PROFILE_KINDS[kind],
      basis: BASES[basis],
      shares: [...shares],
    })),
  };
}

export function attributionFromWire(
  message: GetAttributionResponse__Output,
): InteractionAttribution {
  const { source, interactionId, occurredAt, parties } = message;
  return {
    source,
    interactionId,
    occurredAt: occurredAt === null ? 0 : (fromTimestamp(occurredAt) ?? 0),
    parties: parties.map(
      ({ kind, basis, ...party }): PartyAttribution => ({
        ...party,
        kind: keyOf(PROFILE_KINDS, kind),
        basis: keyOf(BASES, basis),
      }),
    ),
  };
}

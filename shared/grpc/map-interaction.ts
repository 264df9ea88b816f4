/**
 * Interactions between the wire and the port. Nothing is judged here: ingress checks every field of
 * an interaction, for all surfaces alike, and names the fields in its violations.
 */
import type { InteractionInput } from '../domain/interaction.ts';
import type { Interaction, Interaction__Output } from './generated/selfsame/v1/Interaction.ts';
import { fromInt64, fromTimestamp, toTimestamp } from './wire-numbers.ts';

/**
 * The interaction as it came. A time or revision that a number cannot hold, or a time that is
 * absent, becomes NaN, which ingress refuses with the advice that fits.
 */
export function interactionFromWire(message: Interaction__Output): InteractionInput {
  const { occurredAt, propertiesJson } = message;
  return {
    source: message.source,
    interactionId: message.interactionId,
    revision: fromInt64(message.revision) ?? Number.NaN,
    type: message.type,
    channel: message.channel,
    occurredAt: (occurredAt === null ? null : fromTimestamp(occurredAt)) ?? Number.NaN,
    parties: message.parties,
    propertiesJson: propertiesJson === '' ? '{}' : propertiesJson,
    ...(message.delivery === '' ? {} : { delivery: message.delivery }),
  };
}

export function interactionToWire(input: InteractionInput): Interaction {
  return {
    source: input.source,
    interactionId: input.interactionId,
    revision: String(input.revision),
    type: input.type,
    channel: input.channel,
    occurredAt: toTimestamp(input.occurredAt),
    parties: input.parties.map((party) => ({
      role: party.role,
      identifiers: party.identifiers.map(({ namespace, value }) => ({ namespace, value })),
      attributes: { ...party.attributes },
    })),
    propertiesJson: input.propertiesJson,
    ...(input.delivery === undefined ? {} : { delivery: input.delivery }),
  };
}

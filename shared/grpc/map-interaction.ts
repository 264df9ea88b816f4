/**
 * Interactions between the wire and the port. Checks shape and size only; what namespaces mean is
 * judged at ingress, whose findings come back as `IngestResult`.
 *
 * Field paths are relative to the interaction, as those of the cluster are; `prefix` puts them into
 * place when the interaction is part of a larger message.
 */
import type { InteractionInput, PartyInput } from '../domain/interaction.ts';
import type { Interaction, Interaction__Output } from './generated/selfsame/v1/Interaction.ts';
import type { Party__Output } from './generated/selfsame/v1/Party.ts';
import { CONTRACT_LIMITS } from './limits.ts';
import type { Violations } from './violations.ts';
import { fromInt64, fromTimestamp, toTimestamp } from './wire-numbers.ts';

const LIMITS = CONTRACT_LIMITS;

function checkJsonObject(text: string, field: string, violations: Violations): void {
  if (Buffer.byteLength(text) > LIMITS.propertiesBytes) {
    violations.add(field, `Too long; at most ${LIMITS.propertiesBytes} bytes.`);
    return;
  }
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return;
  } catch {
    // Falls through: the same advice mends both.
  }
  violations.add(field, 'Give the JSON text of one object.');
}

function partyFromWire(party: Party__Output, field: string, violations: Violations): PartyInput {
  const { role, identifiers, attributes } = party;
  violations.text(role, `${field}.role`, LIMITS.nameCharacters);
  violations.count(identifiers.length, `${field}.identifiers`, 0, LIMITS.identifiersPerParty);
  for (let index = 0; index < identifiers.length; index++) {
    const identifier = identifiers[index];
    if (identifier === undefined) continue;
    const path = `${field}.identifiers[${index}]`;
    violations.text(identifier.namespace, `${path}.namespace`, LIMITS.namespaceCharacters);
    violations.text(identifier.value, `${path}.value`, LIMITS.valueCharacters);
  }
  const names = Object.keys(attributes);
  violations.count(names.length, `${field}.attributes`, 0, LIMITS.attributesPerParty);
  for (const name of names) {
    const value = attributes[name] ?? '';
    if (name.length === 0 || name.length > LIMITS.nameCharacters) {
      // The path does not repeat the name: a client error may have put personal data there.
      violations.add(`${field}.attributes`, `Names have 1 to ${LIMITS.nameCharacters} characters.`);
    }
    violations.text(value, `${field}.attributes`, LIMITS.attributeCharacters, 0);
  }
  return { role, identifiers, attributes };
}

/** The interaction; meaningless when violations were added. */
export function interactionFromWire(
  message: Interaction__Output,
  prefix: string,
  violations: Violations,
): InteractionInput {
  const { source, interactionId, type, channel, parties, propertiesJson } = message;
  violations.text(source, `${prefix}source`, LIMITS.nameCharacters);
  violations.text(interactionId, `${prefix}interaction_id`, LIMITS.interactionIdCharacters);
  violations.text(type, `${prefix}type`, LIMITS.nameCharacters, 0);
  violations.text(channel, `${prefix}channel`, LIMITS.nameCharacters, 0);
  const revision = fromInt64(message.revision);
  if (revision === null || revision < 0) {
    violations.add(`${prefix}revision`, 'Give an integer, 0 to 2^53 - 1.');
  }
  const occurredAt = message.occurredAt === null ? null : fromTimestamp(message.occurredAt);
  if (occurredAt === null) {
    violations.add(`${prefix}occurred_at`, 'Required; give a time in the years 1 to 9999.');
  }
  violations.count(parties.length, `${prefix}parties`, 1, LIMITS.partiesPerInteraction);
  if (propertiesJson !== '') {
    checkJsonObject(propertiesJson, `${prefix}properties_json`, violations);
  }
  return {
    source,
    interactionId,
    revision: revision ?? 0,
    type,
    channel,
    occurredAt: occurredAt ?? 0,
    parties: parties
      .slice(0, LIMITS.partiesPerInteraction)
      .map((party, index) => partyFromWire(party, `${prefix}parties[${index}]`, violations)),
    propertiesJson: propertiesJson === '' ? '{}' : propertiesJson,
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
  };
}

/**
 * Packs what ingress made of an interaction or command into the message the log carries.
 */
import type { RoutedInteraction, RoutedParty, RoutedValue } from '../domain/interaction.ts';
import {
  type Deliver,
  MessageKind,
  type PackedInteraction,
  type PackedParty,
  type PackedValue,
} from '../domain/messages.ts';

const PROFILE_KINDS = { person: 0, persona: 1, device: 2, interaction: 3 } as const;
const ANCHOR_KINDS = { person: 0, device: 1 } as const;
const VALUE_KINDS = { evidence: 0, context: 1, derived: 2 } as const;

function packValue({ key, namespace, value, kind, bases }: RoutedValue): PackedValue {
  const packed = [key, namespace, value, VALUE_KINDS[kind]] as const;
  return bases.length === 0 ? packed : [...packed, bases];
}

function packParty(party: RoutedParty): PackedParty {
  return [
    party.role,
    party.profile,
    PROFILE_KINDS[party.profileKind],
    party.namespace,
    party.value,
    party.others.map((other) => [
      other.profile,
      other.namespace,
      other.value,
      ANCHOR_KINDS[other.kind],
    ]),
    party.values.map(packValue),
    party.attributes,
    party.facts,
  ];
}

export function packInteraction(interaction: RoutedInteraction): PackedInteraction {
  const { originals } = interaction;
  const packed = [
    interaction.id,
    interaction.source,
    interaction.interactionId,
    interaction.revision,
    interaction.digest,
    interaction.type,
    interaction.channel,
    interaction.occurredAt,
    interaction.receivedAt,
    interaction.parties.map(packParty),
    interaction.propertiesJson,
    interaction.delivery,
    interaction.deliveryId,
  ] as const;
  return originals === undefined ? packed : [...packed, originals];
}

export function deliver(interaction: RoutedInteraction): Deliver {
  return [MessageKind.deliver, interaction.id, packInteraction(interaction)];
}

/** One interaction of a customer relations system, as tests of the command line ingest it. */
import type { InteractionInput } from '../../shared/domain/interaction.ts';

export function contact(
  id: string,
  identifiers: readonly (readonly [namespace: string, value: string])[],
  attributes: Readonly<Record<string, string>> = {},
): InteractionInput {
  return {
    source: 'crm',
    interactionId: id,
    revision: 0,
    type: 'contact_saved',
    channel: 'crm',
    occurredAt: Date.UTC(2025, 0, 1),
    parties: [
      {
        role: 'subject',
        identifiers: identifiers.map(([namespace, value]) => ({ namespace, value })),
        attributes,
      },
    ],
    propertiesJson: '{}',
  };
}

/**
 * Drafts: what happened, with the truth beside it, before it becomes an `InteractionInput`.
 */
import type { InteractionInput } from '../../../../shared/domain/interaction.ts';
import type { NamespaceName } from './namespaces.ts';

/** The source systems of the demo company. */
export type Source =
  | 'web'
  | 'app'
  | 'crm-north'
  | 'crm-south'
  | 'billing'
  | 'billing-legacy'
  | 'orders'
  | 'call-centre'
  | 'till'
  | 'kiosk'
  | 'email'
  | 'iot'
  | 'direct-mail'
  | 'chat';

export interface DraftIdentifier {
  readonly namespace: NamespaceName;
  /** As the source system wrote it. */
  readonly value: string;
  /** What should have been written, when `value` is junk or mistyped; a revision corrects it. */
  readonly meant?: string;
}

export interface DraftParty {
  readonly role: string;
  readonly identifiers: readonly DraftIdentifier[];
  readonly attributes: Readonly<Record<string, string>>;
  /** Id of the person; null when it is nobody in particular (README: null truth). */
  readonly truth: string | null;
}

export interface Draft {
  readonly source: Source;
  readonly interactionId: string;
  readonly type: string;
  readonly channel: string;
  readonly parties: readonly DraftParty[];
  readonly properties: Readonly<Record<string, string | number | boolean>>;
}

export function toInput(draft: Draft, occurredAt: number): InteractionInput {
  return {
    source: draft.source,
    interactionId: draft.interactionId,
    revision: 0,
    type: draft.type,
    channel: draft.channel,
    occurredAt,
    parties: draft.parties.map((party) => ({
      role: party.role,
      identifiers: party.identifiers.map(({ namespace, value }) => ({ namespace, value })),
      attributes: party.attributes,
    })),
    propertiesJson: JSON.stringify(draft.properties),
  };
}

/** The same interaction after a clerk looked at it again: slips and junk are put right. */
export function toRevision(draft: Draft, occurredAt: number): InteractionInput {
  const corrected: Draft = {
    ...draft,
    parties: draft.parties.map((party) => ({
      ...party,
      identifiers: party.identifiers.map((entry) => ({
        namespace: entry.namespace,
        value: entry.meant ?? entry.value,
      })),
    })),
    properties: { ...draft.properties, reviewed: true },
  };
  return { ...toInput(corrected, occurredAt), revision: 1 };
}

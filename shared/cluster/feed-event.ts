/** Feed events from feed rows: actor ids become references, so that no event names a value. */
import { actorOf, type EvidenceId } from '../domain/actors/evidence-standing.ts';
import type { KeyId } from '../domain/identifier.ts';
import type { EvidenceName, FeedEvent } from '../protocol/cluster.ts';
import { type FeedRow, isEvidenceRow } from '../protocol/feed-row.ts';
import type { ReferenceCodec } from './references.ts';

/** `version` tells events of one subject apart; empty: the feed's position does. */
export function feedEvent(
  references: ReferenceCodec,
  row: FeedRow,
  resumeToken: string,
  version: string,
): FeedEvent {
  if (!isEvidenceRow(row)) {
    const [kind, profile, customer, other, occurredAt] = row;
    const profileRef = references.profileRef(profile);
    return {
      eventId: eventIdOf(profileRef, version, resumeToken),
      kind,
      resumeToken,
      occurredAt,
      customerId: references.customerId(customer),
      otherCustomerId: other === null ? null : references.customerId(other),
      profileRef,
    };
  }
  const [kind, subject, first, second, occurredAt] = row;
  const actor = actorOf(subject);
  const isValue = subject.startsWith('=k');
  const ref = isValue ? references.valueRef(actor as KeyId) : references.deliveryRef(actor);
  const evidence: EvidenceName = isValue
    ? { kind: 'value', namespace: first, valueRef: ref }
    : nameOf(subject, first, second);
  return {
    eventId: eventIdOf(ref, version, resumeToken),
    kind,
    resumeToken,
    occurredAt,
    evidence,
  };
}

function nameOf(subject: EvidenceId, first: string, second: string): EvidenceName {
  if (subject.startsWith('=s')) return { kind: 'source', source: first };
  if (subject.startsWith('=r')) return { kind: 'rule', namespace: first };
  return { kind: 'delivery', source: first, delivery: second };
}

function eventIdOf(ref: string, version: string, resumeToken: string): string {
  return version === '' ? `e${resumeToken}` : `${ref}.${version}`;
}

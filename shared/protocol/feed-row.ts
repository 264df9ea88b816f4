/**
 * Rows of the change feed: what the feed of an embedded cluster stores and what a partition's owner
 * publishes over NATS. Ids inside are those of actors; readers make references of them.
 */
import type { EvidenceId, EvidenceStanding } from '../domain/actors/evidence-standing.ts';
import { HELD, REJECTED, RELEASED } from '../domain/actors/orders.ts';
import type { ProfileId } from '../domain/identifier.ts';
import type { CustomerEventKind, EvidenceEventKind } from './cluster.ts';

/** What became of a profile. */
export type CustomerRow = readonly [
  kind: CustomerEventKind,
  profile: ProfileId,
  customer: ProfileId,
  other: ProfileId | null,
  occurredAt: number,
];

/** How a value (by its namespace) or a delivery (by source and label) counts. */
export type EvidenceRow = readonly [
  kind: EvidenceEventKind,
  subject: EvidenceId,
  first: string,
  second: string,
  occurredAt: number,
];

export type FeedRow = CustomerRow | EvidenceRow;

export function isEvidenceRow(row: FeedRow): row is EvidenceRow {
  return row[0].startsWith('evidence.');
}

/** What became of a profile whose founder was `before` (null: never told) and now is `after`. */
export function customerRow(
  profile: ProfileId,
  before: ProfileId | null,
  after: ProfileId,
  occurredAt: number,
): CustomerRow | null {
  if (before === after) return null;
  if (before === null) {
    if (after === profile) return ['customer.created', profile, profile, null, occurredAt];
    return ['profile.moved', profile, after, null, occurredAt];
  }
  if (before === profile) return ['customer.merged', profile, before, after, occurredAt];
  if (after === profile) return ['customer.split', profile, after, before, occurredAt];
  return ['profile.moved', profile, after, before, occurredAt];
}

export function evidenceKind(standing: EvidenceStanding): EvidenceEventKind {
  switch (standing) {
    case REJECTED:
      return 'evidence.rejected';
    case RELEASED:
      return 'evidence.counted';
    case HELD:
      return 'evidence.held';
    default:
      return 'evidence.generic';
  }
}

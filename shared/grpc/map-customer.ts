/** Customers between the wire and the port. */
import { type CustomerProfileView, type CustomerView } from '../protocol/cluster.ts';
import { bandFromWire, bandToWire } from './map-band.ts';
import type { Customer, Customer__Output } from './generated/selfsame/v1/Customer.ts';
import type { Timestamp__Output } from './generated/google/protobuf/Timestamp.ts';
import { keyOf, PROFILE_KINDS } from './wire-names.ts';
import { fromTimestamp, toTimestamp } from './wire-numbers.ts';

const NAMESPACE_KINDS = {
  person: 'NAMESPACE_KIND_PERSON',
  device: 'NAMESPACE_KIND_DEVICE',
  evidence: 'NAMESPACE_KIND_EVIDENCE',
  context: 'NAMESPACE_KIND_CONTEXT',
} as const;

export function customerToWire(view: CustomerView): Customer {
  return {
    customerId: view.customerId,
    redirectedFrom: view.redirectedFrom ?? '',
    minCertainty: view.minCertainty,
    profiles: view.profiles.map((profile) => ({
      profileRef: profile.profileRef,
      kind: PROFILE_KINDS[profile.kind],
      anchor: profile.anchor,
      certainty: profile.certainty,
      dayCount: profile.days,
      firstReceivedAt:
        profile.firstReceivedAt === null ? null : toTimestamp(profile.firstReceivedAt),
    })),
    identifiers: view.identifiers.map((identifier) => ({
      namespace: identifier.namespace,
      value: identifier.value,
      kind: NAMESPACE_KINDS[identifier.kind],
      dayCount: identifier.days,
      lastSeenAt: toTimestamp(identifier.lastSeenAt),
    })),
    attributes: view.attributes.map((attribute) => ({
      name: attribute.name,
      value: attribute.value,
      dayCount: attribute.days,
      lastSeenAt: toTimestamp(attribute.lastSeenAt),
    })),
    timeline: view.timeline.map(({ occurredAt, ...entry }) => ({
      ...entry,
      occurredAt: toTimestamp(occurredAt),
    })),
    relationships: view.relationships.map(({ interactions, ...relationship }) => ({
      ...relationship,
      interactionCount: interactions,
    })),
    possibleMatches: view.possibleMatches.map(({ band, possibleSince, ...match }) => ({
      ...match,
      band: bandToWire(band),
      possibleSince: possibleSince === null ? null : toTimestamp(possibleSince),
    })),
    ambiguous: view.ambiguous,
    oversized: view.oversized,
    settledLagMs: Math.round(view.settledLagMs),
  };
}

function time(timestamp: Timestamp__Output | null): number {
  return timestamp === null ? 0 : (fromTimestamp(timestamp) ?? 0);
}

function profilesFromWire(customer: Customer__Output): readonly CustomerProfileView[] {
  return customer.profiles.map((profile) => ({
    profileRef: profile.profileRef,
    kind: keyOf(PROFILE_KINDS, profile.kind),
    anchor: profile.anchor ?? { namespace: '', value: '' },
    certainty: profile.certainty,
    days: Number(profile.dayCount),
    firstReceivedAt: profile.firstReceivedAt === null ? null : time(profile.firstReceivedAt),
  }));
}

export function customerFromWire(customer: Customer__Output): CustomerView {
  return {
    customerId: customer.customerId,
    redirectedFrom: customer.redirectedFrom === '' ? null : customer.redirectedFrom,
    minCertainty: customer.minCertainty,
    profiles: profilesFromWire(customer),
    identifiers: customer.identifiers.map((identifier) => ({
      namespace: identifier.namespace,
      value: identifier.value,
      kind: keyOf(NAMESPACE_KINDS, identifier.kind),
      days: Number(identifier.dayCount),
      lastSeenAt: time(identifier.lastSeenAt),
    })),
    attributes: customer.attributes.map((attribute) => ({
      name: attribute.name,
      value: attribute.value,
      days: Number(attribute.dayCount),
      lastSeenAt: time(attribute.lastSeenAt),
    })),
    timeline: customer.timeline.map(({ occurredAt, ...entry }) => ({
      ...entry,
      occurredAt: time(occurredAt),
    })),
    relationships: customer.relationships.map(({ interactionCount, ...relationship }) => ({
      ...relationship,
      interactions: Number(interactionCount),
    })),
    possibleMatches: customer.possibleMatches.map(({ band, possibleSince, ...match }) => ({
      ...match,
      band: bandFromWire(band),
      possibleSince: possibleSince === null ? null : fromTimestamp(possibleSince),
    })),
    ambiguous: customer.ambiguous,
    oversized: customer.oversized,
    settledLagMs: Number(customer.settledLagMs),
  };
}

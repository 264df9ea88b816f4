/** Orders about evidence between the wire and the Cluster port. */
import type { OrderStanding, OrderSubject, OrderView } from '../protocol/cluster.ts';
import type { DeliveryName__Output } from './generated/selfsame/v1/DeliveryName.ts';
import type {
  EvidenceOrder,
  EvidenceOrder__Output,
} from './generated/selfsame/v1/EvidenceOrder.ts';
import type { Identifier__Output } from './generated/selfsame/v1/Identifier.ts';
import type { Standing as WireStanding } from './generated/selfsame/v1/Standing.ts';
import { CONTRACT_LIMITS } from './limits.ts';
import { checkIdentifier } from './map-resolution.ts';
import type { Violations } from './violations.ts';
import { fromTimestamp, toTimestamp } from './wire-numbers.ts';

const STANDINGS = {
  held: 'STANDING_HELD',
  released: 'STANDING_RELEASED',
  rejected: 'STANDING_REJECTED',
} as const;

export function standingToWire(standing: OrderStanding): (typeof STANDINGS)[OrderStanding] {
  return STANDINGS[standing];
}

/** The standing; `held` with a violation when the wire holds none that this version knows. */
export function standingFromWire(
  standing: WireStanding,
  field: string,
  violations: Violations,
): OrderStanding {
  switch (standing) {
    case 'STANDING_HELD':
      return 'held';
    case 'STANDING_RELEASED':
      return 'released';
    case 'STANDING_REJECTED':
      return 'rejected';
    default:
      violations.add(field, 'Required; give one of Standing.');
      return 'held';
  }
}

export interface WireSubject {
  readonly value: Identifier__Output | null;
  readonly delivery: DeliveryName__Output | null;
  readonly source: string;
  readonly rule: string;
}

/** What an order is about: exactly one of the four must be given. */
export function subjectFromWire(
  { value, delivery, source, rule }: WireSubject,
  violations: Violations,
): OrderSubject {
  const given = [value !== null, delivery !== null, source !== '', rule !== ''].filter(Boolean);
  if (given.length > 1) violations.add('value', 'Give a value, a delivery, a source or a rule.');
  if (source !== '') {
    violations.text(source, 'source', CONTRACT_LIMITS.idCharacters);
    return { kind: 'source', source };
  }
  if (rule !== '') {
    violations.text(rule, 'rule', CONTRACT_LIMITS.idCharacters);
    return { kind: 'rule', namespace: rule };
  }
  if (delivery !== null) {
    violations.text(delivery.source, 'delivery.source', CONTRACT_LIMITS.idCharacters);
    violations.text(delivery.delivery, 'delivery.delivery', CONTRACT_LIMITS.idCharacters);
    return { kind: 'delivery', source: delivery.source, delivery: delivery.delivery };
  }
  if (value === null) violations.add('value', 'Give a value, a delivery, a source or a rule.');
  else checkIdentifier(value, 'value', violations);
  return { kind: 'value', namespace: value?.namespace ?? '', value: value?.value ?? '' };
}

export function subjectToWire(subject: OrderSubject) {
  const nothing = { value: null, delivery: null, source: '', rule: '' };
  switch (subject.kind) {
    case 'value':
      return { ...nothing, value: { namespace: subject.namespace, value: subject.value } };
    case 'delivery':
      return { ...nothing, delivery: { source: subject.source, delivery: subject.delivery } };
    case 'source':
      return { ...nothing, source: subject.source };
    case 'rule':
      return { ...nothing, rule: subject.namespace };
  }
}

function subjectOf({ value, delivery, source, rule }: EvidenceOrder__Output): OrderSubject {
  if (source !== '') return { kind: 'source', source };
  if (rule !== '') return { kind: 'rule', namespace: rule };
  return delivery === null
    ? { kind: 'value', namespace: value?.namespace ?? '', value: value?.value ?? '' }
    : { kind: 'delivery', source: delivery.source, delivery: delivery.delivery };
}

export function orderToWire(order: OrderView): EvidenceOrder {
  return {
    ...subjectToWire(order.subject),
    standing: standingToWire(order.standing),
    decidedAt: toTimestamp(order.decidedAt),
    decidedBy: order.decidedBy,
    reason: order.reason,
    count: order.count,
    valueRef: order.valueRef ?? '',
    origins: order.origins.map(({ source, delivery, profiles }) => ({
      delivery: { source, delivery },
      profiles,
    })),
  };
}

const WIRE_STANDINGS: Readonly<Record<string, OrderStanding>> = {
  STANDING_HELD: 'held',
  STANDING_RELEASED: 'released',
  STANDING_REJECTED: 'rejected',
};

export function orderFromWire(order: EvidenceOrder__Output): OrderView {
  const { decidedAt } = order;
  return {
    subject: subjectOf(order),
    standing: WIRE_STANDINGS[String(order.standing)] ?? 'held',
    decidedAt: (decidedAt === null ? null : fromTimestamp(decidedAt)) ?? 0,
    decidedBy: order.decidedBy,
    reason: order.reason,
    count: order.count,
    valueRef: order.valueRef === '' ? null : order.valueRef,
    origins: order.origins.map(({ delivery: from, profiles }) => ({
      source: from?.source ?? '',
      delivery: from?.delivery ?? '',
      profiles,
    })),
  };
}

/** Reviews, decisions and conflicts between the wire and the port. */
import type { ConflictKind, OpenKind } from '../domain/open-reviews.ts';
import type {
  ConflictView,
  DecisionView,
  ReviewFilter,
  ReviewSide,
  ReviewView,
} from '../protocol/stewardship.ts';
import type { Conflict, Conflict__Output } from './generated/selfsame/v1/Conflict.ts';
import type { Decision, Decision__Output } from './generated/selfsame/v1/Decision.ts';
import type { Review, Review__Output } from './generated/selfsame/v1/Review.ts';
import type {
  ReviewFilter as WireFilter,
  ReviewFilter__Output,
} from './generated/selfsame/v1/ReviewFilter.ts';
import type { ReviewKind__Output } from './generated/selfsame/v1/ReviewKind.ts';
import type { ReviewSide__Output } from './generated/selfsame/v1/ReviewSide.ts';
import { CONTRACT_LIMITS } from './limits.ts';
import type { Violations } from './violations.ts';
import { fromTimestamp, toTimestamp } from './wire-numbers.ts';

const KINDS = {
  uncertain: 'REVIEW_KIND_UNCERTAIN',
  contested: 'REVIEW_KIND_CONTESTED',
  limit: 'REVIEW_KIND_LIMIT',
  exclusive: 'REVIEW_KIND_EXCLUSIVE',
  cohesion: 'REVIEW_KIND_COHESION',
} as const;
const CONFLICT_KINDS = {
  cannot_link: 'CONFLICT_KIND_CANNOT_LINK',
  split_decision: 'CONFLICT_KIND_SPLIT',
  limit: 'CONFLICT_KIND_LIMIT',
  exclusive: 'CONFLICT_KIND_EXCLUSIVE',
} as const;
const VERDICTS = {
  same: 'VERDICT_SAME',
  different: 'VERDICT_DIFFERENT',
  split: 'VERDICT_SPLIT',
} as const;
const STANDINGS = {
  effective: 'DECISION_STANDING_EFFECTIVE',
  superseded: 'DECISION_STANDING_SUPERSEDED',
  retracted: 'DECISION_STANDING_RETRACTED',
} as const;

/** The name of a wire value; null for one that this program does not know. */
function nameOf<Name extends string>(
  names: Readonly<Record<Name, string>>,
  wire: string | number,
): Name | null {
  for (const name of Object.keys(names) as Name[]) if (names[name] === wire) return name;
  return null;
}

export function verdictToWire(verdict: 'same' | 'different') {
  return VERDICTS[verdict];
}

/** `same` with a violation when the wire holds neither. */
export function verdictFromWire(wire: string | number, violations: Violations) {
  const verdict = nameOf(VERDICTS, wire);
  if (verdict === 'same' || verdict === 'different') return verdict;
  violations.add('verdict', 'Required; give VERDICT_SAME or VERDICT_DIFFERENT.');
  return 'same';
}

export function filterToWire(filter: ReviewFilter): WireFilter {
  return {
    minCertainty: filter.minCertainty ?? 0,
    ...(filter.maxCertainty === undefined ? {} : { maxCertainty: filter.maxCertainty }),
    kind: filter.kind === undefined ? 'REVIEW_KIND_UNSPECIFIED' : KINDS[filter.kind],
    namespace: filter.namespace ?? '',
    customer: filter.customer ?? '',
  };
}

/** Meaningless when violations were added. */
export function filterFromWire(
  filter: ReviewFilter__Output | null,
  violations: Violations,
): ReviewFilter {
  if (filter === null) return {};
  const { minCertainty, namespace, customer } = filter;
  const maxCertainty = filter._maxCertainty === 'maxCertainty' ? (filter.maxCertainty ?? 1) : 1;
  for (const [field, value] of [
    ['filter.min_certainty', minCertainty],
    ['filter.max_certainty', maxCertainty],
  ] as const) {
    if (!(value >= 0 && value <= 1)) violations.add(field, 'Give a probability, 0 to 1.');
  }
  violations.text(namespace, 'filter.namespace', CONTRACT_LIMITS.namespaceCharacters, 0);
  violations.text(customer, 'filter.customer', CONTRACT_LIMITS.refCharacters, 0);
  const kind = kindFromWire(filter.kind, violations);
  return {
    minCertainty,
    maxCertainty,
    ...(kind === null ? {} : { kind }),
    ...(namespace === '' ? {} : { namespace }),
    ...(customer === '' ? {} : { customer }),
  };
}

function kindFromWire(wire: ReviewKind__Output, violations: Violations): OpenKind | null {
  if (wire === 'REVIEW_KIND_UNSPECIFIED') return null;
  const kind = nameOf(KINDS, wire);
  if (kind === null) violations.add('filter.kind', 'Give one of ReviewKind.');
  return kind;
}

export function reviewToWire(review: ReviewView): Review {
  const { kind, left, right, certainty, detail, namespaces, value } = review;
  return {
    left: { ...left },
    right: { ...right },
    certainty,
    kind: KINDS[kind],
    detail,
    namespaces: [...namespaces],
    value,
    possibleSince: review.possibleSince === null ? null : toTimestamp(review.possibleSince),
  };
}

export function reviewFromWire(review: Review__Output): ReviewView {
  const { left, right, certainty, detail, namespaces, value } = review;
  const kind = nameOf(KINDS, review.kind) ?? 'uncertain';
  return {
    left: sideFromWire(left),
    right: sideFromWire(right),
    certainty,
    kind,
    detail,
    namespaces,
    value,
    possibleSince: review.possibleSince === null ? null : timeOf(review.possibleSince),
  };
}

function sideFromWire(side: ReviewSide__Output | null): ReviewSide {
  return {
    profileRef: side?.profileRef ?? '',
    anchor: { namespace: side?.anchor?.namespace ?? '', value: side?.anchor?.value ?? '' },
    customerId: side?.customerId ?? '',
    profiles: side?.profiles ?? 0,
  };
}

export function decisionToWire(decision: DecisionView): Decision {
  const { decisionId, verdict, decidedAt, decidedBy, reason, retractedBy } = decision;
  return {
    decisionId,
    verdict: VERDICTS[verdict],
    decidedAt: toTimestamp(decidedAt),
    decidedBy,
    reason,
    groups: decision.groups.map((refs) => ({ refs: [...refs] })),
    standing: STANDINGS[decision.standing],
    supersededBy: decision.supersededBy ?? '',
    retractedAt: retractedBy === null ? null : toTimestamp(retractedBy.at),
    retractedBy: retractedBy?.by ?? '',
    retractionReason: retractedBy?.reason ?? '',
    unobservedProfiles: decision.unobserved,
  };
}

export function decisionFromWire(decision: Decision__Output): DecisionView {
  const { decisionId, decidedBy, reason, retractedAt } = decision;
  return {
    decisionId,
    verdict: nameOf(VERDICTS, decision.verdict) ?? 'different',
    decidedAt: timeOf(decision.decidedAt),
    decidedBy,
    reason,
    groups: decision.groups.map(({ refs }) => refs),
    standing: nameOf(STANDINGS, decision.standing) ?? 'effective',
    supersededBy: decision.supersededBy === '' ? null : decision.supersededBy,
    retractedBy:
      retractedAt === null
        ? null
        : {
            at: timeOf(retractedAt),
            by: decision.retractedBy,
            reason: decision.retractionReason,
          },
    unobserved: decision.unobservedProfiles,
  };
}

function timeOf(wire: Decision__Output['decidedAt']): number {
  return (wire === null ? null : fromTimestamp(wire)) ?? 0;
}

export function conflictToWire(conflict: ConflictView): Conflict {
  const { leftRef, rightRef, kind, detail, decisionId } = conflict;
  const pair = { leftRef, rightRef };
  return {
    pair,
    decisionId: decisionId ?? '',
    kind: CONFLICT_KINDS[kind],
    detail,
    decision: conflict.decision === null ? null : decisionToWire(conflict.decision),
    defeatedBy: conflict.defeatedBy.map(decisionToWire),
  };
}

export function conflictFromWire(conflict: Conflict__Output): ConflictView {
  const { pair, decisionId, detail } = conflict;
  return {
    leftRef: pair?.leftRef ?? '',
    rightRef: pair?.rightRef ?? '',
    kind: nameOf<ConflictKind>(CONFLICT_KINDS, conflict.kind) ?? 'cannot_link',
    detail,
    decisionId: decisionId === '' ? null : decisionId,
    decision: conflict.decision === null ? null : decisionFromWire(conflict.decision),
    defeatedBy: conflict.defeatedBy.map(decisionFromWire),
  };
}

/**
 * Many decisions at once: each pair gets a must-link or cannot-link of its own, so each can be taken
 * back alone. Ids are made of the request's id and the pair: repeats count once, and a repeat of a
 * call that broke off goes on where it stopped.
 */
import type { ProfileId } from '../domain/identifier.ts';
import { digestOf } from '../ingress/hashing.ts';
import {
  type AckLevel,
  type CallOptions,
  type Cluster,
  ClusterError,
  type FieldViolation,
} from '../protocol/cluster.ts';
import {
  type BulkDecision,
  type BulkOutcome,
  type DecidedPair,
  STEWARD_PAGE_MAX,
} from '../protocol/stewardship.ts';
import type { ReaderContext } from './reader.ts';
import { listReviews } from './review-list.ts';

/** Commands of one call on their way at a time. */
const INFLIGHT = 32;
const REQUEST_ID_CHARACTERS = 64;

type Decided = DecidedPair & { readonly decisionId: string };
type Options = CallOptions & { readonly ack: AckLevel };

export async function decideReviews(
  context: ReaderContext,
  decision: BulkDecision,
  command: Cluster['command'],
  options: Options,
): Promise<BulkOutcome> {
  const violations = checkDecision(decision);
  if (violations.length > 0) return { kind: 'rejected', violations };
  const pairs = isList(decision.pairs)
    ? decision.pairs
    : await openPairs(context, decision, options);
  if (pairs.length > decision.maxDecisions) {
    const message = `more than ${decision.maxDecisions} pairs: narrow the filter, or allow more decisions`;
    throw new ClusterError('failed_precondition', message);
  }
  const decided: Decided[] = [];
  for (const [index, { leftRef, rightRef }] of pairs.entries()) {
    const left = context.references.profileOf(leftRef);
    const right = context.references.profileOf(rightRef);
    if (left === null || right === null || left === right) {
      const description = 'must name two profiles of this cluster by their references';
      violations.push({ field: `pairs[${index}]`, description });
      continue;
    }
    decided.push({ leftRef, rightRef, decisionId: decisionIdOf(decision, left, right) });
  }
  if (violations.length > 0) return { kind: 'rejected', violations };
  if (decision.isDryRun) return { kind: 'decided', decisions: decided };
  for (let start = 0; start < decided.length; start += INFLIGHT) {
    const part = decided.slice(start, start + INFLIGHT);
    const results = await Promise.all(
      part.map((pair) => command(commandOf(decision, pair), options)),
    );
    const refused = results.find((result) => result.kind === 'rejected');
    if (refused?.kind === 'rejected') return refused;
  }
  return { kind: 'decided', decisions: decided };
}

function isList(pairs: BulkDecision['pairs']): pairs is readonly DecidedPair[] {
  return Array.isArray(pairs);
}

function checkDecision({ maxDecisions, requestId, decidedBy }: BulkDecision): FieldViolation[] {
  const violations: FieldViolation[] = [];
  if (!(Number.isInteger(maxDecisions) && maxDecisions >= 1 && maxDecisions <= STEWARD_PAGE_MAX)) {
    const description = `must be 1 to ${STEWARD_PAGE_MAX}`;
    violations.push({ field: 'max_decisions', description });
  }
  if (requestId.length < 1 || requestId.length > REQUEST_ID_CHARACTERS) {
    const description = `must have 1 to ${REQUEST_ID_CHARACTERS} characters`;
    violations.push({ field: 'request_id', description });
  }
  if (decidedBy === '') violations.push({ field: 'decided_by', description: 'must not be empty' });
  return violations;
}

/** The open pairs that the filter names; one more than may be decided is enough to know. */
async function openPairs(
  context: ReaderContext,
  { pairs: filter, maxDecisions }: BulkDecision,
  options: Options,
): Promise<readonly DecidedPair[]> {
  if (isList(filter)) return filter;
  const found: DecidedPair[] = [];
  let token: string | null = null;
  do {
    const pageSize = Math.min(STEWARD_PAGE_MAX, maxDecisions + 1 - found.length);
    const page = await listReviews(context, filter, { ...options, pageSize, pageToken: token });
    for (const { left, right } of page.reviews) {
      found.push({ leftRef: left.profileRef, rightRef: right.profileRef });
    }
    token = page.nextPageToken;
  } while (token !== null && found.length <= maxDecisions);
  return found;
}

function decisionIdOf({ requestId }: BulkDecision, left: ProfileId, right: ProfileId): string {
  const [low, high] = left < right ? [left, right] : [right, left];
  return `b${digestOf(['bulk decision', requestId, low, high])}`;
}

function commandOf(
  { verdict, decidedAt, decidedBy, reason }: BulkDecision,
  { leftRef, rightRef, decisionId }: Decided,
): Parameters<Cluster['command']>[0] {
  return {
    kind: verdict === 'same' ? 'must_link' : 'cannot_link',
    decisionId,
    left: { kind: 'ref', ref: leftRef },
    right: { kind: 'ref', ref: rightRef },
    decidedAt,
    decidedBy,
    reason,
  };
}

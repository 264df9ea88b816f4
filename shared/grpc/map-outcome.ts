/** Outcomes of single items between the wire and the port. */
import { ClusterError, type FieldViolation, type IngestResult } from '../protocol/cluster.ts';
import { ERROR_TABLE, clusterCodeOf, isErrorReason } from './error-table.ts';
import type {
  IngestOutcome,
  IngestOutcome__Output,
} from './generated/selfsame/v1/IngestOutcome.ts';
import type { ItemError, ItemError__Output } from './generated/selfsame/v1/ItemError.ts';
import { formatRevisionToken, parseRevisionToken } from './revision-token.ts';
import { type ErrorFacts, factsOf } from './status.ts';

/**
 * Violations with the field names of the contract: the port speaks of `interactionId`, the contract
 * of `interaction_id`. `prefix` puts the path into place in a larger message.
 */
export function violationsToWire(
  violations: readonly FieldViolation[],
  prefix = '',
): FieldViolation[] {
  return violations.map(({ field, description }) => ({
    field: prefix + field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
    description,
  }));
}

export function outcomeToWire(result: IngestResult): IngestOutcome {
  if (result.kind === 'rejected') {
    return { status: 'INGEST_STATUS_REJECTED', violations: violationsToWire(result.violations) };
  }
  return {
    status: 'INGEST_STATUS_ACKNOWLEDGED',
    revisionToken: formatRevisionToken(result.token),
    dropped: violationsToWire(result.dropped),
  };
}

export function itemErrorToWire(error: unknown): ItemError {
  const facts: ErrorFacts = factsOf(error);
  return {
    code: ERROR_TABLE[facts.reason].grpcCode,
    reason: facts.reason,
    message: facts.message,
    violations: [...facts.violations],
    ...(facts.retryAfterMs === null ? {} : { retryAfterMs: Math.ceil(facts.retryAfterMs) }),
  };
}

export function itemErrorFromWire(error: ItemError__Output): ClusterError {
  const code = isErrorReason(error.reason)
    ? ERROR_TABLE[error.reason].clusterCode
    : clusterCodeOf(error.code);
  return new ClusterError(code, error.message, {
    violations: error.violations,
    ...(error.retryAfterMs === undefined ? {} : { retryAfterMs: Number(error.retryAfterMs) }),
  });
}

/** The result; throws `ClusterError` for an item that the cluster could not answer for. */
export function outcomeFromWire(outcome: IngestOutcome__Output): IngestResult {
  if (outcome.status === 'INGEST_STATUS_REJECTED') {
    return { kind: 'rejected', violations: outcome.violations };
  }
  const token = parseRevisionToken(outcome.revisionToken);
  if (outcome.status === 'INGEST_STATUS_ACKNOWLEDGED' && token !== null) {
    return { kind: 'acknowledged', token, dropped: outcome.dropped };
  }
  if (outcome.error !== null) throw itemErrorFromWire(outcome.error);
  throw new ClusterError('internal', 'The gateway sent an outcome that this client cannot read.');
}

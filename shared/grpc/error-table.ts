/**
 * The one table of errors that cross the wire: reason -> gRPC status, retry delay, runbook.
 *
 * I1: every `ClusterErrorCode` has exactly one reason (`CLUSTER_REASONS`), and the way back from a
 *     reason to a code is defined for all reasons (`clusterCode`).
 * I2: every reason has a section in `services/gateway/ERRORS.md` and the reverse (tested).
 * I3: only UNAVAILABLE is retried by clients automatically (AIP-194); RESOURCE_EXHAUSTED carries a
 *     delay and is the caller's to repeat.
 */
import { status } from '@grpc/grpc-js';
import type { ClusterErrorCode } from '../protocol/cluster.ts';

export interface ErrorEntry {
  readonly grpcCode: status;
  /** Default least delay before a repeat, milliseconds; null: a repeat is useless as it stands. */
  readonly retryDelayMs: number | null;
  /** Code of the port to which a client turns this reason. */
  readonly clusterCode: ClusterErrorCode;
}

function entry(
  grpcCode: status,
  clusterCode: ClusterErrorCode,
  retryDelayMs: number | null = null,
): ErrorEntry {
  return { grpcCode, clusterCode, retryDelayMs };
}

export const ERROR_TABLE = {
  INVALID_ARGUMENT: entry(status.INVALID_ARGUMENT, 'invalid_argument'),
  /** The bytes are not a message of the expected type. */
  MALFORMED_MESSAGE: entry(status.INVALID_ARGUMENT, 'invalid_argument'),
  INTERACTION_REJECTED: entry(status.INVALID_ARGUMENT, 'invalid_argument'),
  DECISION_REJECTED: entry(status.INVALID_ARGUMENT, 'invalid_argument'),
  NOT_FOUND: entry(status.NOT_FOUND, 'not_found'),
  FAILED_PRECONDITION: entry(status.FAILED_PRECONDITION, 'failed_precondition'),
  /** No token, or one that does not count. */
  UNAUTHENTICATED: entry(status.UNAUTHENTICATED, 'unauthenticated'),
  /** The token lacks the scope of the method. */
  PERMISSION_DENIED: entry(status.PERMISSION_DENIED, 'permission_denied'),
  /** The tenant's or client's rate is used up. The delay is computed. */
  QUOTA_EXCEEDED: entry(status.RESOURCE_EXHAUSTED, 'overloaded', 1_000),
  RESUME_TOKEN_EXPIRED: entry(status.OUT_OF_RANGE, 'resume_token_expired'),
  DEADLINE_EXCEEDED: entry(status.DEADLINE_EXCEEDED, 'deadline_exceeded'),
  CANCELLED: entry(status.CANCELLED, 'cancelled'),
  /** The cluster is behind. 250 ms: a few durable batches. */
  OVERLOADED: entry(status.RESOURCE_EXHAUSTED, 'overloaded', 250),
  /** This gateway holds as much work as it may; another may be free at once. */
  GATEWAY_SATURATED: entry(status.RESOURCE_EXHAUSTED, 'overloaded', 100),
  MESSAGE_TOO_LARGE: entry(status.RESOURCE_EXHAUSTED, 'invalid_argument'),
  /** The client reads a change stream too slowly; it resumes with its last token. */
  WATCH_TOO_SLOW: entry(status.RESOURCE_EXHAUSTED, 'overloaded', 1_000),
  /** A partition moves, or the log is out of reach. 500 ms: a planned hand-over. */
  UNAVAILABLE: entry(status.UNAVAILABLE, 'unavailable', 500),
  /** Privileged calls are not made without their record. */
  AUDIT_UNAVAILABLE: entry(status.UNAVAILABLE, 'unavailable', 500),
  GATEWAY_DRAINING: entry(status.UNAVAILABLE, 'unavailable', 100),
  INTERNAL: entry(status.INTERNAL, 'internal'),
} as const satisfies Readonly<Record<string, ErrorEntry>>;

export type ErrorReason = keyof typeof ERROR_TABLE;

/** Reason of each code of the Cluster port. */
export const CLUSTER_REASONS: Readonly<Record<ClusterErrorCode, ErrorReason>> = {
  invalid_argument: 'INVALID_ARGUMENT',
  not_found: 'NOT_FOUND',
  deadline_exceeded: 'DEADLINE_EXCEEDED',
  cancelled: 'CANCELLED',
  overloaded: 'OVERLOADED',
  unavailable: 'UNAVAILABLE',
  failed_precondition: 'FAILED_PRECONDITION',
  resume_token_expired: 'RESUME_TOKEN_EXPIRED',
  unauthenticated: 'UNAUTHENTICATED',
  permission_denied: 'PERMISSION_DENIED',
  internal: 'INTERNAL',
};

export function isErrorReason(text: string): text is ErrorReason {
  return Object.hasOwn(ERROR_TABLE, text);
}

/** Where the operator reads on, relative to the project root. */
export function runbookOf(reason: ErrorReason): string {
  return `services/gateway/ERRORS.md#${reason.toLowerCase()}`;
}

/** Code of the port for a gRPC status without details, as transports produce them. */
export function clusterCodeOf(code: status): ClusterErrorCode {
  switch (code) {
    case status.INVALID_ARGUMENT:
    case status.UNIMPLEMENTED:
      return 'invalid_argument';
    case status.OUT_OF_RANGE:
      return 'resume_token_expired';
    case status.NOT_FOUND:
      return 'not_found';
    case status.FAILED_PRECONDITION:
      return 'failed_precondition';
    case status.DEADLINE_EXCEEDED:
      return 'deadline_exceeded';
    case status.UNAUTHENTICATED:
      return 'unauthenticated';
    case status.PERMISSION_DENIED:
      return 'permission_denied';
    case status.CANCELLED:
      return 'cancelled';
    case status.RESOURCE_EXHAUSTED:
      return 'overloaded';
    case status.UNAVAILABLE:
      return 'unavailable';
    default:
      return 'internal';
  }
}

/**
 * Errors to google.rpc.Status details and back (AIP-193).
 *
 * Every error of the gateway carries exactly one ErrorInfo; BadRequest when fields are wrong;
 * RetryInfo and the trailer `grpc-retry-pushback-ms` (gRFC A6) when a repeat makes sense.
 * Messages never hold values of requests.
 */
import { Metadata, type ServiceError, type status } from '@grpc/grpc-js';
import { ClusterError, type FieldViolation } from '../protocol/cluster.ts';
import {
  CLUSTER_REASONS,
  ERROR_TABLE,
  clusterCodeOf,
  isErrorReason,
  runbookOf,
} from './error-table.ts';
import type { ErrorReason } from './error-table.ts';
import type { Any__Output } from './generated/google/protobuf/Any.ts';
import type { BadRequest, BadRequest__Output } from './generated/google/rpc/BadRequest.ts';
import type { ErrorInfo, ErrorInfo__Output } from './generated/google/rpc/ErrorInfo.ts';
import type { RetryInfo, RetryInfo__Output } from './generated/google/rpc/RetryInfo.ts';
import type { Status, Status__Output } from './generated/google/rpc/Status.ts';
import { messageCodec } from './load.ts';

const STATUS_KEY = 'grpc-status-details-bin';
const PUSHBACK_KEY = 'grpc-retry-pushback-ms';
const TYPE_PREFIX = 'type.googleapis.com/';
export const ERROR_DOMAIN = 'selfsame';

/**
 * Most bytes of violations in one error. C-core clients refuse trailers above 8 KiB (their default
 * `grpc.max_metadata_size`), and base64 adds a third: 4,000 bytes leave room for the rest.
 */
const VIOLATION_BYTES_MAX = 4_000;

/** Everything that an error says, before it is encoded. */
export interface ErrorFacts {
  readonly reason: ErrorReason;
  readonly message: string;
  readonly violations: readonly FieldViolation[];
  /** Milliseconds; null: do not repeat. */
  readonly retryAfterMs: number | null;
  readonly metadata: Readonly<Record<string, string>>;
}

/** An error that a gateway itself raises. `message` holds no personal data. */
export class GatewayError extends Error {
  readonly facts: ErrorFacts;
  constructor(
    reason: ErrorReason,
    message: string,
    details: {
      readonly violations?: readonly FieldViolation[];
      readonly metadata?: Readonly<Record<string, string>>;
      /** Milliseconds; default: that of the reason. */
      readonly retryAfterMs?: number;
    } = {},
  ) {
    super(message);
    this.name = 'GatewayError';
    this.facts = {
      reason,
      message,
      violations: details.violations ?? [],
      retryAfterMs: details.retryAfterMs ?? ERROR_TABLE[reason].retryDelayMs,
      metadata: details.metadata ?? {},
    };
  }
}

/** What an error of any origin says to clients. Unknown errors (bugs) say no more than INTERNAL. */
export function factsOf(error: unknown): ErrorFacts {
  if (error instanceof GatewayError) return error.facts;
  if (error instanceof ClusterError) {
    const reason = CLUSTER_REASONS[error.code];
    return {
      reason,
      message: error.message,
      violations: error.violations,
      retryAfterMs: error.retryAfterMs ?? ERROR_TABLE[reason].retryDelayMs,
      metadata: {},
    };
  }
  return {
    reason: 'INTERNAL',
    message: 'The gateway failed; its log holds the error under the request id.',
    violations: [],
    retryAfterMs: null,
    metadata: {},
  };
}

function detail<Input>(name: string, value: Input): { type_url: string; value: Buffer } {
  const bytes = messageCodec<Input, unknown>(name).serialize(value);
  return { type_url: TYPE_PREFIX + name, value: bytes };
}

/** The violations that fit into a trailer. */
function fittingViolations(violations: readonly FieldViolation[]): readonly FieldViolation[] {
  let bytes = 0;
  const end = violations.findIndex(({ field, description }) => {
    bytes += Buffer.byteLength(field) + Buffer.byteLength(description) + 8;
    return bytes > VIOLATION_BYTES_MAX;
  });
  return end === -1 ? violations : violations.slice(0, end);
}

/** An error as grpc-js sends it: code, message, trailers. */
export interface WireError {
  readonly code: status;
  readonly details: string;
  readonly metadata: Metadata;
}

/** Encodes an error. `requestId` goes into the ErrorInfo, so that a report finds its log lines. */
export function encodeError(facts: ErrorFacts, requestId: string): WireError {
  const grpcCode = ERROR_TABLE[facts.reason].grpcCode;
  const violations = fittingViolations(facts.violations);
  const omitted = facts.violations.length - violations.length;
  const info: ErrorInfo = {
    reason: facts.reason,
    domain: ERROR_DOMAIN,
    metadata: {
      ...facts.metadata,
      runbook: runbookOf(facts.reason),
      request_id: requestId,
      ...(omitted > 0 ? { violations_omitted: String(omitted) } : {}),
    },
  };
  const details = [detail<ErrorInfo>('google.rpc.ErrorInfo', info)];
  if (violations.length > 0) {
    const fieldViolations = violations.map(({ field, description }) => ({ field, description }));
    details.push(detail<BadRequest>('google.rpc.BadRequest', { fieldViolations }));
  }
  const metadata = new Metadata();
  if (facts.retryAfterMs !== null) {
    const retryDelay = {
      seconds: Math.floor(facts.retryAfterMs / 1000),
      nanos: Math.round((facts.retryAfterMs % 1000) * 1_000_000),
    };
    details.push(detail<RetryInfo>('google.rpc.RetryInfo', { retryDelay }));
    metadata.set(PUSHBACK_KEY, String(Math.ceil(facts.retryAfterMs)));
  }
  const codec = messageCodec<Status, Status__Output>('google.rpc.Status');
  metadata.set(STATUS_KEY, codec.serialize({ code: grpcCode, message: facts.message, details }));
  return { code: grpcCode, details: facts.message, metadata };
}

function findDetail<Output>(details: readonly Any__Output[], name: string): Output | null {
  const found = details.find(({ type_url }) => type_url === TYPE_PREFIX + name);
  return found === undefined ? null : messageCodec<object, Output>(name).deserialize(found.value);
}

/** Decodes the details of a failed call; null when there are none or they are not readable. */
export function decodeError(metadata: Metadata, message: string): ErrorFacts | null {
  const bytes = metadata.get(STATUS_KEY)[0];
  if (!(bytes instanceof Buffer)) return null;
  try {
    const decoded = messageCodec<Status, Status__Output>('google.rpc.Status').deserialize(bytes);
    // The generated type admits the JSON form of Any, which the loader options exclude.
    const details = decoded.details as readonly Any__Output[];
    const info = findDetail<ErrorInfo__Output>(details, 'google.rpc.ErrorInfo');
    if (info === null || !isErrorReason(info.reason)) return null;
    const bad = findDetail<BadRequest__Output>(details, 'google.rpc.BadRequest');
    const delay =
      findDetail<RetryInfo__Output>(details, 'google.rpc.RetryInfo')?.retryDelay ?? null;
    return {
      reason: info.reason,
      message,
      violations: bad?.fieldViolations ?? [],
      retryAfterMs: delay === null ? null : Number(delay.seconds) * 1000 + delay.nanos / 1_000_000,
      metadata: info.metadata,
    };
  } catch {
    // Not our encoding: an intermediary may use the same trailer. The status code still counts.
    return null;
  }
}

/**
 * grpc-js wraps what a connection failed with once for each balancer, and adds a note that is
 * mostly empty; of these the innermost says what happened.
 */
function plainDetails(details: string): string {
  const [, innermost] = /.*Last error: (?:Error: )?(.+?)\.? Resolution note:/s.exec(details) ?? [];
  return innermost ?? details;
}

/** A failed call as the Cluster port reports failures. */
export function clusterErrorOf(error: ServiceError): ClusterError {
  const facts = decodeError(error.metadata, error.details);
  const code = facts === null ? clusterCodeOf(error.code) : ERROR_TABLE[facts.reason].clusterCode;
  return new ClusterError(code, plainDetails(error.details), {
    ...(facts?.retryAfterMs == null ? {} : { retryAfterMs: facts.retryAfterMs }),
    violations: facts?.violations ?? [],
    cause: error,
  });
}

/** Reason of an error that `clusterErrorOf` made; null when the server gave none. */
export function reasonOf(error: ClusterError): ErrorReason | null {
  const cause = error.cause as Partial<ServiceError> | undefined;
  if (cause?.metadata === undefined) return null;
  return decodeError(cause.metadata, error.message)?.reason ?? null;
}

/**
 * The calls that gateways make to coordinators over the bus, and their answers. How long a caller
 * waits comes with the request (`BusCall`).
 */
import { hash } from 'node:crypto';
import type { InteractionInput } from '../domain/interaction.ts';
import type {
  AckLevel,
  ClusterErrorCode,
  Command,
  FieldViolation,
  IngestResult,
  CommandResult,
} from './cluster.ts';
import { ClusterError } from './cluster.ts';

export const INGEST_SUBJECT = 'selfsame.v1.ingest';
export const COORDINATOR_QUEUE = 'coordinator';

/** Subject on which the owner of a partition answers queries. */
export function querySubject(partition: number): string {
  return `selfsame.v1.query.${String(partition).padStart(3, '0')}`;
}

/** Where this very owner answers: of two that claim a partition, the one that its marks name is asked. */
export function ownerSubject(partition: number, owner: string): string {
  return `${querySubject(partition)}.${hash('sha256', owner, 'hex').slice(0, 16)}`;
}

/** Where a follower of the partition answers in place of an owner that does not. */
export function standbySubject(partition: number): string {
  return `selfsame.v1.standby.${String(partition).padStart(3, '0')}`;
}

export type IngressCall =
  | {
      readonly kind: 'ingest';
      readonly ack: AckLevel;
      readonly receivedAt: number | null;
      readonly items: readonly InteractionInput[];
    }
  | {
      readonly kind: 'command';
      readonly ack: AckLevel;
      readonly command: Command;
    }
  | { readonly kind: 'settle' };

export type IngressAnswer =
  | { readonly kind: 'ingested'; readonly results: readonly IngestResult[] }
  | { readonly kind: 'commanded'; readonly result: CommandResult }
  | { readonly kind: 'settled' }
  | {
      readonly kind: 'failed';
      readonly code: ClusterErrorCode;
      readonly message: string;
      readonly retryAfterMs: number | null;
      readonly violations: readonly FieldViolation[];
    };

export function failedAnswer(error: unknown): IngressAnswer {
  if (!(error instanceof ClusterError)) throw error;
  const { code, message, retryAfterMs, violations } = error;
  return { kind: 'failed', code, message, retryAfterMs, violations };
}

export function errorOf(answer: Extract<IngressAnswer, { kind: 'failed' }>): ClusterError {
  return new ClusterError(answer.code, answer.message, {
    ...(answer.retryAfterMs === null ? {} : { retryAfterMs: answer.retryAfterMs }),
    violations: answer.violations,
  });
}

/** Errors on the wire: one table, one ErrorInfo, no values, small enough for every client. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Metadata, type ServiceError, status } from '@grpc/grpc-js';
import { describe, expect, test } from 'vitest';
import { CLUSTER_REASONS, ERROR_TABLE, type ErrorReason } from '../../shared/grpc/error-table.ts';
import {
  clusterErrorOf,
  decodeError,
  encodeError,
  factsOf,
  GatewayError,
  reasonOf,
} from '../../shared/grpc/status.ts';
import { packageRoot } from '../../shared/ingress/package-root.ts';
import { ClusterError, type ClusterErrorCode } from '../../shared/protocol/cluster.ts';

const REASONS = Object.keys(ERROR_TABLE) as ErrorReason[];

function received(facts: Parameters<typeof encodeError>[0]): ServiceError {
  const { code, details, metadata } = encodeError(facts, 'request-1');
  return Object.assign(new Error(details), { code, details, metadata });
}

describe('error table', () => {
  test('reasons and sections of the runbook -> the same, with the same codes', () => {
    const runbook = readFileSync(join(packageRoot(), 'services/gateway/ERRORS.md'), 'utf8');
    const sections = [...runbook.matchAll(/^## ([A-Z_]+)\n`([A-Z_]+)`/gm)];
    expect(sections.map((section) => section[1]).toSorted()).toEqual(REASONS.toSorted());
    const codes = sections.map(([, reason]) => status[ERROR_TABLE[reason as ErrorReason].grpcCode]);
    expect(sections.map(([, , code]) => code)).toEqual(codes);
  });

  test('every code of the port -> reason and back to the same code', () => {
    for (const [code, reason] of Object.entries(CLUSTER_REASONS)) {
      expect(ERROR_TABLE[reason].clusterCode).toBe(code);
    }
  });

  test('automatic retries are for UNAVAILABLE alone -> those reasons name a delay', () => {
    const retried = REASONS.filter((reason) => ERROR_TABLE[reason].grpcCode === status.UNAVAILABLE);
    expect(retried).toEqual(['UNAVAILABLE', 'AUDIT_UNAVAILABLE', 'GATEWAY_DRAINING']);
    expect(retried.every((reason) => (ERROR_TABLE[reason].retryDelayMs ?? 0) > 0)).toBe(true);
  });
});

test('a connection that failed below two balancers -> what happened, once', () => {
  const details =
    'round_robin: No connection established. Last error: No connection established. Last error: ' +
    'Error: connect ECONNREFUSED 127.0.0.1:1. Resolution note: ';
  const cause = Object.assign(new Error(details), {
    code: status.UNAVAILABLE,
    details,
    metadata: new Metadata(),
  });
  expect(clusterErrorOf(cause)).toMatchObject({
    code: 'unavailable',
    message: 'connect ECONNREFUSED 127.0.0.1:1',
  });
});

describe('encoding', () => {
  test.each(REASONS)('%s -> decodes to the same facts', (reason) => {
    const violations = [{ field: 'parties[0].role', description: 'Required.' }];
    const { facts } = new GatewayError(reason, 'What to do.', { violations, metadata: { a: 'b' } });
    const error = received(facts);
    const decoded = decodeError(error.metadata, error.details);
    expect(decoded).toEqual({
      ...facts,
      metadata: {
        a: 'b',
        request_id: 'request-1',
        runbook: `services/gateway/ERRORS.md#${reason.toLowerCase()}`,
      },
    });
    const pushback = error.metadata.get('grpc-retry-pushback-ms');
    const delay = ERROR_TABLE[reason].retryDelayMs;
    expect(pushback).toEqual(delay === null ? [] : [String(delay)]);
    const back = clusterErrorOf(error);
    expect(back.code).toBe(ERROR_TABLE[reason].clusterCode);
    expect(reasonOf(back)).toBe(reason);
  });

  test('delay of the cluster -> outranks the default', () => {
    const error = new ClusterError('overloaded', 'Busy.', { retryAfterMs: 1_234.5 });
    const back = clusterErrorOf(received(factsOf(error)));
    expect([back.code, back.retryAfterMs]).toEqual(['overloaded', 1_234.5]);
  });

  test('100 long violations -> cut below the 8 KiB that C-core clients take, and counted', () => {
    const violations = Array.from({ length: 100 }, (_, index) => ({
      field: `interactions[${index}].parties[31].identifiers[63].namespace`,
      description: 'Too long; at most 100 characters.',
    }));
    const error = received(new GatewayError('INVALID_ARGUMENT', 'Wrong.', { violations }).facts);
    const bytes = Object.entries(error.metadata.toHttp2Headers()).flat(2).join('').length;
    expect(bytes).toBeLessThan(8_000);
    const decoded = decodeError(error.metadata, error.details);
    const omitted = Number(decoded?.metadata['violations_omitted']);
    expect(omitted).toBeGreaterThan(0);
    expect((decoded?.violations.length ?? 0) + omitted).toBe(100);
  });

  test('a bug -> INTERNAL without its text', () => {
    const error = received(factsOf(new TypeError('cannot read ann@example.com')));
    expect(error.code).toBe(status.INTERNAL);
    expect(JSON.stringify([error.details, error.metadata.getMap()])).not.toContain('ann@');
  });

  const bare: readonly (readonly [status, ClusterErrorCode])[] = [
    [status.UNAVAILABLE, 'unavailable'],
    [status.RESOURCE_EXHAUSTED, 'overloaded'],
    [status.DEADLINE_EXCEEDED, 'deadline_exceeded'],
    [status.CANCELLED, 'cancelled'],
    [status.UNIMPLEMENTED, 'invalid_argument'],
    [status.UNKNOWN, 'internal'],
  ];
  test.each(bare)('status %i without details -> %s', (code, expected) => {
    const metadata = new Metadata();
    metadata.set('grpc-status-details-bin', Buffer.from([0xff, 0xff, 0x01]));
    const error = Object.assign(new Error('x'), { code, details: 'x', metadata });
    expect(clusterErrorOf(error).code).toBe(expected);
  });
});

/** What every decision records, from the wire: who, when, why. */
import { randomUUID } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Timestamp__Output } from '../../shared/grpc/generated/google/protobuf/Timestamp.ts';
import type { AckLevel as WireAckLevel } from '../../shared/grpc/generated/selfsame/v1/AckLevel.ts';
import type { DecisionRecord__Output } from '../../shared/grpc/generated/selfsame/v1/DecisionRecord.ts';
import { CONTRACT_LIMITS } from '../../shared/grpc/limits.ts';
import { ackLevelFromWire } from '../../shared/grpc/map-options.ts';
import type { Violations } from '../../shared/grpc/violations.ts';
import { fromTimestamp } from '../../shared/grpc/wire-numbers.ts';
import type { AckLevel } from '../../shared/protocol/cluster.ts';

const LIMITS = CONTRACT_LIMITS;

/**
 * How long, and for how many requests, the time of a request_id is remembered. Without it a repeat
 * without decided_at would be decided later than the original, and could outweigh what was decided
 * in between. 10 minutes cover every retry policy in use; 10,000 entries are about 2 MB.
 */
const REMEMBERED_MS = 600_000;
const REMEMBERED_MAX = 10_000;

export interface Envelope {
  readonly requestId: string;
  readonly decidedAt: Timestamp__Output | null;
  readonly ackLevel: WireAckLevel;
}

export class DecisionTimes {
  readonly #times = new LRUCache<string, number>({ max: REMEMBERED_MAX, ttl: REMEMBERED_MS });

  /** When the request was decided: as given, as remembered, or now. Epoch milliseconds. */
  timeOf({ requestId, decidedAt }: Envelope, field: string, violations: Violations): number {
    violations.text(requestId, `${field}request_id`, LIMITS.requestIdCharacters, 0);
    if (decidedAt !== null) {
      const given = fromTimestamp(decidedAt);
      if (given === null)
        violations.add(`${field}decided_at`, 'Give a time in the years 1 to 9999.');
      return given ?? 0;
    }
    const now = Date.now();
    if (requestId === '' || violations.list.length > 0) return now;
    const remembered = this.#times.get(requestId);
    if (remembered !== undefined) return remembered;
    this.#times.set(requestId, now);
    return now;
  }
}

/** What a decision records, checked; meaningless when violations were added. */
export function recordFromWire(
  record: DecisionRecord__Output | null,
  times: DecisionTimes,
  violations: Violations,
): {
  readonly decisionId: string;
  readonly decidedAt: number;
  readonly decidedBy: string;
  readonly reason: string;
  readonly ack: AckLevel;
} {
  if (record === null) {
    violations.add('record', 'Required.');
    return { decisionId: '', decidedAt: 0, decidedBy: '', reason: '', ack: 'durable' };
  }
  const { requestId, decidedBy, reason, ackLevel } = record;
  violations.text(decidedBy, 'record.decided_by', LIMITS.idCharacters);
  violations.text(reason, 'record.reason', LIMITS.reasonCharacters, 0);
  const ack = ackLevelFromWire(ackLevel, 'record.ack_level', violations) ?? 'durable';
  const decidedAt = times.timeOf(record, 'record.', violations);
  return {
    decisionId: requestId === '' ? randomUUID() : requestId,
    decidedAt,
    decidedBy,
    reason,
    ack,
  };
}

/** A log for audit trails in tests: in memory, and out of reach on demand. */
import { type Log, LogError } from '../../shared/adapters/log.ts';
import { MemoryStore } from '../../shared/adapters/memory-store.ts';
import { EmbeddedLog } from '../../shared/engine/embedded-log.ts';
import type { AuditRecord } from '../../shared/protocol/audit.ts';

export interface AuditTestLog {
  readonly log: Log;
  /** While true, appends and reads fail; what was sent before stays. */
  isAway: boolean;
  /** Appends take place, but their acknowledgements are lost. */
  isDeaf: boolean;
}

export function auditTestLog(store: MemoryStore = new MemoryStore()): AuditTestLog {
  const inner = new EmbeddedLog(store);
  const append = inner.append.bind(inner);
  const bounds = inner.bounds.bind(inner);
  const own: AuditTestLog = { log: inner, isAway: false, isDeaf: false };
  const away = (): LogError => new LogError('unavailable', 'out of reach');
  inner.append = async (partition, epoch, bytes) => {
    if (own.isAway) throw away();
    const sequence = await append(partition, epoch, bytes);
    if (own.isDeaf) throw away();
    return sequence;
  };
  inner.bounds = async (partition, epoch) => {
    if (own.isAway) throw away();
    return bounds(partition, epoch);
  };
  return own;
}

/** What an audit trail keeps, with sensible facts. */
export function auditRecord(time: number, facts: Partial<AuditRecord> = {}): AuditRecord {
  return {
    callId: `call-${time}`,
    phase: 'ended',
    time,
    actor: 'steward:1',
    certificate: '',
    tenant: '',
    method: 'selfsame.v1.StewardService/MustLink',
    requestId: 'request',
    outcome: 'OK',
    reason: '',
    items: 1,
    references: [],
    ...facts,
  };
}

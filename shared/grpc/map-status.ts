/** Cluster status and change events between the wire and the port. */
import {
  ClusterError,
  type ClusterStatus,
  type CustomerEvent,
  type EvidenceEvent,
  type EvidenceName,
  type FeedEvent,
} from '../protocol/cluster.ts';
import type { ChangedEvidence__Output } from './generated/selfsame/v1/ChangedEvidence.ts';
import type { GetClusterStatusResponse as WireStatus } from './generated/selfsame/v1/GetClusterStatusResponse.ts';
import type { GetClusterStatusResponse__Output } from './generated/selfsame/v1/GetClusterStatusResponse.ts';
import type { PartitionState } from './generated/selfsame/v1/PartitionState.ts';
import type { WatchChangesResponse as WireChange } from './generated/selfsame/v1/WatchChangesResponse.ts';
import type { WatchChangesResponse__Output } from './generated/selfsame/v1/WatchChangesResponse.ts';
import { fromTimestamp, toTimestamp } from './wire-numbers.ts';

const STATES: ReadonlyMap<string, PartitionState> = new Map([
  ['recovering', 'PARTITION_STATE_RECOVERING'],
  ['running', 'PARTITION_STATE_RUNNING'],
  ['stuck', 'PARTITION_STATE_STUCK'],
  ['stopped', 'PARTITION_STATE_STOPPED'],
]);

export function statusToWire(status: ClusterStatus): WireStatus {
  return {
    mode: status.mode === 'nats' ? 'CLUSTER_MODE_NATS' : 'CLUSTER_MODE_EMBEDDED',
    rulesVersion: status.rulesVersion,
    partitions: status.partitions.map(({ owner, standby, state, ...numbers }) => ({
      ...numbers,
      owner: owner ?? '',
      standby: standby ?? '',
      state: STATES.get(state) ?? 'PARTITION_STATE_UNSPECIFIED',
    })),
    settledLagMs: Math.round(status.settledLagMs),
    counters: { ...status.counters },
  };
}

function stateName(state: unknown): string {
  const found = [...STATES].find(([, wire]) => wire === state);
  return found?.[0] ?? 'unknown';
}

export function statusFromWire(message: GetClusterStatusResponse__Output): ClusterStatus {
  return {
    mode: message.mode === 'CLUSTER_MODE_NATS' ? 'nats' : 'embedded',
    rulesVersion: message.rulesVersion,
    partitions: message.partitions.map((partition) => ({
      partition: partition.partition,
      owner: partition.owner === '' ? null : partition.owner,
      standby: partition.standby === '' ? null : partition.standby,
      standbyLag: Number(partition.standbyLag),
      epoch: Number(partition.epoch),
      term: Number(partition.term),
      appliedSequence: Number(partition.appliedSequence),
      durableSequence: Number(partition.durableSequence),
      lastSequence: Number(partition.lastSequence),
      outboxMessages: Number(partition.outboxMessages),
      quarantined: Number(partition.quarantined),
      state: stateName(partition.state),
    })),
    settledLagMs: Number(message.settledLagMs),
    counters: message.counters,
  };
}

const CUSTOMER_KINDS = {
  'customer.created': 'CHANGE_KIND_CUSTOMER_CREATED',
  'customer.merged': 'CHANGE_KIND_CUSTOMER_MERGED',
  'customer.split': 'CHANGE_KIND_CUSTOMER_SPLIT',
  'profile.moved': 'CHANGE_KIND_PROFILE_MOVED',
} as const satisfies Record<CustomerEvent['kind'], string>;
const EVIDENCE_KINDS = {
  'evidence.generic': 'CHANGE_KIND_EVIDENCE_GENERIC',
  'evidence.held': 'CHANGE_KIND_EVIDENCE_HELD',
  'evidence.rejected': 'CHANGE_KIND_EVIDENCE_REJECTED',
  'evidence.counted': 'CHANGE_KIND_EVIDENCE_COUNTED',
} as const satisfies Record<EvidenceEvent['kind'], string>;

export function changeToWire(event: FeedEvent): WireChange {
  const { resumeToken, eventId } = event;
  const told = { resumeToken, eventId, occurredAt: toTimestamp(event.occurredAt) };
  if ('evidence' in event) {
    const { evidence } = event;
    const kind = EVIDENCE_KINDS[event.kind];
    const { kind: _kind, ...names } = evidence;
    const nothing = { namespace: '', valueRef: '', source: '', delivery: '' };
    return { ...told, kind, evidence: { ...nothing, ...names } };
  }
  return {
    ...told,
    kind: CUSTOMER_KINDS[event.kind],
    customerId: event.customerId,
    otherCustomerId: event.otherCustomerId ?? '',
    profileRef: event.profileRef,
  };
}

/** The event, or null for a heartbeat. */
export function changeFromWire(message: WatchChangesResponse__Output): FeedEvent | null {
  if (message.kind === 'CHANGE_KIND_HEARTBEAT') return null;
  const { eventId, resumeToken, evidence } = message;
  const occurredAt = message.occurredAt === null ? 0 : (fromTimestamp(message.occurredAt) ?? 0);
  const told = { eventId, resumeToken, occurredAt };
  const kind = kindOf(CUSTOMER_KINDS, message.kind);
  if (kind !== undefined) {
    return {
      ...told,
      kind,
      customerId: message.customerId,
      otherCustomerId: message.otherCustomerId === '' ? null : message.otherCustomerId,
      profileRef: message.profileRef,
    };
  }
  const evidenceKind = kindOf(EVIDENCE_KINDS, message.kind);
  if (evidenceKind === undefined || evidence === null) {
    throw new ClusterError('internal', 'The gateway sent a kind that this client cannot read.');
  }
  return { ...told, kind: evidenceKind, evidence: evidenceNameFromWire(evidence) };
}

function evidenceNameFromWire(message: ChangedEvidence__Output): EvidenceName {
  const { namespace, valueRef, source, delivery } = message;
  if (valueRef !== '') return { kind: 'value', namespace, valueRef };
  if (namespace !== '') return { kind: 'rule', namespace };
  return delivery === '' ? { kind: 'source', source } : { kind: 'delivery', source, delivery };
}

function kindOf<Kind extends string>(
  table: Readonly<Record<Kind, string>>,
  wire: unknown,
): Kind | undefined {
  return (Object.keys(table) as Kind[]).find((kind) => table[kind] === wire);
}

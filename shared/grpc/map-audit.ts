/** The audit trail between the wire and the port. */
import type {
  AuditEntry,
  AuditFilter,
  AuditPageOptions,
  AuditPhase,
  AuditShelf,
} from '../protocol/audit.ts';
import type {
  AuditEntry as WireEntry,
  AuditEntry__Output,
} from './generated/selfsame/v1/AuditEntry.ts';
import type {
  ListAuditEntriesRequest,
  ListAuditEntriesRequest__Output,
} from './generated/selfsame/v1/ListAuditEntriesRequest.ts';
import { CONTRACT_LIMITS } from './limits.ts';
import { checkIdentifier } from './map-resolution.ts';
import type { Violations } from './violations.ts';
import { fromTimestamp, toTimestamp } from './wire-numbers.ts';

const SHELVES = {
  privileged: 'AUDIT_SHELF_PRIVILEGED',
  look_up: 'AUDIT_SHELF_LOOK_UP',
} as const satisfies Readonly<Record<AuditShelf, string>>;
const PHASES = {
  asked: 'AUDIT_PHASE_ASKED',
  ended: 'AUDIT_PHASE_ENDED',
  denied: 'AUDIT_PHASE_DENIED',
  lost: 'AUDIT_PHASE_LOST',
} as const satisfies Readonly<Record<AuditPhase, string>>;

function nameOf<Name extends string>(
  names: Readonly<Record<Name, string>>,
  wire: string | number,
): Name | undefined {
  return (Object.keys(names) as Name[]).find((name) => names[name] === wire);
}

/** Meaningless when violations were added. */
export function auditFilterFromWire(
  request: ListAuditEntriesRequest__Output,
  violations: Violations,
): AuditFilter {
  const { customer, identifier, actor, method } = request;
  const shelf = nameOf(SHELVES, request.shelf);
  if (shelf === undefined && request.shelf !== 'AUDIT_SHELF_UNSPECIFIED') {
    violations.add('shelf', 'Give one of AuditShelf.');
  }
  violations.text(customer, 'customer', CONTRACT_LIMITS.refCharacters, 0);
  violations.text(actor, 'actor', CONTRACT_LIMITS.idCharacters, 0);
  violations.text(method, 'method', CONTRACT_LIMITS.idCharacters, 0);
  if (identifier !== null) checkIdentifier(identifier, 'identifier', violations);
  const times: { since?: number; until?: number } = {};
  for (const name of ['since', 'until'] as const) {
    const wire = request[name];
    if (wire === null) continue;
    const time = fromTimestamp(wire);
    if (time === null) violations.add(name, 'Give a time in the years 1 to 9999.');
    else times[name] = time;
  }
  return {
    ...(shelf === undefined ? {} : { shelf }),
    ...(customer === '' ? {} : { customer }),
    ...(identifier === null ? {} : { identifier }),
    ...(actor === '' ? {} : { actor }),
    ...(method === '' ? {} : { method }),
    ...times,
  };
}

export function auditFilterToWire(
  filter: AuditFilter,
  { pageSize, pageToken }: AuditPageOptions,
): ListAuditEntriesRequest {
  const { shelf, customer, identifier, actor, method, since, until } = filter;
  return {
    shelf: shelf === undefined ? 'AUDIT_SHELF_UNSPECIFIED' : SHELVES[shelf],
    customer: customer ?? '',
    identifier: identifier ?? null,
    actor: actor ?? '',
    method: method ?? '',
    since: since === undefined ? null : toTimestamp(since),
    until: until === undefined ? null : toTimestamp(until),
    pageSize: pageSize ?? 0,
    pageToken: pageToken ?? '',
  };
}

export function auditEntryToWire(entry: AuditEntry): WireEntry {
  const { shelf, phase, time, isDamaged, references, ...facts } = entry;
  return {
    ...facts,
    shelf: SHELVES[shelf],
    phase: PHASES[phase],
    time: toTimestamp(time),
    references: [...references],
    damaged: isDamaged,
  };
}

export function auditEntryFromWire(entry: AuditEntry__Output): AuditEntry {
  const { shelf, phase, time, damaged, items, ...facts } = entry;
  return {
    ...facts,
    // A later contract may know more; what is unknown here is told as the least that it can be.
    shelf: nameOf(SHELVES, shelf) ?? 'look_up',
    phase: nameOf(PHASES, phase) ?? 'ended',
    time: time === null ? 0 : (fromTimestamp(time) ?? 0),
    items: Number(items),
    isDamaged: damaged,
  };
}

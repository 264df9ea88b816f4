/**
 * The audit trail: who asked, who changed what, and what became of it. Kept beside the data, bounded,
 * never changed.
 *
 * A1: a privileged call is done only after the record that it was asked for is durable; without the
 *     trail it is refused. So no change is without a record; a record of a change that was refused
 *     or cut short is possible, and its second record, when there is one, tells.
 * A2: everything else is recorded behind the call, which it never holds up. What is lost because the
 *     trail was away for too long is counted, and the count is recorded when it is back.
 * A3: no record holds a value of an identifier or a text that a client chose freely: people are named
 *     by customer ids, profile references and keyed hashes. Erasing a customer leaves records as they are.
 */
import type { Identifier } from '../domain/identifier.ts';
import type { CallOptions } from './cluster.ts';

/** `privileged`: changes, rights of people, the trail itself. `look_up`: all else that is recorded. */
export type AuditShelf = 'privileged' | 'look_up';

/**
 * `asked`: before a privileged call. `ended`: after a call, with its outcome. `denied`: a known
 * caller was not allowed. `lost`: so many records (`items`) of before were not kept.
 */
export type AuditPhase = 'asked' | 'ended' | 'denied' | 'lost';

export interface AuditRecord {
  /** The same in all records of one call; a UUID. */
  readonly callId: string;
  readonly phase: AuditPhase;
  /** Epoch milliseconds of the gateway's clock. */
  readonly time: number;
  /** Subject of the token, `anonymous` without one. */
  readonly actor: string;
  /** Subject of the client's certificate; empty: it showed none. */
  readonly certificate: string;
  readonly tenant: string;
  /** `package.Service/Method`. */
  readonly method: string;
  readonly requestId: string;
  /** Name of the gRPC status and the reason, e.g. `OK`, `NOT_FOUND`; empty before the end. */
  readonly outcome: string;
  readonly reason: string;
  /** Identifiers, interactions or messages in the call. */
  readonly items: number;
  /** Whom and what the call named, at most `AUDIT_REFERENCES_MAX`: see `audit-trail.ts`. */
  readonly references: readonly string[];
}

/** An entry as it is told: a record, and on which shelf it stands. */
export interface AuditEntry extends AuditRecord {
  readonly shelf: AuditShelf;
  /** What holds the record was changed, or records before it are missing. */
  readonly isDamaged: boolean;
}

/** References of one record; more are cut off, `items` tells how many there were. */
export const AUDIT_REFERENCES_MAX = 256;
export const AUDIT_PAGE_MAX = 1_000;

export interface AuditFilter {
  readonly shelf?: AuditShelf;
  /** All about a customer: its id, its profiles, its identifiers as they are now. */
  readonly customer?: string;
  readonly identifier?: Identifier;
  readonly actor?: string;
  /** `package.Service/Method` or the method's name alone. */
  readonly method?: string;
  /** Epoch milliseconds; from belongs to it, until does not. */
  readonly since?: number;
  readonly until?: number;
}

export interface AuditPage {
  /** The latest first; may be empty before the last page. */
  readonly entries: readonly AuditEntry[];
  /** Null: the last page. */
  readonly nextPageToken: string | null;
}

export interface AuditPageOptions extends CallOptions {
  /** At most `AUDIT_PAGE_MAX`; default 100. */
  readonly pageSize?: number;
  /** From the page before, of the same filter. */
  readonly pageToken?: string | null;
}

/** The trail as those see it who may read it. */
export interface Audit {
  /** Throws `ClusterError`: `invalid_argument` for another filter's token, `unavailable`. */
  list(filter: AuditFilter, options?: AuditPageOptions): Promise<AuditPage>;
}

export interface AuditState {
  /** Records that wait for the log. */
  readonly waiting: number;
  /** Records that were dropped since the start. */
  readonly lost: number;
  /** Records that the log has taken since the start. */
  readonly written: number;
}

/** The trail as a gateway uses it. */
export interface AuditTrail extends Audit {
  /** Resolves when the record is durable. Rejects with `ClusterError` `unavailable` (A1). */
  write(record: AuditRecord): Promise<void>;
  /** Keeps the record as soon as the log takes it; never throws, never waits (A2). */
  note(shelf: AuditShelf, record: AuditRecord): void;
  /** A keyed hash that stands for an identifier, however it is spelt. */
  identifierReference(identifier: Identifier): string;
  /** The same for anything else, by its parts; the first says of what kind. */
  reference(...parts: readonly string[]): string;
  readonly state: AuditState;
}

/** A cluster behind a gateway: it keeps a trail as well as showing it. */
export interface Audited {
  readonly audit: AuditTrail;
}

/**
 * Turns calls into records of the audit trail (`shared/protocol/audit.ts` A1 to A3).
 *
 * Decided: without its trail a gateway refuses privileged calls (AUDIT_UNAVAILABLE) rather than do
 * them unseen; look-ups and ingest go on, and what could not be recorded of them is counted.
 */
import { createHash, randomUUID } from 'node:crypto';
import { status } from '@grpc/grpc-js';
import type { Logger } from 'pino';
import { Counter, Gauge, type Registry } from 'prom-client';
import { ERROR_TABLE } from '../../shared/grpc/error-table.ts';
import { factsOf, GatewayError } from '../../shared/grpc/status.ts';
import type {
  AuditPhase,
  AuditRecord,
  AuditShelf,
  AuditTrail,
} from '../../shared/protocol/audit.ts';
import { type LookUpLevel, shelfOf } from './audit-classes.ts';
import { referencesIn } from './audited-references.ts';
import type { Caller } from './tokens.ts';

export interface AuditedCall {
  readonly caller: Caller;
  readonly method: string;
  readonly requestId: string;
  /** Common name of the client's certificate. */
  readonly certificate: string | undefined;
}

/** A call that is being recorded. */
export interface OpenRecord {
  /** null: nothing to wait for. Rejects with AUDIT_UNAVAILABLE; then the call must not be made. */
  readonly begun: Promise<void> | null;
  /** What became of it: `error` null is success. Call once. */
  end(error: unknown, response: object | null, items?: number): void;
  /** Records one message of a stream. */
  message(message: object, items: number): void;
}

/** As for subjects of tokens (`tokens.ts`): what could tell of a person is told by its digest. */
const NAME_FORM = /^[A-Za-z][A-Za-z0-9._:/-]{0,63}$/;

function certificateName(name: string | undefined): string {
  if (name === undefined || name === '') return '';
  if (NAME_FORM.test(name)) return name;
  return `sha256:${createHash('sha256').update(name).digest('hex').slice(0, 32)}`;
}

export class Auditor {
  readonly #trails: ReadonlyMap<string, AuditTrail>;
  readonly #lookUps: LookUpLevel;
  readonly #refused: Counter;
  readonly #logger: Logger;

  /** `trails` by tenant, as callers name it. */
  constructor(
    trails: ReadonlyMap<string, AuditTrail>,
    lookUps: LookUpLevel,
    registry: Registry,
    logger: Logger,
  ) {
    this.#trails = trails;
    this.#lookUps = lookUps;
    this.#logger = logger;
    this.#refused = registerAuditMetrics(registry, [...trails.values()]);
  }

  /** Begins the record of a call; null: it is not recorded. */
  open(call: AuditedCall, request: object, items: number): OpenRecord | null {
    const shelf = shelfOf(call.method);
    if (shelf === null || (shelf === 'look_up' && this.#lookUps === 'none')) return null;
    const trail = this.#trailOf(call.caller);
    const callId = randomUUID();
    const hasReferences = shelf === 'privileged' || this.#lookUps === 'references';
    const recordOf = (
      phase: AuditPhase,
      facts: { readonly outcome?: string; readonly reason?: string; readonly items?: number },
      ...messages: readonly unknown[]
    ): AuditRecord => ({
      ...this.#about(call, callId, phase),
      outcome: facts.outcome ?? '',
      reason: facts.reason ?? '',
      items: facts.items ?? items,
      references: hasReferences ? referencesIn(trail, ...messages) : [],
    });
    const begun =
      shelf === 'privileged' ? this.#written(trail, recordOf('asked', {}, request)) : null;
    return {
      begun,
      end: (error, response, itemsSeen) => {
        const seen = itemsSeen === undefined ? {} : { items: itemsSeen };
        const facts = { ...outcomeOf(error), ...seen };
        this.#note(trail, shelf, recordOf('ended', facts, request, response));
      },
      message: (message, messageItems) => {
        this.#note(trail, shelf, recordOf('asked', { items: messageItems }, message));
      },
    };
  }

  /** Records that a known caller was not allowed, on the shelf that cannot push out changes. */
  denied(call: AuditedCall): void {
    this.#note(this.#trailOf(call.caller), 'look_up', {
      ...this.#about(call, randomUUID(), 'denied'),
      outcome: 'PERMISSION_DENIED',
      reason: 'PERMISSION_DENIED',
      items: 0,
      references: [],
    });
  }

  #about(
    { caller, method, requestId, certificate }: AuditedCall,
    callId: string,
    phase: AuditPhase,
  ) {
    return {
      callId,
      phase,
      time: Date.now(),
      actor: caller.subject,
      certificate: certificateName(certificate),
      tenant: caller.tenant,
      method,
      requestId,
    };
  }

  #trailOf({ tenant }: Caller): AuditTrail {
    const trail = this.#trails.get(tenant);
    // Tokens are only taken for tenants that are served.
    if (trail === undefined) throw new Error('a call of a tenant without a trail');
    return trail;
  }

  #note(trail: AuditTrail, shelf: AuditShelf, record: AuditRecord): void {
    const before = trail.state.lost;
    trail.note(shelf, record);
    const { lost, waiting } = trail.state;
    if (lost === before) return;
    this.#logger.error({ tenant: record.tenant, lost, waiting }, 'audit record lost');
  }

  async #written(trail: AuditTrail, record: AuditRecord): Promise<void> {
    try {
      await trail.write(record);
    } catch (error) {
      this.#refused.inc();
      const { method, tenant } = record;
      const fields = { grpc_method: method, tenant, err: error };
      this.#logger.warn(fields, 'audit record not written, call refused');
      throw new GatewayError(
        'AUDIT_UNAVAILABLE',
        'The audit trail cannot be written, and nothing is changed without it.',
      );
    }
  }
}

function outcomeOf(error: unknown): { readonly outcome: string; readonly reason: string } {
  if (error === null) return { outcome: 'OK', reason: '' };
  const { reason } = factsOf(error);
  return { outcome: status[ERROR_TABLE[reason].grpcCode] ?? 'UNKNOWN', reason };
}

/** Counts refused calls; the trails are read when they are scraped. */
export function registerAuditMetrics(registry: Registry, trails: readonly AuditTrail[]): Counter {
  const registers = [registry];
  const sum = (what: 'waiting' | 'lost' | 'written'): number =>
    trails.reduce((total, { state }) => total + state[what], 0);
  const records = new Counter({
    name: 'selfsame_audit_records_total',
    help: 'Records of the audit trail, by what became of them: written, or lost while it was away.',
    labelNames: ['outcome'],
    registers,
  });
  const told = { written: 0, lost: 0 };
  const waiting = new Gauge({
    name: 'selfsame_audit_waiting_records',
    help: 'Records of the audit trail that wait for its log.',
    registers,
    collect: () => {
      waiting.set(sum('waiting'));
      for (const outcome of ['written', 'lost'] as const) {
        const now = sum(outcome);
        records.labels(outcome).inc(now - told[outcome]);
        told[outcome] = now;
      }
    },
  });
  return new Counter({
    name: 'selfsame_audit_refused_calls_total',
    help: 'Privileged calls that were refused because their record could not be written.',
    registers,
  });
}

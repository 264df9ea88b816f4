/** The audit trail of a cluster at the other end of a connection. */
import type { Audit, AuditFilter, AuditPage, AuditPageOptions } from '../protocol/audit.ts';
import type { RunUnary } from './client-calls.ts';
import type { AuditServiceClient } from './generated/selfsame/v1/AuditService.ts';
import type { ListAuditEntriesResponse__Output } from './generated/selfsame/v1/ListAuditEntriesResponse.ts';
import { auditEntryFromWire, auditFilterToWire } from './map-audit.ts';

export class GrpcAudit implements Audit {
  readonly #client: AuditServiceClient;
  readonly #run: RunUnary;

  constructor(client: AuditServiceClient, run: RunUnary) {
    this.#client = client;
    this.#run = run;
  }

  async list(filter: AuditFilter, options: AuditPageOptions = {}): Promise<AuditPage> {
    const request = auditFilterToWire(filter, options);
    const { entries, nextPageToken } = await this.#run<ListAuditEntriesResponse__Output>(
      (call, done) => this.#client.ListAuditEntries(request, call, done),
      options,
    );
    return {
      entries: entries.map(auditEntryFromWire),
      nextPageToken: nextPageToken === '' ? null : nextPageToken,
    };
  }
}

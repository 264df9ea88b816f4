/** AuditService: the audit trail for those who may read it. */
import type { AuditServiceHandlers } from '../../shared/grpc/generated/selfsame/v1/AuditService.ts';
import { CONTRACT_LIMITS } from '../../shared/grpc/limits.ts';
import { auditEntryToWire, auditFilterFromWire } from '../../shared/grpc/map-audit.ts';
import { Violations } from '../../shared/grpc/violations.ts';
import { AUDIT_PAGE_MAX } from '../../shared/protocol/audit.ts';
import type { Cluster } from '../../shared/protocol/cluster.ts';
import type { RpcsOf } from './rpc.ts';

export function auditRpcs({ audit }: Pick<Cluster, 'audit'>): RpcsOf<AuditServiceHandlers> {
  return {
    ListAuditEntries: {
      kind: 'unary',
      handle: async (request, { deadlineMs, signal }) => {
        const violations = new Violations();
        const filter = auditFilterFromWire(request, violations);
        const { pageSize, pageToken } = request;
        if (pageSize !== 0) violations.count(pageSize, 'page_size', 1, AUDIT_PAGE_MAX);
        violations.text(pageToken, 'page_token', CONTRACT_LIMITS.tokenCharacters, 0);
        violations.throwIfAny();
        const { entries, nextPageToken } = await audit.list(filter, {
          ...(pageSize === 0 ? {} : { pageSize }),
          pageToken,
          deadlineMs,
          signal,
        });
        return { entries: entries.map(auditEntryToWire), nextPageToken: nextPageToken ?? '' };
      },
    },
  };
}

/** The half of StewardService about open pairs, deciding them, and what was decided. */
import type { StewardServiceHandlers } from '../../shared/grpc/generated/selfsame/v1/StewardService.ts';
import { CONTRACT_LIMITS } from '../../shared/grpc/limits.ts';
import {
  conflictToWire,
  decisionToWire,
  filterFromWire,
  reviewToWire,
  verdictFromWire,
} from '../../shared/grpc/map-reviews.ts';
import { GatewayError } from '../../shared/grpc/status.ts';
import { Violations } from '../../shared/grpc/violations.ts';
import type { Cluster } from '../../shared/protocol/cluster.ts';
import { type PageOptions, STEWARD_PAGE_MAX } from '../../shared/protocol/stewardship.ts';
import { type DecisionTimes, recordFromWire } from './decision-record.ts';
import type { CallContext, RpcsOf } from './rpc.ts';

type Rpcs = RpcsOf<StewardServiceHandlers>;
export type Reviews =
  | 'ListReviews'
  | 'DecideReviews'
  | 'ListDecisions'
  | 'ListConflicts'
  | 'GetReliability'
  | 'CalibrateThresholds';

/** Decisions made through a filter without a bound of its own. */
const FILTER_DECISIONS_DEFAULT = 100;

function pageFromWire(
  { pageSize, pageToken }: { readonly pageSize: number; readonly pageToken: string },
  { deadlineMs, signal }: CallContext,
  violations: Violations,
): PageOptions {
  if (pageSize !== 0) violations.count(pageSize, 'page_size', 1, STEWARD_PAGE_MAX);
  violations.text(pageToken, 'page_token', CONTRACT_LIMITS.tokenCharacters, 0);
  return { ...(pageSize === 0 ? {} : { pageSize }), pageToken, deadlineMs, signal };
}

function decideRpc(cluster: Cluster, times: DecisionTimes): Rpcs['DecideReviews'] {
  return {
    kind: 'unary',
    items: ({ pairs }) => Math.max(1, pairs.length),
    handle: async (request, { deadlineMs, signal }) => {
      const violations = new Violations();
      const { ack, decisionId, ...facts } = recordFromWire(request.record, times, violations);
      const verdict = verdictFromWire(request.verdict, violations);
      const filter = filterFromWire(request.filter, violations);
      const isByFilter = request.filter !== null;
      if (isByFilter && request.pairs.length > 0) {
        violations.add('filter', 'Give pairs or a filter, not both.');
      }
      if (!isByFilter) violations.count(request.pairs.length, 'pairs', 1, STEWARD_PAGE_MAX);
      const pairs = request.pairs.slice(0, STEWARD_PAGE_MAX);
      for (const [index, { leftRef, rightRef }] of pairs.entries()) {
        violations.text(leftRef, `pairs[${index}].left_ref`, CONTRACT_LIMITS.refCharacters);
        violations.text(rightRef, `pairs[${index}].right_ref`, CONTRACT_LIMITS.refCharacters);
      }
      const maxDefault = isByFilter ? FILTER_DECISIONS_DEFAULT : pairs.length;
      const maxDecisions = request.maxDecisions === 0 ? maxDefault : request.maxDecisions;
      if (request.maxDecisions !== 0) {
        violations.count(maxDecisions, 'max_decisions', 1, STEWARD_PAGE_MAX);
      }
      violations.throwIfAny();
      const outcome = await cluster.stewardship.decideReviews(
        {
          verdict,
          pairs: isByFilter ? filter : pairs,
          maxDecisions,
          isDryRun: request.dryRun,
          requestId: decisionId,
          ...facts,
        },
        { ack, deadlineMs, signal },
      );
      if (outcome.kind === 'rejected') {
        throw new GatewayError('DECISION_REJECTED', 'No pair can be decided so; see BadRequest.', {
          violations: outcome.violations,
        });
      }
      return {
        decided: outcome.decisions.map(({ leftRef, rightRef, decisionId: id }) => ({
          pair: { leftRef, rightRef },
          decisionId: id,
        })),
      };
    },
  };
}

export function reviewRpcs(cluster: Cluster, times: DecisionTimes): Pick<Rpcs, Reviews> {
  const { stewardship } = cluster;
  return {
    ListReviews: {
      kind: 'unary',
      handle: async (request, context) => {
        const violations = new Violations();
        const filter = filterFromWire(request.filter, violations);
        const options = pageFromWire(request, context, violations);
        violations.throwIfAny();
        const { reviews, nextPageToken } = await stewardship.listReviews(filter, options);
        return { reviews: reviews.map(reviewToWire), nextPageToken: nextPageToken ?? '' };
      },
    },
    DecideReviews: decideRpc(cluster, times),
    ListDecisions: {
      kind: 'unary',
      handle: async (request, context) => {
        const violations = new Violations();
        const options = pageFromWire(request, context, violations);
        violations.throwIfAny();
        const { decisions, nextPageToken } = await stewardship.listDecisions(options);
        return { decisions: decisions.map(decisionToWire), nextPageToken: nextPageToken ?? '' };
      },
    },
    ListConflicts: {
      kind: 'unary',
      handle: async (request, context) => {
        const violations = new Violations();
        const options = pageFromWire(request, context, violations);
        violations.throwIfAny();
        const { conflicts, nextPageToken } = await stewardship.listConflicts(options);
        return { conflicts: conflicts.map(conflictToWire), nextPageToken: nextPageToken ?? '' };
      },
    },
    GetReliability: {
      kind: 'unary',
      handle: async (_request, { deadlineMs, signal }) => {
        const found = await stewardship.reliability({ deadlineMs, signal });
        const { brierScore, calibrationError, bins, ...counts } = found;
        return {
          ...counts,
          bins: bins.map(({ from: start, to: end, ...bin }) => ({ start, end, ...bin })),
          ...(brierScore === null ? {} : { brierScore }),
          ...(calibrationError === null ? {} : { calibrationError }),
        };
      },
    },
    CalibrateThresholds: {
      kind: 'unary',
      handle: async (request, { deadlineMs, signal }) => {
        const { joinFrom, propose: isProposed, stewardErrorRate: errorRate } = request;
        const isGiven = request._stewardErrorRate === 'stewardErrorRate' && errorRate !== undefined;
        const options = {
          isProposed,
          ...(isGiven ? { errorRate } : {}),
          deadlineMs,
          signal,
        };
        const { candidateVersion, ...found } = await stewardship.calibrate(joinFrom, options);
        return { ...found, candidateVersion: candidateVersion ?? '' };
      },
    },
  };
}

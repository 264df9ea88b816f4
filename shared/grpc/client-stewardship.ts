/** Stewardship of a cluster at the other end of a connection. */
import { type CallOptions, ClusterError } from '../protocol/cluster.ts';
import type { BulkOutcome, PageOptions, Stewardship } from '../protocol/stewardship.ts';
import type { RunUnary } from './client-calls.ts';
import type { DecideReviewsResponse__Output } from './generated/selfsame/v1/DecideReviewsResponse.ts';
import type { ListConflictsResponse__Output } from './generated/selfsame/v1/ListConflictsResponse.ts';
import type { ListDecisionsResponse__Output } from './generated/selfsame/v1/ListDecisionsResponse.ts';
import type { ListReviewsResponse__Output } from './generated/selfsame/v1/ListReviewsResponse.ts';
import type { StewardServiceClient } from './generated/selfsame/v1/StewardService.ts';
import type { CalibrateThresholdsResponse__Output } from './generated/selfsame/v1/CalibrateThresholdsResponse.ts';
import type { GetReliabilityResponse__Output } from './generated/selfsame/v1/GetReliabilityResponse.ts';
import { ackLevelToWire } from './map-options.ts';
import {
  conflictFromWire,
  decisionFromWire,
  filterToWire,
  reviewFromWire,
  verdictToWire,
} from './map-reviews.ts';
import { reasonOf } from './status.ts';
import { toTimestamp } from './wire-numbers.ts';

function pageToWire({ pageSize, pageToken }: PageOptions) {
  return { pageSize: pageSize ?? 0, pageToken: pageToken ?? '' };
}

function tokenFromWire(nextPageToken: string): string | null {
  return nextPageToken === '' ? null : nextPageToken;
}

export class GrpcStewardship implements Stewardship {
  readonly #client: StewardServiceClient;
  readonly #run: RunUnary;

  constructor(client: StewardServiceClient, run: RunUnary) {
    this.#client = client;
    this.#run = run;
  }

  async listReviews(
    filter: Parameters<Stewardship['listReviews']>[0],
    options: PageOptions = {},
  ): ReturnType<Stewardship['listReviews']> {
    const request = { filter: filterToWire(filter), ...pageToWire(options) };
    const { reviews, nextPageToken } = await this.#run<ListReviewsResponse__Output>(
      (call, done) => this.#client.ListReviews(request, call, done),
      options,
    );
    return {
      reviews: reviews.map(reviewFromWire),
      nextPageToken: tokenFromWire(nextPageToken),
    };
  }

  async decideReviews(
    decision: Parameters<Stewardship['decideReviews']>[0],
    options: Parameters<Stewardship['decideReviews']>[1],
  ): Promise<BulkOutcome> {
    const { verdict, pairs, maxDecisions, isDryRun, requestId, decidedBy, reason } = decision;
    const record = {
      requestId,
      decidedAt: toTimestamp(decision.decidedAt),
      decidedBy,
      reason,
      ackLevel: ackLevelToWire(options.ack),
    };
    const request = {
      verdict: verdictToWire(verdict),
      ...('length' in pairs ? { pairs: [...pairs] } : { filter: filterToWire(pairs) }),
      maxDecisions,
      dryRun: isDryRun,
      record,
    };
    try {
      const { decided } = await this.#run<DecideReviewsResponse__Output>(
        (call, done) => this.#client.DecideReviews(request, call, done),
        options,
      );
      const decisions = decided.map(({ pair, decisionId }) => ({
        leftRef: pair?.leftRef ?? '',
        rightRef: pair?.rightRef ?? '',
        decisionId,
      }));
      return { kind: 'decided', decisions };
    } catch (error) {
      if (error instanceof ClusterError && reasonOf(error) === 'DECISION_REJECTED') {
        return { kind: 'rejected', violations: error.violations };
      }
      throw error;
    }
  }

  async listDecisions(options: PageOptions = {}): ReturnType<Stewardship['listDecisions']> {
    const { decisions, nextPageToken } = await this.#run<ListDecisionsResponse__Output>(
      (call, done) => this.#client.ListDecisions(pageToWire(options), call, done),
      options,
    );
    return {
      decisions: decisions.map(decisionFromWire),
      nextPageToken: tokenFromWire(nextPageToken),
    };
  }

  async listConflicts(options: PageOptions = {}): ReturnType<Stewardship['listConflicts']> {
    const { conflicts, nextPageToken } = await this.#run<ListConflictsResponse__Output>(
      (call, done) => this.#client.ListConflicts(pageToWire(options), call, done),
      options,
    );
    return {
      conflicts: conflicts.map(conflictFromWire),
      nextPageToken: tokenFromWire(nextPageToken),
    };
  }

  async reliability(options: CallOptions = {}): ReturnType<Stewardship['reliability']> {
    const found = await this.#run<GetReliabilityResponse__Output>(
      (call, done) => this.#client.GetReliability({}, call, done),
      options,
    );
    return {
      bins: found.bins.map(({ start: from, end: to, ...bin }) => ({ from, to, ...bin })),
      pairs: found.pairs,
      same: found.same,
      brierScore: found._brierScore === 'brierScore' ? (found.brierScore ?? 0) : null,
      calibrationError:
        found._calibrationError === 'calibrationError' ? (found.calibrationError ?? 0) : null,
      unpredicted: found.unpredicted,
    };
  }

  async calibrate(
    joinFrom: number,
    options: Parameters<Stewardship['calibrate']>[1] = {},
  ): ReturnType<Stewardship['calibrate']> {
    const { isProposed, errorRate } = options;
    const request = {
      propose: isProposed === true,
      joinFrom,
      ...(errorRate === undefined ? {} : { stewardErrorRate: errorRate }),
    };
    const { candidateVersion, ...found } = await this.#run<CalibrateThresholdsResponse__Output>(
      (call, done) => this.#client.CalibrateThresholds(request, call, done),
      options,
    );
    return { ...found, candidateVersion: candidateVersion === '' ? null : candidateVersion };
  }
}

/** Stewardship of a cluster at the other end of a connection. */
import { ClusterError } from '../protocol/cluster.ts';
import type { BulkOutcome, PageOptions, Stewardship } from '../protocol/stewardship.ts';
import type { RunUnary } from './client-calls.ts';
import type { DecideReviewsResponse__Output } from './generated/selfsame/v1/DecideReviewsResponse.ts';
import type { ListConflictsResponse__Output } from './generated/selfsame/v1/ListConflictsResponse.ts';
import type { ListDecisionsResponse__Output } from './generated/selfsame/v1/ListDecisionsResponse.ts';
import type { ListReviewsResponse__Output } from './generated/selfsame/v1/ListReviewsResponse.ts';
import type { StewardServiceClient } from './generated/selfsame/v1/StewardService.ts';
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
}

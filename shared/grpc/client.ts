/**
 * A Cluster at the other end of a gRPC connection: what the CLI and other Node programs use.
 *
 * Uses the published service config (round robin, retries of UNAVAILABLE). Large batches are cut to
 * what one message may hold. `settle` waits in steps of the longest deadline and outlives gateways
 * that are unavailable for up to 30 s.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { type ChannelCredentials, type Client, credentials, type Interceptor } from '@grpc/grpc-js';
import type { InteractionInput, PartyInput } from '../domain/interaction.ts';
import {
  type CallOptions,
  type Cluster,
  ClusterError,
  type ClusterStatus,
  type Command,
  type CommandResult,
  type CustomerView,
  type FeedEvent,
  type IngestResult,
  type ProfileSelector,
  type ReadOptions,
  type Resolution,
  type WatchOptions,
} from '../protocol/cluster.ts';
import type { InteractionAttribution } from '../protocol/attribution.ts';
import type { Explanation, RecordMatches } from '../protocol/explanations.ts';
import { chunksOf, identifierBytes, interactionBytes } from './chunks.ts';
import { GrpcAudit } from './client-audit.ts';
import { type Clients, type RunUnary, unaryRunner } from './client-calls.ts';
import { sendCommand } from './client-commands.ts';
import { GrpcStewardship } from './client-stewardship.ts';
import { GrpcVersions } from './client-versions.ts';
import { orderFromWire } from './map-orders.ts';
import { watchFeed } from './client-watch.ts';
import { CONTRACT_LIMITS } from './limits.ts';
import { contract, policyWithoutTimeouts } from './load.ts';
import { customerFromWire } from './map-customer.ts';
import { explanationFromWire, selectorToWire } from './map-explanation.ts';
import { interactionToWire } from './map-interaction.ts';
import { attributionFromWire } from './map-attribution.ts';
import { recordMatchesFromWire, recordToWire } from './map-record-match.ts';
import { ackLevelToWire, readOptionsToWire } from './map-options.ts';
import { outcomeFromWire } from './map-outcome.ts';
import { identifiersToWire, resolutionFromWire } from './map-resolution.ts';
import { statusFromWire } from './map-status.ts';
import { toTimestamp } from './wire-numbers.ts';

export interface ConnectOptions {
  /** Deadline of calls that name none, milliseconds from the call. Default 10,000. */
  readonly deadlineDefaultMs?: number;
  /** Default: plain text, for a gateway on this machine or inside a mesh. */
  readonly credentials?: ChannelCredentials;
  /** What is added to each call, such as a token. */
  readonly interceptors?: readonly Interceptor[];
}

const DEADLINE_DEFAULT_MS = 10_000;
/** What gateways grant at most by default; `settle` asks again after it. */
const SETTLE_STEP_MS = 25_000;
/** A gateway that restarts takes longer than the retries of the service config; then it is gone. */
const SETTLE_OUTAGE_MS = 30_000;
const SETTLE_PAUSE_MIN_MS = 200;
const SETTLE_PAUSE_MAX_MS = 5_000;

class GrpcCluster implements Cluster {
  readonly versions: GrpcVersions;
  readonly stewardship: GrpcStewardship;
  readonly audit: GrpcAudit;
  readonly #clients: Clients;
  readonly #run: RunUnary;

  constructor(clients: Clients, run: RunUnary) {
    this.#clients = clients;
    this.#run = run;
    this.versions = new GrpcVersions(clients.rules, run);
    this.stewardship = new GrpcStewardship(clients.steward, run);
    this.audit = new GrpcAudit(clients.audit, run);
  }

  async ingest(
    items: readonly InteractionInput[],
    options: Parameters<Cluster['ingest']>[1],
  ): Promise<readonly IngestResult[]> {
    const results: IngestResult[] = [];
    const ackLevel = ackLevelToWire(options.ack);
    const receivedAt = options.receivedAt === undefined ? null : toTimestamp(options.receivedAt);
    for (const chunk of chunksOf(items, CONTRACT_LIMITS.interactionsPerBatch, interactionBytes)) {
      const request = { interactions: chunk.map(interactionToWire), ackLevel, receivedAt };
      const response = await this.#run<{ outcomes: Parameters<typeof outcomeFromWire>[0][] }>(
        (call, done) => this.#clients.ingest.IngestInteractionBatch(request, call, done),
        options,
      );
      results.push(...response.outcomes.map(outcomeFromWire));
    }
    return results;
  }

  async resolve(
    identifiers: Parameters<Cluster['resolve']>[0],
    options?: ReadOptions,
  ): Promise<readonly Resolution[]> {
    const resolutions: Resolution[] = [];
    const wireOptions = readOptionsToWire(options);
    const { identifiersPerBatch } = CONTRACT_LIMITS;
    for (const chunk of chunksOf(identifiers, identifiersPerBatch, identifierBytes)) {
      const request = { ...identifiersToWire(chunk), options: wireOptions };
      const response = await this.#run<{ resolutions: Parameters<typeof resolutionFromWire>[0][] }>(
        (call, done) => this.#clients.resolution.BatchResolve(request, call, done),
        options,
      );
      for (const resolution of response.resolutions) {
        resolutions.push(resolutionFromWire(resolution));
      }
    }
    return resolutions;
  }

  async getCustomer(ref: string, options?: ReadOptions): Promise<CustomerView | null> {
    const request = { customerId: ref, options: readOptionsToWire(options) };
    try {
      const { customer } = await this.#run<{
        customer: Parameters<typeof customerFromWire>[0] | null;
      }>((call, done) => this.#clients.resolution.GetCustomer(request, call, done), options);
      if (customer !== null) return customerFromWire(customer);
    } catch (error) {
      if (error instanceof ClusterError && error.code === 'not_found') return null;
      throw error;
    }
    throw new ClusterError('internal', 'The gateway answered without a customer.');
  }

  async explain(
    left: ProfileSelector,
    right: ProfileSelector | null,
    options?: ReadOptions,
  ): Promise<Explanation> {
    const request = {
      left: selectorToWire(left),
      right: right === null ? null : selectorToWire(right),
      options: readOptionsToWire(options),
    };
    try {
      const { explanation } = await this.#run<{
        explanation: Parameters<typeof explanationFromWire>[0];
      }>((call, done) => this.#clients.resolution.Explain(request, call, done), options);
      return explanationFromWire(explanation);
    } catch (error) {
      if (error instanceof ClusterError && error.code === 'not_found') return { kind: 'not_found' };
      throw error;
    }
  }

  async getAttribution(
    source: string,
    interactionId: string,
    options: ReadOptions = {},
  ): Promise<InteractionAttribution | null> {
    const request = { source, interactionId, options: readOptionsToWire(options) };
    try {
      const response = await this.#run<Parameters<typeof attributionFromWire>[0]>(
        (call, done) => this.#clients.resolution.GetAttribution(request, call, done),
        options,
      );
      return attributionFromWire(response);
    } catch (error) {
      if (error instanceof ClusterError && error.code === 'not_found') return null;
      throw error;
    }
  }

  async matchRecord(
    record: PartyInput,
    options: Parameters<Cluster['matchRecord']>[1] = {},
  ): Promise<RecordMatches> {
    const request = {
      record: recordToWire(record),
      maxMatches: options.maxMatches ?? 0,
      options: readOptionsToWire(options),
    };
    const response = await this.#run<Parameters<typeof recordMatchesFromWire>[0]>(
      (call, done) => this.#clients.resolution.MatchRecord(request, call, done),
      options,
    );
    return recordMatchesFromWire(response);
  }

  command(command: Command, options: Parameters<Cluster['command']>[1]): Promise<CommandResult> {
    return sendCommand(this.#clients.steward, this.#run, command, options);
  }

  async listOrders(
    options: Parameters<Cluster['listOrders']>[0] = {},
  ): ReturnType<Cluster['listOrders']> {
    const request = { released: options.released === true };
    const response = await this.#run<{ orders: Parameters<typeof orderFromWire>[0][] }>(
      (call, done) => this.#clients.steward.ListOrders(request, call, done),
      options,
    );
    return response.orders.map(orderFromWire);
  }

  watch(resumeToken: string | null, options: WatchOptions): AsyncIterable<FeedEvent> {
    return watchFeed(this.#clients.resolution, resumeToken, options);
  }

  async status(options?: CallOptions): Promise<ClusterStatus> {
    const response = await this.#run<Parameters<typeof statusFromWire>[0]>(
      (call, done) => this.#clients.cluster.GetClusterStatus({}, call, done),
      options,
    );
    return statusFromWire(response);
  }

  async settle(options: CallOptions = {}): Promise<void> {
    let outageSince: number | null = null;
    let pauseMs = SETTLE_PAUSE_MIN_MS;
    for (;;) {
      const stepMs = Date.now() + SETTLE_STEP_MS;
      const deadlineMs = Math.min(options.deadlineMs ?? Infinity, stepMs);
      try {
        await this.#run<object>(
          (call, done) => this.#clients.cluster.AwaitSettlement({}, call, done),
          { ...options, deadlineMs },
        );
        return;
      } catch (error) {
        if (!(error instanceof ClusterError)) throw error;
        if (error.code === 'deadline_exceeded' && deadlineMs === stepMs) {
          outageSince = null;
          pauseMs = SETTLE_PAUSE_MIN_MS;
          continue;
        }
        const now = Date.now();
        outageSince ??= now;
        const untilMs = Math.min(options.deadlineMs ?? Infinity, outageSince + SETTLE_OUTAGE_MS);
        if (error.code !== 'unavailable' || now + pauseMs >= untilMs) throw error;
        // Asking changes nothing, so it may be asked again.
        await delay(pauseMs, undefined, options.signal ? { signal: options.signal } : {}).catch(
          () => undefined,
        );
        pauseMs = Math.min(pauseMs * 2, SETTLE_PAUSE_MAX_MS);
      }
    }
  }

  async close(): Promise<void> {
    for (const client of Object.values(this.#clients) as readonly Client[]) client.close();
  }
}

/**
 * A cluster behind the gateway at `address` (`host:port`, or any gRPC target such as
 * `dns:///selfsame:7400`). Connects with the first call. Calls reject with `ClusterError`; close it
 * when done, or the process stays.
 */
export function connect(address: string, options: ConnectOptions = {}): Cluster {
  const { v1 } = contract().selfsame;
  const channelCredentials = options.credentials ?? credentials.createInsecure();
  const channelOptions = {
    interceptors: [...(options.interceptors ?? [])],
    'grpc.service_config': policyWithoutTimeouts(),
    // Answers of 10,000 identifiers with many customers each may pass the default of 4 MiB.
    'grpc.max_receive_message_length': 64 * 1024 * 1024,
    'grpc.keepalive_time_ms': 30_000,
    // The defaults, 1 s and 2 minutes, would leave a client without a gateway long after a restart.
    'grpc.initial_reconnect_backoff_ms': 200,
    'grpc.max_reconnect_backoff_ms': 5_000,
    // By default a name is looked up every 30 s at most: a roll that replaces every gateway within that
    // time would leave only addresses at which nobody is.
    'grpc.dns_min_time_between_resolutions_ms': 1_000,
  };
  const clients = {
    ingest: new v1.IngestService(address, channelCredentials, channelOptions),
    resolution: new v1.ResolutionService(address, channelCredentials, channelOptions),
    steward: new v1.StewardService(address, channelCredentials, channelOptions),
    cluster: new v1.ClusterService(address, channelCredentials, channelOptions),
    rules: new v1.RulesService(address, channelCredentials, channelOptions),
    audit: new v1.AuditService(address, channelCredentials, channelOptions),
  };
  return new GrpcCluster(clients, unaryRunner(options.deadlineDefaultMs ?? DEADLINE_DEFAULT_MS));
}

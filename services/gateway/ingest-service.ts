/** IngestService: takes interactions in. */
import type { IngestServiceHandlers } from '../../shared/grpc/generated/selfsame/v1/IngestService.ts';
import type { IngestInteractionStreamRequest__Output as StreamRequest } from '../../shared/grpc/generated/selfsame/v1/IngestInteractionStreamRequest.ts';
import type { IngestInteractionStreamResponse as StreamResponse } from '../../shared/grpc/generated/selfsame/v1/IngestInteractionStreamResponse.ts';
import type { Interaction__Output } from '../../shared/grpc/generated/selfsame/v1/Interaction.ts';
import type { IngestOutcome } from '../../shared/grpc/generated/selfsame/v1/IngestOutcome.ts';
import { CONTRACT_LIMITS } from '../../shared/grpc/limits.ts';
import { interactionFromWire } from '../../shared/grpc/map-interaction.ts';
import { ackLevelFromWire } from '../../shared/grpc/map-options.ts';
import { itemErrorToWire, outcomeToWire } from '../../shared/grpc/map-outcome.ts';
import { formatRevisionToken } from '../../shared/grpc/revision-token.ts';
import { GatewayError } from '../../shared/grpc/status.ts';
import { Violations } from '../../shared/grpc/violations.ts';
import type { InteractionInput } from '../../shared/domain/interaction.ts';
import {
  type AckLevel,
  type CallOptions,
  type Cluster,
  ClusterError,
  type IngestResult,
} from '../../shared/protocol/cluster.ts';
import type { Admission } from './admission.ts';
import { pause } from './pause.ts';
import type { RpcsOf } from './rpc.ts';
import { type PumpLimits, pumpStream } from './stream-pump.ts';

export interface IngestLimits extends PumpLimits {
  /** Time that one batch of a stream may take, milliseconds. */
  readonly batchTimeoutMs: number;
}

/** Wait before a batch of a stream is offered again when the cluster names none. */
const OVERLOAD_PAUSE_MS = 100;

function requiredInteraction(
  message: Interaction__Output | null,
  prefix: string,
  violations: Violations,
): InteractionInput | null {
  if (message !== null) return interactionFromWire(message, prefix, violations);
  violations.add(prefix === '' ? 'interaction' : prefix.slice(0, -1), 'Required.');
  return null;
}

/** Offers the items that are well formed; each item gets its outcome, in order. */
async function ingestAll(
  items: readonly (InteractionInput | Violations)[],
  ingest: (inputs: readonly InteractionInput[]) => Promise<readonly IngestResult[]>,
): Promise<IngestOutcome[]> {
  const inputs = items.filter((item): item is InteractionInput => !(item instanceof Violations));
  const results = inputs.length === 0 ? [] : await ingest(inputs);
  let next = 0;
  return items.map((item) => {
    if (item instanceof Violations) {
      return outcomeToWire({ kind: 'rejected', violations: item.list });
    }
    const result = results[next++];
    if (result === undefined) throw new Error('The cluster answered for fewer items than given.');
    return outcomeToWire(result);
  });
}

/** Offers a batch again while the cluster is overloaded: the sender is held by flow control. */
async function ingestPatiently(
  cluster: Cluster,
  inputs: readonly InteractionInput[],
  options: CallOptions & {
    readonly ack: AckLevel;
    readonly deadlineMs: number;
    signal: AbortSignal;
  },
): Promise<readonly IngestResult[]> {
  for (;;) {
    try {
      return await cluster.ingest(inputs, options);
    } catch (error) {
      if (!(error instanceof ClusterError) || error.code !== 'overloaded') throw error;
      const pauseMs = error.retryAfterMs ?? OVERLOAD_PAUSE_MS;
      if (Date.now() + pauseMs >= options.deadlineMs) throw error;
      await pause(pauseMs, options.signal);
    }
  }
}

/** One message of a stream, checked. */
interface Offer {
  readonly ack: AckLevel;
  readonly item: InteractionInput | Violations;
}

function offerOf(message: StreamRequest): Offer {
  const violations = new Violations();
  const maxCharacters = CONTRACT_LIMITS.correlationIdCharacters;
  violations.text(message.correlationId, 'correlation_id', maxCharacters, 0);
  const ack = ackLevelFromWire(message.ackLevel, 'ack_level', violations);
  const input = requiredInteraction(message.interaction, '', violations);
  const isGood = violations.list.length === 0 && input !== null;
  return { ack: ack ?? 'durable', item: isGood ? input : violations };
}

/** Consecutive messages with the same level go together. */
function runsByLevel(offers: readonly Offer[]): Offer[][] {
  const runs: Offer[][] = [];
  for (const offer of offers) {
    const last = runs.at(-1);
    if (last?.[0]?.ack === offer.ack) last.push(offer);
    else runs.push([offer]);
  }
  return runs;
}

async function answerRun(
  cluster: Cluster,
  run: readonly Offer[],
  options: { readonly deadlineMs: number; readonly signal: AbortSignal },
): Promise<IngestOutcome[]> {
  const ack = run[0]?.ack ?? 'durable';
  try {
    return await ingestAll(
      run.map(({ item }) => item),
      (inputs) => ingestPatiently(cluster, inputs, { ...options, ack }),
    );
  } catch (error) {
    if (options.signal.aborted || !(error instanceof ClusterError)) throw error;
    const failed = { status: 'INGEST_STATUS_FAILED' as const, error: itemErrorToWire(error) };
    return run.map(({ item }) =>
      item instanceof Violations
        ? outcomeToWire({ kind: 'rejected', violations: item.list })
        : failed,
    );
  }
}

export function ingestRpcs(
  cluster: Cluster,
  admission: Admission,
  limits: IngestLimits,
): RpcsOf<IngestServiceHandlers> {
  return {
    IngestInteraction: {
      kind: 'unary',
      handle: async (request, { deadlineMs, signal }) => {
        const violations = new Violations();
        const ack = ackLevelFromWire(request.ackLevel, 'ack_level', violations);
        const input = requiredInteraction(request.interaction, 'interaction.', violations);
        violations.throwIfAny();
        if (input === null || ack === null) throw new Error('unreachable: violations were thrown');
        const [result] = await cluster.ingest([input], { ack, deadlineMs, signal });
        if (result === undefined) throw new Error('The cluster gave no answer for the item.');
        if (result.kind === 'acknowledged') {
          const revisionToken = formatRevisionToken(result.token);
          return { revisionToken, dropped: [...result.dropped] };
        }
        throw new GatewayError(
          'INTERACTION_REJECTED',
          'The interaction is not acceptable; see the BadRequest detail.',
          {
            violations: result.violations.map(({ field, description }) => ({
              field: `interaction.${field}`,
              description,
            })),
          },
        );
      },
    },
    IngestInteractionBatch: {
      kind: 'unary',
      items: ({ interactions }) => interactions.length,
      handle: async (request, { deadlineMs, signal }) => {
        const violations = new Violations();
        const { interactionsPerBatch } = CONTRACT_LIMITS;
        const { interactions } = request;
        violations.count(interactions.length, 'interactions', 1, interactionsPerBatch);
        const ack = ackLevelFromWire(request.ackLevel, 'ack_level', violations) ?? 'durable';
        violations.throwIfAny();
        const items = interactions.map((message) => {
          const wrong = new Violations();
          const input = interactionFromWire(message, '', wrong);
          return wrong.list.length === 0 ? input : wrong;
        });
        const options = { ack, deadlineMs, signal };
        return { outcomes: await ingestAll(items, (inputs) => cluster.ingest(inputs, options)) };
      },
    },
    IngestInteractionStream: {
      kind: 'bidi_stream',
      handle: (stream, context) =>
        pumpStream<StreamRequest, StreamResponse>(stream, limits, context, async (batch) => {
          const { signal } = context;
          const release = await admission.admitBatch(batch.length, signal);
          try {
            const deadlineMs = Date.now() + limits.batchTimeoutMs;
            const outcomes: IngestOutcome[] = [];
            for (const run of runsByLevel(batch.map(offerOf))) {
              outcomes.push(...(await answerRun(cluster, run, { deadlineMs, signal })));
            }
            return batch.map(({ correlationId }, index) => ({
              correlationId,
              outcome: outcomes[index] ?? null,
            }));
          } finally {
            release();
          }
        }),
    },
  };
}

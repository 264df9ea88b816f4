/** IngestService: takes interactions in. */
import type { Timestamp__Output } from '../../shared/grpc/generated/google/protobuf/Timestamp.ts';
import type { IngestServiceHandlers } from '../../shared/grpc/generated/selfsame/v1/IngestService.ts';
import type { IngestInteractionStreamRequest__Output as StreamRequest } from '../../shared/grpc/generated/selfsame/v1/IngestInteractionStreamRequest.ts';
import type { IngestInteractionStreamResponse as StreamResponse } from '../../shared/grpc/generated/selfsame/v1/IngestInteractionStreamResponse.ts';
import type { IngestOutcome } from '../../shared/grpc/generated/selfsame/v1/IngestOutcome.ts';
import { CONTRACT_LIMITS } from '../../shared/grpc/limits.ts';
import { interactionFromWire } from '../../shared/grpc/map-interaction.ts';
import { ackLevelFromWire } from '../../shared/grpc/map-options.ts';
import { itemErrorToWire, outcomeToWire, violationsToWire } from '../../shared/grpc/map-outcome.ts';
import { formatRevisionToken } from '../../shared/grpc/revision-token.ts';
import { GatewayError } from '../../shared/grpc/status.ts';
import { Violations } from '../../shared/grpc/violations.ts';
import { fromTimestamp } from '../../shared/grpc/wire-numbers.ts';
import type { InteractionInput } from '../../shared/domain/interaction.ts';
import {
  type AckLevel,
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

/** How far ahead of this gateway's clock a given received_at may lie: clocks that are not quite set. */
const RECEIVED_AHEAD_MS = 300_000;

/** `received_at` as given, epoch milliseconds; an empty object when it is absent or wrong. */
function receivedAtOf(
  receivedAt: Timestamp__Output | null,
  violations: Violations,
): { readonly receivedAt?: number } {
  if (receivedAt === null) return {};
  const given = fromTimestamp(receivedAt);
  if (given !== null && given >= 0 && given <= Date.now() + RECEIVED_AHEAD_MS) {
    return { receivedAt: given };
  }
  violations.add('received_at', 'Give a time from 1970 on that is not in the future.');
  return {};
}

interface PatientOptions {
  readonly ack: AckLevel;
  readonly receivedAt?: number;
  readonly deadlineMs: number;
  readonly signal: AbortSignal;
}

/** Offers a batch again while the cluster is overloaded: the sender is held by flow control. */
async function ingestPatiently(
  cluster: Cluster,
  inputs: readonly InteractionInput[],
  options: PatientOptions,
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

/** One message of a stream: what goes to the cluster, or why it cannot. */
interface Offer {
  readonly ack: AckLevel;
  readonly receivedAt?: number;
  readonly item: InteractionInput | Violations;
}

function offerOf(message: StreamRequest): Offer {
  const violations = new Violations();
  const maxCharacters = CONTRACT_LIMITS.correlationIdCharacters;
  violations.text(message.correlationId, 'correlation_id', maxCharacters, 0);
  const ack = ackLevelFromWire(message.ackLevel, 'ack_level', violations);
  const received = receivedAtOf(message.receivedAt, violations);
  const { interaction } = message;
  if (interaction === null) violations.add('interaction', 'Required.');
  const isUsable = violations.list.length === 0 && interaction !== null;
  const item = isUsable ? interactionFromWire(interaction) : violations;
  return { ack: ack ?? 'durable', ...received, item };
}

/** Consecutive messages with the same level and time go together. */
function runsOf(offers: readonly Offer[]): Offer[][] {
  const runs: Offer[][] = [];
  for (const offer of offers) {
    const last = runs.at(-1);
    const isAlike = last?.[0]?.ack === offer.ack && last[0].receivedAt === offer.receivedAt;
    if (isAlike) last.push(offer);
    else runs.push([offer]);
  }
  return runs;
}

/** The outcomes of a run, in order. Only what is usable goes to the cluster. */
async function answerRun(
  cluster: Cluster,
  run: readonly Offer[],
  options: { readonly deadlineMs: number; readonly signal: AbortSignal },
): Promise<IngestOutcome[]> {
  const { ack = 'durable', receivedAt } = run[0] ?? {};
  const received = receivedAt === undefined ? {} : { receivedAt };
  const inputs = run
    .map(({ item }) => item)
    .filter((item): item is InteractionInput => !(item instanceof Violations));
  const answers = await outcomesOf(cluster, inputs, { ...options, ...received, ack });
  let next = 0;
  return run.map(({ item }) => {
    if (item instanceof Violations) {
      return outcomeToWire({ kind: 'rejected', violations: item.list });
    }
    const answer = answers[next++];
    if (answer === undefined) throw new Error('The cluster answered for fewer items than given.');
    return answer;
  });
}

/** One outcome per input; when the cluster cannot answer at all, all of them have failed. */
async function outcomesOf(
  cluster: Cluster,
  inputs: readonly InteractionInput[],
  options: PatientOptions,
): Promise<IngestOutcome[]> {
  if (inputs.length === 0) return [];
  try {
    return (await ingestPatiently(cluster, inputs, options)).map(outcomeToWire);
  } catch (error) {
    if (options.signal.aborted || !(error instanceof ClusterError)) throw error;
    const failed = { status: 'INGEST_STATUS_FAILED' as const, error: itemErrorToWire(error) };
    return inputs.map(() => failed);
  }
}

export function ingestRpcs(
  cluster: Cluster,
  admission: Pick<Admission, 'admitBatch'>,
  limits: IngestLimits,
): RpcsOf<IngestServiceHandlers> {
  return {
    IngestInteraction: {
      kind: 'unary',
      handle: async ({ interaction, ackLevel, receivedAt }, { deadlineMs, signal }) => {
        const violations = new Violations();
        const ack = ackLevelFromWire(ackLevel, 'ack_level', violations) ?? 'durable';
        const received = receivedAtOf(receivedAt, violations);
        if (interaction === null) violations.add('interaction', 'Required.');
        violations.throwIfAny();
        const inputs = interaction === null ? [] : [interactionFromWire(interaction)];
        const [result] = await cluster.ingest(inputs, { ack, ...received, deadlineMs, signal });
        if (result === undefined) throw new Error('The cluster gave no answer for the item.');
        if (result.kind === 'acknowledged') {
          const revisionToken = formatRevisionToken(result.token);
          return { revisionToken, dropped: violationsToWire(result.dropped, 'interaction.') };
        }
        throw new GatewayError(
          'INTERACTION_REJECTED',
          'The interaction is not acceptable; see the BadRequest detail.',
          { violations: violationsToWire(result.violations, 'interaction.') },
        );
      },
    },
    IngestInteractionBatch: {
      kind: 'unary',
      items: ({ interactions }) => interactions.length,
      handle: async ({ interactions, ackLevel, receivedAt }, { deadlineMs, signal }) => {
        const violations = new Violations();
        const { interactionsPerBatch } = CONTRACT_LIMITS;
        violations.count(interactions.length, 'interactions', 1, interactionsPerBatch);
        const ack = ackLevelFromWire(ackLevel, 'ack_level', violations) ?? 'durable';
        const received = receivedAtOf(receivedAt, violations);
        violations.throwIfAny();
        const inputs = interactions.map(interactionFromWire);
        const results = await cluster.ingest(inputs, { ack, ...received, deadlineMs, signal });
        return { outcomes: results.map(outcomeToWire) };
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
            for (const run of runsOf(batch.map(offerOf))) {
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

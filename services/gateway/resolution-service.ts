/** ResolutionService: look-ups, explanations, changes. */
import type { ResolutionServiceHandlers } from '../../shared/grpc/generated/selfsame/v1/ResolutionService.ts';
import type { ResolveStreamRequest__Output as StreamRequest } from '../../shared/grpc/generated/selfsame/v1/ResolveStreamRequest.ts';
import type { ResolveStreamResponse as StreamResponse } from '../../shared/grpc/generated/selfsame/v1/ResolveStreamResponse.ts';
import { encodeResolutions } from '../../shared/grpc/encode-resolutions.ts';
import { CONTRACT_LIMITS } from '../../shared/grpc/limits.ts';
import { messageCodec } from '../../shared/grpc/load.ts';
import { customerToWire } from '../../shared/grpc/map-customer.ts';
import { explanationToWire, selectorFromWire } from '../../shared/grpc/map-explanation.ts';
import { readOptionsFromWire } from '../../shared/grpc/map-options.ts';
import { itemErrorToWire } from '../../shared/grpc/map-outcome.ts';
import {
  checkIdentifier,
  type IdentifierBatch,
  identifiersFromWire,
  isWellFormed,
  MALFORMED_IDENTIFIER,
  type RawIdentifier,
  resolutionToWire,
} from '../../shared/grpc/map-resolution.ts';
import { attributionToWire } from '../../shared/grpc/map-attribution.ts';
import {
  maxMatchesFromWire,
  recordFromWire,
  recordMatchesToWire,
} from '../../shared/grpc/map-record-match.ts';
import { GatewayError } from '../../shared/grpc/status.ts';
import { Violations } from '../../shared/grpc/violations.ts';
import {
  type Cluster,
  ClusterError,
  type ReadOptions,
  type Resolution,
} from '../../shared/protocol/cluster.ts';
import type { Admission } from './admission.ts';
import { type CallContext, EncodedMessage, type RpcsOf } from './rpc.ts';
import { type PumpLimits, pumpStream } from './stream-pump.ts';
import { type WatchLimits, watchChanges } from './watch-changes.ts';

/** Numbers of the field `resolutions` in the two responses. */
const BATCH_RESOLUTIONS_FIELD = 1;
const STREAM_RESOLUTIONS_FIELD = 2;
const STREAM_RESPONSE = 'selfsame.v1.ResolveStreamResponse';

export interface ResolutionLimits extends PumpLimits, WatchLimits {
  /** Time that one batch of a stream may take, milliseconds. */
  readonly batchTimeoutMs: number;
}

/** A batch without identifiers still costs a call. */
function weightOf({ identifiers, values }: IdentifierBatch): number {
  return Math.max(1, identifiers.length, values.length);
}

/**
 * Resolves a batch; identifiers that are not well formed are answered here, so that one bad value
 * neither fails the batch nor costs the cluster anything.
 */
async function resolveBatch(
  cluster: Cluster,
  identifiers: readonly RawIdentifier[],
  options: ReadOptions,
): Promise<readonly Resolution[]> {
  if (identifiers.every(isWellFormed)) {
    const resolutions = await cluster.resolve(identifiers, options);
    if (resolutions.length !== identifiers.length) throw new Error('Answers are missing.');
    return resolutions;
  }
  const good = identifiers.filter(isWellFormed);
  const answers = good.length === 0 ? [] : await cluster.resolve(good, options);
  if (answers.length !== good.length) throw new Error('Answers are missing.');
  let next = 0;
  return identifiers.map((identifier) => {
    const answer = isWellFormed(identifier) ? answers[next++] : undefined;
    return answer ?? MALFORMED_IDENTIFIER;
  });
}

async function answerStreamed(
  cluster: Cluster,
  message: StreamRequest,
  options: { readonly deadlineMs: number; readonly signal: AbortSignal },
): Promise<StreamResponse | EncodedMessage> {
  const streamResponse = messageCodec<StreamResponse, object>(STREAM_RESPONSE);
  const { correlationId } = message;
  const violations = new Violations();
  const maxCharacters = CONTRACT_LIMITS.correlationIdCharacters;
  violations.text(correlationId, 'correlation_id', maxCharacters, 0);
  const question = readOptionsFromWire(message.options, 'options', violations);
  const identifiers = identifiersFromWire(message, violations);
  try {
    violations.throwIfAny();
    const readOptions = { ...question, ...options };
    const resolutions = await resolveBatch(cluster, identifiers, readOptions);
    const head = streamResponse.serialize({ correlationId });
    return new EncodedMessage(encodeResolutions(resolutions, STREAM_RESOLUTIONS_FIELD, head));
  } catch (error) {
    const isOfItem = error instanceof ClusterError || error instanceof GatewayError;
    if (options.signal.aborted || !isOfItem) throw error;
    return { correlationId, error: itemErrorToWire(error) };
  }
}

function streamRpc(
  cluster: Cluster,
  admission: Pick<Admission, 'admitBatch'>,
  limits: ResolutionLimits,
): RpcsOf<ResolutionServiceHandlers>['ResolveStream'] {
  return {
    kind: 'bidi_stream',
    handle: (stream, context) =>
      pumpStream<StreamRequest, StreamResponse | EncodedMessage>(
        stream,
        limits,
        context,
        async (batch) => {
          const { signal } = context;
          const items = batch.reduce((sum, message) => sum + weightOf(message), 0);
          const release = await admission.admitBatch(items, signal);
          for (const message of batch) context.record?.message(message, weightOf(message));
          try {
            const deadlineMs = Date.now() + limits.batchTimeoutMs;
            const options = { deadlineMs, signal };
            return await Promise.all(
              batch.map((message) => answerStreamed(cluster, message, options)),
            );
          } finally {
            release();
          }
        },
      ),
  };
}

function optionsOf({ deadlineMs, signal, onStandIn }: CallContext) {
  return { deadlineMs, signal, onStandIn };
}

function getAttributionRpc(cluster: Cluster): RpcsOf<ResolutionServiceHandlers>['GetAttribution'] {
  return {
    kind: 'unary',
    handle: async ({ source, interactionId, options }, context) => {
      const violations = new Violations();
      violations.text(source, 'source', CONTRACT_LIMITS.idCharacters);
      violations.text(interactionId, 'interaction_id', CONTRACT_LIMITS.idCharacters);
      const question = readOptionsFromWire(options, 'options', violations);
      violations.throwIfAny();
      const readOptions = { ...question, ...optionsOf(context) };
      const attribution = await cluster.getAttribution(source, interactionId, readOptions);
      if (attribution === null) throw new GatewayError('NOT_FOUND', 'No such interaction is live.');
      return attributionToWire(attribution);
    },
  };
}

function matchRecordRpc(cluster: Cluster): RpcsOf<ResolutionServiceHandlers>['MatchRecord'] {
  return {
    kind: 'unary',
    handle: async ({ record, maxMatches: asked, options }, { deadlineMs, signal }) => {
      const violations = new Violations();
      const party = recordFromWire(record, violations);
      const maxMatches = maxMatchesFromWire(asked, violations);
      const question = readOptionsFromWire(options, 'options', violations);
      violations.throwIfAny();
      const answer = await cluster.matchRecord(party, {
        ...question,
        ...(maxMatches === undefined ? {} : { maxMatches }),
        deadlineMs,
        signal,
      });
      return recordMatchesToWire(answer);
    },
  };
}

/** Resolve, GetCustomer, Explain, GetAttribution, MatchRecord: one question, one answer. */
function singleRpcs(
  cluster: Cluster,
): Pick<
  RpcsOf<ResolutionServiceHandlers>,
  'Resolve' | 'GetCustomer' | 'Explain' | 'GetAttribution' | 'MatchRecord'
> {
  return {
    Resolve: {
      kind: 'unary',
      handle: async ({ identifier, options }, context) => {
        const violations = new Violations();
        if (identifier === null) violations.add('identifier', 'Required.');
        else checkIdentifier(identifier, 'identifier', violations);
        const question = readOptionsFromWire(options, 'options', violations);
        violations.throwIfAny();
        const identifiers = identifier === null ? [] : [identifier];
        const [resolution] = await cluster.resolve(identifiers, {
          ...question,
          ...optionsOf(context),
        });
        if (resolution === undefined) throw new Error('The cluster gave no answer.');
        return { resolution: resolutionToWire(resolution) };
      },
    },
    GetCustomer: {
      kind: 'unary',
      handle: async ({ customerId, options }, context) => {
        const violations = new Violations();
        violations.text(customerId, 'customer_id', CONTRACT_LIMITS.refCharacters);
        const question = readOptionsFromWire(options, 'options', violations);
        violations.throwIfAny();
        const readOptions = { ...question, ...optionsOf(context) };
        const view = await cluster.getCustomer(customerId, readOptions);
        if (view === null) throw new GatewayError('NOT_FOUND', 'No such id was ever issued.');
        return { customer: customerToWire(view) };
      },
    },
    Explain: {
      kind: 'unary',
      handle: async ({ left, right, options }, context) => {
        const violations = new Violations();
        const leftSelector = selectorFromWire(left, 'left', violations);
        const rightSelector = right === null ? null : selectorFromWire(right, 'right', violations);
        const question = readOptionsFromWire(options, 'options', violations);
        violations.throwIfAny();
        const answer = await cluster.explain(leftSelector, rightSelector, {
          ...question,
          ...optionsOf(context),
        });
        const explanation = explanationToWire(answer);
        if (explanation === null) {
          throw new GatewayError('NOT_FOUND', 'A selector names no profile that is known.');
        }
        return { explanation };
      },
    },
    GetAttribution: getAttributionRpc(cluster),
    MatchRecord: matchRecordRpc(cluster),
  };
}

export function resolutionRpcs(
  cluster: Cluster,
  admission: Pick<Admission, 'admitBatch'>,
  limits: ResolutionLimits,
): RpcsOf<ResolutionServiceHandlers> {
  return {
    ...singleRpcs(cluster),
    BatchResolve: {
      kind: 'unary',
      items: weightOf,
      handle: async (request, context) => {
        const violations = new Violations();
        const question = readOptionsFromWire(request.options, 'options', violations);
        const identifiers = identifiersFromWire(request, violations);
        violations.throwIfAny();
        const options = { ...question, ...optionsOf(context) };
        const resolutions = await resolveBatch(cluster, identifiers, options);
        return new EncodedMessage(encodeResolutions(resolutions, BATCH_RESOLUTIONS_FIELD));
      },
    },
    ResolveStream: streamRpc(cluster, admission, limits),
    WatchChanges: {
      kind: 'server_stream',
      handle: (request, stream, context) => watchChanges(cluster, limits, request, stream, context),
    },
  };
}

/** StewardService: decisions, retractions and orders about evidence. */
import { randomUUID } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Timestamp__Output } from '../../shared/grpc/generated/google/protobuf/Timestamp.ts';
import type { AckLevel as WireAckLevel } from '../../shared/grpc/generated/selfsame/v1/AckLevel.ts';
import type { DecisionRecord__Output } from '../../shared/grpc/generated/selfsame/v1/DecisionRecord.ts';
import type { StewardServiceHandlers } from '../../shared/grpc/generated/selfsame/v1/StewardService.ts';
import { CONTRACT_LIMITS } from '../../shared/grpc/limits.ts';
import { selectorFromWire } from '../../shared/grpc/map-explanation.ts';
import { ackLevelFromWire } from '../../shared/grpc/map-options.ts';
import { orderToWire, standingFromWire, subjectFromWire } from '../../shared/grpc/map-orders.ts';
import { checkIdentifier } from '../../shared/grpc/map-resolution.ts';
import { formatRevisionToken } from '../../shared/grpc/revision-token.ts';
import { GatewayError } from '../../shared/grpc/status.ts';
import { Violations } from '../../shared/grpc/violations.ts';
import { fromTimestamp } from '../../shared/grpc/wire-numbers.ts';
import type { AckLevel, Cluster, Command, ProfileSelector } from '../../shared/protocol/cluster.ts';
import type { CallContext, RpcsOf } from './rpc.ts';

const LIMITS = CONTRACT_LIMITS;

/**
 * How long, and for how many requests, the time of a request_id is remembered. Without it a repeat
 * without decided_at would be decided later than the original, and could outweigh what was decided
 * in between. 10 minutes cover every retry policy in use; 10,000 entries are about 2 MB.
 */
const REMEMBERED_MS = 600_000;
const REMEMBERED_MAX = 10_000;

interface Envelope {
  readonly requestId: string;
  readonly decidedAt: Timestamp__Output | null;
  readonly ackLevel: WireAckLevel;
}

class DecisionTimes {
  readonly #times = new LRUCache<string, number>({ max: REMEMBERED_MAX, ttl: REMEMBERED_MS });

  /** When the request was decided: as given, as remembered, or now. Epoch milliseconds. */
  timeOf({ requestId, decidedAt }: Envelope, field: string, violations: Violations): number {
    violations.text(requestId, `${field}request_id`, LIMITS.requestIdCharacters, 0);
    if (decidedAt !== null) {
      const given = fromTimestamp(decidedAt);
      if (given === null)
        violations.add(`${field}decided_at`, 'Give a time in the years 1 to 9999.');
      return given ?? 0;
    }
    const now = Date.now();
    if (requestId === '' || violations.list.length > 0) return now;
    const remembered = this.#times.get(requestId);
    if (remembered !== undefined) return remembered;
    this.#times.set(requestId, now);
    return now;
  }
}

/** What a decision records, checked; meaningless when violations were added. */
function recordFromWire(
  record: DecisionRecord__Output | null,
  times: DecisionTimes,
  violations: Violations,
): {
  readonly decisionId: string;
  readonly decidedAt: number;
  readonly decidedBy: string;
  readonly reason: string;
  readonly ack: AckLevel;
} {
  if (record === null) {
    violations.add('record', 'Required.');
    return { decisionId: '', decidedAt: 0, decidedBy: '', reason: '', ack: 'durable' };
  }
  const { requestId, decidedBy, reason, ackLevel } = record;
  violations.text(decidedBy, 'record.decided_by', LIMITS.idCharacters);
  violations.text(reason, 'record.reason', LIMITS.reasonCharacters, 0);
  const ack = ackLevelFromWire(ackLevel, 'record.ack_level', violations) ?? 'durable';
  const decidedAt = times.timeOf(record, 'record.', violations);
  return {
    decisionId: requestId === '' ? randomUUID() : requestId,
    decidedAt,
    decidedBy,
    reason,
    ack,
  };
}

/** Fields of a command under the names that they have in the requests. */
const DECISION_FIELDS: ReadonlyMap<string, string> = new Map([
  ['decided_by', 'record.decided_by'],
  ['reason', 'record.reason'],
]);
const RETRACTION_FIELDS: ReadonlyMap<string, string> = new Map([['value', 'identifier.value']]);

/** Gives a command to the cluster; throws DECISION_REJECTED when it does not accept it. */
async function send(
  cluster: Cluster,
  command: Command,
  ack: AckLevel,
  { deadlineMs, signal }: CallContext,
  fieldNames: ReadonlyMap<string, string> = DECISION_FIELDS,
): Promise<string> {
  const result = await cluster.command(command, { ack, deadlineMs, signal });
  if (result.kind === 'acknowledged') return formatRevisionToken(result.token);
  throw new GatewayError(
    'DECISION_REJECTED',
    'The decision is not acceptable; see the BadRequest detail.',
    {
      violations: result.violations.map(({ field, description }) => ({
        field: fieldNames.get(field) ?? field,
        description,
      })),
    },
  );
}

type Link = Extract<Command, { readonly kind: 'must_link' | 'cannot_link' }>;
type Links = 'MustLink' | 'CannotLink' | 'MergeCustomers' | 'SplitCustomer';

function splitRpc(
  cluster: Cluster,
  times: DecisionTimes,
): RpcsOf<StewardServiceHandlers>['SplitCustomer'] {
  return {
    kind: 'unary',
    items: ({ groups }) => groups.reduce((sum, group) => sum + group.profiles.length, 1),
    handle: async ({ groups: wireGroups, record }, context) => {
      const violations = new Violations();
      violations.count(wireGroups.length, 'groups', 2, LIMITS.splitGroups);
      const groups = wireGroups.slice(0, LIMITS.splitGroups).map(({ profiles }, group) => {
        const field = `groups[${group}].profiles`;
        violations.count(profiles.length, field, 1, LIMITS.profilesPerGroup);
        return profiles
          .slice(0, LIMITS.profilesPerGroup)
          .map((profile, index) => selectorFromWire(profile, `${field}[${index}]`, violations));
      });
      const { ack, ...facts } = recordFromWire(record, times, violations);
      violations.throwIfAny();
      const command: Command = { kind: 'split', groups, ...facts };
      const revisionToken = await send(cluster, command, ack, context);
      return { decisionId: facts.decisionId, revisionToken };
    },
  };
}

function linkRpcs(
  cluster: Cluster,
  times: DecisionTimes,
): Pick<RpcsOf<StewardServiceHandlers>, Links> {
  const link = async (
    kind: Link['kind'],
    selectors: (violations: Violations) => readonly [ProfileSelector, ProfileSelector],
    record: DecisionRecord__Output | null,
    context: CallContext,
  ): Promise<{ decisionId: string; revisionToken: string }> => {
    const violations = new Violations();
    const [left, right] = selectors(violations);
    const { ack, ...facts } = recordFromWire(record, times, violations);
    violations.throwIfAny();
    const revisionToken = await send(cluster, { kind, left, right, ...facts }, ack, context);
    return { decisionId: facts.decisionId, revisionToken };
  };
  const pair =
    (request: Parameters<RpcsOf<StewardServiceHandlers>['MustLink']['handle']>[0]) =>
    (violations: Violations): readonly [ProfileSelector, ProfileSelector] => [
      selectorFromWire(request.left, 'left', violations),
      selectorFromWire(request.right, 'right', violations),
    ];
  return {
    MustLink: {
      kind: 'unary',
      handle: async (request, context) => link('must_link', pair(request), request.record, context),
    },
    CannotLink: {
      kind: 'unary',
      handle: async (request, context) =>
        link('cannot_link', pair(request), request.record, context),
    },
    MergeCustomers: {
      kind: 'unary',
      handle: async ({ leftCustomerId, rightCustomerId, record }, context) =>
        link(
          'must_link',
          (violations) => {
            violations.text(leftCustomerId, 'left_customer_id', LIMITS.refCharacters);
            violations.text(rightCustomerId, 'right_customer_id', LIMITS.refCharacters);
            return [
              { kind: 'ref', ref: leftCustomerId },
              { kind: 'ref', ref: rightCustomerId },
            ];
          },
          record,
          context,
        ),
    },
    SplitCustomer: splitRpc(cluster, times),
  };
}

type Retraction = Extract<Command, { readonly withdrawn: boolean }>;
type Orders = 'OrderEvidence' | 'ListOrders';
type Retractions = Exclude<keyof RpcsOf<StewardServiceHandlers>, Links | Orders>;

function retractionRpcs(
  cluster: Cluster,
  times: DecisionTimes,
): Pick<RpcsOf<StewardServiceHandlers>, Retractions> {
  const retract = async (
    envelope: Envelope & { readonly decidedBy: string; readonly reason: string },
    commandOf: (violations: Violations, decidedAt: number) => Retraction,
    context: CallContext,
  ): Promise<{ revisionToken: string }> => {
    const violations = new Violations();
    const ack = ackLevelFromWire(envelope.ackLevel, 'ack_level', violations) ?? 'durable';
    const { decidedBy, reason } = envelope;
    violations.text(decidedBy, 'decided_by', LIMITS.idCharacters, 0);
    violations.text(reason, 'reason', LIMITS.reasonCharacters, 0);
    const order = commandOf(violations, times.timeOf(envelope, '', violations));
    violations.throwIfAny();
    const command: Command = { ...order, decidedBy, reason };
    const names = RETRACTION_FIELDS;
    return { revisionToken: await send(cluster, command, ack, context, names) };
  };
  return {
    RetractInteraction: {
      kind: 'unary',
      handle: async (request, context) =>
        retract(
          request,
          (violations, decidedAt) => {
            const { source, interactionId, withdrawn } = request;
            violations.text(source, 'source', LIMITS.idCharacters);
            violations.text(interactionId, 'interaction_id', LIMITS.idCharacters);
            return { kind: 'retract_interaction', source, interactionId, withdrawn, decidedAt };
          },
          context,
        ),
    },
    RetractIdentifier: {
      kind: 'unary',
      handle: async (request, context) =>
        retract(
          request,
          (violations, decidedAt) => {
            const profile = selectorFromWire(request.profile, 'profile', violations);
            const { identifier, withdrawn } = request;
            if (identifier === null) violations.add('identifier', 'Required.');
            else checkIdentifier(identifier, 'identifier', violations);
            const { namespace, value } = identifier ?? { namespace: '', value: '' };
            return { kind: 'retract_identifier', profile, namespace, value, withdrawn, decidedAt };
          },
          context,
        ),
    },
    RetractDecision: {
      kind: 'unary',
      handle: async (request, context) =>
        retract(
          request,
          (violations, decidedAt) => {
            const { decisionId, withdrawn } = request;
            violations.text(decisionId, 'decision_id', LIMITS.requestIdCharacters);
            return { kind: 'retract_decision', decisionId, withdrawn, decidedAt };
          },
          context,
        ),
    },
  };
}

/** Fields of an order under the names that they have in the request: the same. */
const ORDER_FIELDS: ReadonlyMap<string, string> = new Map();

function orderRpcs(
  cluster: Cluster,
  times: DecisionTimes,
): Pick<RpcsOf<StewardServiceHandlers>, Orders> {
  return {
    OrderEvidence: {
      kind: 'unary',
      handle: async (request, context) => {
        const violations = new Violations();
        const ack = ackLevelFromWire(request.ackLevel, 'ack_level', violations) ?? 'durable';
        const { decidedBy, reason } = request;
        violations.text(decidedBy, 'decided_by', LIMITS.idCharacters);
        violations.text(reason, 'reason', LIMITS.reasonCharacters, 0);
        const command: Command = {
          kind: 'order_evidence',
          subject: subjectFromWire(request.value, request.delivery, violations),
          standing: standingFromWire(request.standing, 'standing', violations),
          decidedAt: times.timeOf(request, '', violations),
          decidedBy,
          reason,
        };
        violations.throwIfAny();
        return { revisionToken: await send(cluster, command, ack, context, ORDER_FIELDS) };
      },
    },
    ListOrders: {
      kind: 'unary',
      handle: async ({ released }, { deadlineMs, signal }) => {
        const orders = await cluster.listOrders({ released, deadlineMs, signal });
        return { orders: orders.map(orderToWire) };
      },
    },
  };
}

export function stewardRpcs(cluster: Cluster): RpcsOf<StewardServiceHandlers> {
  const times = new DecisionTimes();
  return {
    ...linkRpcs(cluster, times),
    ...retractionRpcs(cluster, times),
    ...orderRpcs(cluster, times),
  };
}

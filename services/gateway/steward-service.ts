/** StewardService: decisions, retractions and orders about evidence. */
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
import type { AckLevel, Cluster, Command, ProfileSelector } from '../../shared/protocol/cluster.ts';
import { DecisionTimes, type Envelope, recordFromWire } from './decision-record.ts';
import { type Reviews, reviewRpcs } from './review-rpcs.ts';
import type { CallContext, RpcsOf } from './rpc.ts';

const LIMITS = CONTRACT_LIMITS;

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
type Retractions = Exclude<keyof RpcsOf<StewardServiceHandlers>, Links | Orders | Reviews>;

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
          subject: subjectFromWire(request, violations),
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
    ...reviewRpcs(cluster, times),
  };
}

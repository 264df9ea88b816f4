/** Steward commands of the client. */
import {
  type CallOptions,
  type AckLevel,
  ClusterError,
  type Command,
  type CommandResult,
} from '../protocol/cluster.ts';
import type { Clients, RunUnary, StartUnary } from './client-calls.ts';
import { selectorToWire } from './map-explanation.ts';
import { ackLevelToWire } from './map-options.ts';
import { standingToWire, subjectToWire } from './map-orders.ts';
import { parseRevisionToken } from './revision-token.ts';
import { reasonOf } from './status.ts';
import { toTimestamp } from './wire-numbers.ts';

type Acknowledged = { readonly revisionToken: string };

/** The call that carries a command. Time and id travel with it, so that repeats are exact. */
function startOf(
  client: Clients['steward'],
  command: Command,
  ack: AckLevel,
): StartUnary<Acknowledged> {
  const decidedAt = toTimestamp(command.decidedAt);
  const ackLevel = ackLevelToWire(ack);
  switch (command.kind) {
    case 'must_link':
    case 'cannot_link': {
      const { decisionId: requestId, decidedBy, reason } = command;
      const request = {
        left: selectorToWire(command.left),
        right: selectorToWire(command.right),
        record: { requestId, decidedAt, decidedBy, reason, ackLevel },
      };
      return command.kind === 'must_link'
        ? (call, done) => client.MustLink(request, call, done)
        : (call, done) => client.CannotLink(request, call, done);
    }
    case 'split': {
      const { decisionId: requestId, decidedBy, reason } = command;
      const request = {
        groups: command.groups.map((group) => ({ profiles: group.map(selectorToWire) })),
        record: { requestId, decidedAt, decidedBy, reason, ackLevel },
      };
      return (call, done) => client.SplitCustomer(request, call, done);
    }
    case 'retract_decision': {
      const { decisionId, withdrawn, decidedBy = '', reason = '' } = command;
      const request = { decisionId, withdrawn, decidedAt, decidedBy, reason, ackLevel };
      return (call, done) => client.RetractDecision(request, call, done);
    }
    case 'retract_interaction': {
      const { source, interactionId, withdrawn, decidedBy = '', reason = '' } = command;
      const request = {
        source,
        interactionId,
        withdrawn,
        decidedAt,
        decidedBy,
        reason,
        ackLevel,
      };
      return (call, done) => client.RetractInteraction(request, call, done);
    }
    case 'retract_identifier': {
      const { namespace, value, withdrawn, decidedBy = '', reason = '' } = command;
      const request = {
        profile: selectorToWire(command.profile),
        identifier: { namespace, value },
        withdrawn,
        decidedAt,
        decidedBy,
        reason,
        ackLevel,
      };
      return (call, done) => client.RetractIdentifier(request, call, done);
    }
    case 'order_evidence': {
      const request = { ...orderToWire(command), decidedAt, ackLevel };
      return (call, done) => client.OrderEvidence(request, call, done);
    }
  }
}

function orderToWire(command: Extract<Command, { kind: 'order_evidence' }>) {
  const { subject, standing, decidedBy, reason } = command;
  return { ...subjectToWire(subject), standing: standingToWire(standing), decidedBy, reason };
}

/** Sends a command; what the cluster rejects is an answer, not an error. */
export async function sendCommand(
  client: Clients['steward'],
  run: RunUnary,
  command: Command,
  options: CallOptions & { readonly ack: AckLevel },
): Promise<CommandResult> {
  try {
    const { revisionToken } = await run(startOf(client, command, options.ack), options);
    const token = parseRevisionToken(revisionToken);
    if (token !== null) return { kind: 'acknowledged', token };
  } catch (error) {
    if (error instanceof ClusterError && reasonOf(error) === 'DECISION_REJECTED') {
      return { kind: 'rejected', violations: error.violations };
    }
    throw error;
  }
  throw new ClusterError('internal', 'The gateway sent a token that this client cannot read.');
}

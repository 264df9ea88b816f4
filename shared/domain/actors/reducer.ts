/**
 * The reducer: what one log entry does to a partition's actors.
 */
import {
  type Absorb,
  type HoldJoin,
  type InDelivery,
  type InWay,
  type Member,
  type Message,
  MessageKind,
  type NeighbourFound,
  type Offer,
  type OrderDelivery,
  type OrderValue,
  type OrderWay,
  type PairsFound,
  type Proposal,
  type Seek,
  type SeekMiss,
  type SeekRoot,
  type StandingMessage,
  type State,
  type StormFound,
  type Sweep,
  type SweepOn,
  type SweepPost,
  type SweepPostOn,
  type Transfer,
  type TryAgain,
  type TryHeld,
  type TryHeldOn,
  type Waits,
  type WayReport,
  type WayStanding,
} from '../messages.ts';
import type { RulesIndex } from '../rules.ts';
import { handleDecide, handleRetractDecision } from './decision-actor.ts';
import {
  handleDeliveryStorm,
  handleInDelivery,
  handleOrderDelivery,
  handlePairsFound,
  handleSweep,
  handleSweepOn,
} from './delivery-actor.ts';
import { handleDeviceSeen } from './device-days.ts';
import { handleDeliver, handleRetractInteraction, handleStanding } from './interaction-actor.ts';
import { finaliseKey, handleHold, handleOrderValue } from './key-actor.ts';
import { handleNeighbourFound } from './neighbour-storm.ts';
import { handlePairDecision, handlePropose, handleReview } from './pair-home.ts';
import { handleSweepPost, handleSweepPostOn, handleWayStanding } from './post-sweep.ts';
import { finaliseProfile, handleLabel, handleMute, handleSuppress } from './profile-actor.ts';
import { handleObserve } from './profile-observations.ts';
import {
  handleAbsorb,
  handleMember,
  handleOffer,
  handleProposal,
  handleSeek,
  handleSeekMiss,
  handleSeekRoot,
  handleState,
  handleTransfer,
} from './root-actor.ts';
import {
  handleHoldJoin,
  handleTryAgain,
  handleTryHeld,
  handleTryHeldOn,
  handleWaits,
} from './size-guard.ts';
import { finaliseRoot } from './root-settling.ts';
import { type ActorSpace, Turn, type TurnHandlers } from './turn.ts';
import { handleInWay, handleOrderWay, handleSourceStorm, handleWayReport } from './way-actor.ts';
import { SOURCE } from './ways.ts';

type OrderMessage =
  | OrderValue
  | OrderDelivery
  | OrderWay
  | InDelivery
  | StandingMessage
  | PairsFound
  | Sweep
  | SweepOn
  | InWay
  | WayStanding
  | WayReport
  | SweepPost
  | SweepPostOn
  | NeighbourFound
  | StormFound;

/** What orders about evidence need (S22). */
function handleOrdered(turn: Turn, message: OrderMessage): void {
  switch (message[0]) {
    case MessageKind.orderValue:
      return handleOrderValue(turn, message);
    case MessageKind.orderDelivery:
      return handleOrderDelivery(turn, message);
    case MessageKind.inDelivery:
      return handleInDelivery(turn, message);
    case MessageKind.standing:
      return handleStanding(turn, message);
    case MessageKind.pairsFound:
      return handlePairsFound(turn, message);
    case MessageKind.sweep:
      return handleSweep(turn, message);
    case MessageKind.sweepOn:
      return handleSweepOn(turn, message);
    case MessageKind.orderWay:
      return handleOrderWay(turn, message);
    case MessageKind.inWay:
      return handleInWay(turn, message);
    case MessageKind.wayStanding:
      return handleWayStanding(turn, message);
    case MessageKind.wayReport:
      return handleWayReport(turn, message);
    case MessageKind.sweepPost:
      return handleSweepPost(turn, message);
    case MessageKind.sweepPostOn:
      return handleSweepPostOn(turn, message);
    case MessageKind.neighbourFound:
      return handleNeighbourFound(turn, message);
    case MessageKind.stormFound:
      return message[2] === SOURCE
        ? handleSourceStorm(turn, message)
        : handleDeliveryStorm(turn, message);
    default: {
      const unknown: never = message;
      throw new Error(`order of unknown kind ${String((unknown as readonly unknown[])[0])}`);
    }
  }
}

type MembershipMessage =
  | State
  | Proposal
  | Seek
  | SeekRoot
  | SeekMiss
  | Offer
  | Absorb
  | Transfer
  | Member
  | HoldJoin
  | Waits
  | TryAgain
  | TryHeld
  | TryHeldOn;

/** What belongs together: components, and joins that are held (S12, S17). */
function handleMembership(turn: Turn, message: MembershipMessage): void {
  switch (message[0]) {
    case MessageKind.state:
      return handleState(turn, message);
    case MessageKind.proposal:
      return handleProposal(turn, message);
    case MessageKind.seek:
      return handleSeek(turn, message);
    case MessageKind.seekRoot:
      return handleSeekRoot(turn, message);
    case MessageKind.seekMiss:
      return handleSeekMiss(turn, message);
    case MessageKind.offer:
      return handleOffer(turn, message);
    case MessageKind.absorb:
      return handleAbsorb(turn, message);
    case MessageKind.transfer:
      return handleTransfer(turn, message);
    case MessageKind.member:
      return handleMember(turn, message);
    case MessageKind.holdJoin:
      return handleHoldJoin(turn, message);
    case MessageKind.waits:
      return handleWaits(turn, message);
    case MessageKind.tryAgain:
      return handleTryAgain(turn, message);
    case MessageKind.tryHeld:
      return handleTryHeld(turn, message);
    case MessageKind.tryHeldOn:
      return handleTryHeldOn(turn, message);
    default: {
      const unknown: never = message;
      throw new Error(`message of unknown kind ${String((unknown as readonly unknown[])[0])}`);
    }
  }
}

function handle(turn: Turn, message: Message): void {
  switch (message[0]) {
    case MessageKind.deliver:
      return handleDeliver(turn, message);
    case MessageKind.retractInteraction:
      return handleRetractInteraction(turn, message);
    case MessageKind.decide:
      return handleDecide(turn, message);
    case MessageKind.retractDecision:
      return handleRetractDecision(turn, message);
    case MessageKind.suppress:
      return handleSuppress(turn, message);
    case MessageKind.observe:
      return handleObserve(turn, message);
    case MessageKind.hold:
      return handleHold(turn, message);
    case MessageKind.deviceSeen:
      return handleDeviceSeen(turn, message);
    case MessageKind.propose:
      return handlePropose(turn, message);
    case MessageKind.pairDecision:
      return handlePairDecision(turn, message);
    case MessageKind.label:
      return handleLabel(turn, message);
    case MessageKind.review:
      return handleReview(turn, message);
    case MessageKind.state:
    case MessageKind.proposal:
    case MessageKind.seek:
    case MessageKind.seekRoot:
    case MessageKind.seekMiss:
    case MessageKind.offer:
    case MessageKind.absorb:
    case MessageKind.transfer:
    case MessageKind.member:
    case MessageKind.holdJoin:
    case MessageKind.waits:
    case MessageKind.tryAgain:
    case MessageKind.tryHeld:
    case MessageKind.tryHeldOn:
      return handleMembership(turn, message);
    case MessageKind.orderValue:
    case MessageKind.orderDelivery:
    case MessageKind.inDelivery:
    case MessageKind.standing:
    case MessageKind.pairsFound:
    case MessageKind.sweep:
    case MessageKind.sweepOn:
    case MessageKind.orderWay:
    case MessageKind.inWay:
    case MessageKind.wayStanding:
    case MessageKind.wayReport:
    case MessageKind.sweepPost:
    case MessageKind.sweepPostOn:
    case MessageKind.neighbourFound:
    case MessageKind.stormFound:
      return handleOrdered(turn, message);
    case MessageKind.mute:
      return handleMute(turn, message);
    default: {
      const unknown: never = message;
      throw new Error(`message of unknown kind ${String((unknown as readonly unknown[])[0])}`);
    }
  }
}

const HANDLERS: TurnHandlers = { handle, finaliseProfile, finaliseKey, finaliseRoot };

/** Applies messages, each with its origin, as one turn. Throws on a poison message. */
export function runTurn(
  space: ActorSpace,
  rules: RulesIndex,
  messages: readonly (readonly [origin: number, message: Message])[],
): void {
  const turn = new Turn(space, rules, HANDLERS);
  for (const [origin, message] of messages) {
    turn.origin = origin;
    turn.send(message);
  }
  turn.run();
}

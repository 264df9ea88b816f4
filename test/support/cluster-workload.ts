/**
 * What tests of real processes send: the demo's world (people, households, shared devices and
 * mailboxes, several logins, late and repeated deliveries, revisions) and steward decisions about
 * it, all from one seed; and the client that sends it until every item is acknowledged.
 */
import { sendBatch } from '../../services/cli/ingest/send-batch.ts';
import { generateWorld } from '../../services/cli/demo/world/generate-world.ts';
import { type CommandMessage, commandMessage } from '../../shared/cluster/command-messages.ts';
import { ReferenceCodec } from '../../shared/cluster/references.ts';
import type { InteractionInput, RoutedInteraction } from '../../shared/domain/interaction.ts';
import { MessageKind } from '../../shared/domain/messages.ts';
import type { CompiledRules } from '../../shared/ingress/compiled-rules.ts';
import { routeInteraction } from '../../shared/ingress/routing.ts';
import {
  type Cluster,
  ClusterError,
  type Command,
  type OrderSubject,
  type ProfileSelector,
} from '../../shared/protocol/cluster.ts';
import type { OracleEvent } from './oracle-events.ts';
import { createRandom, type Random } from './random.ts';

export interface Workload {
  /** In order of delivery; repeats and revisions included. */
  readonly deliveries: readonly InteractionInput[];
  readonly commands: readonly Command[];
}

/** Labels of deliveries. */
const FILES = 25;

/** 2025-08-01: after everything that the world tells. */
const DECIDED_AT = 1_754_006_400_000;

/** `interactions` distinct ones, about 3 % more deliveries, and `decisions` commands. */
export function makeWorkload(
  rules: CompiledRules,
  seed: number,
  interactions: number,
  decisions: number,
): Workload {
  const world = generateWorld({ seed, interactions });
  const deliveries = Array.from(world.interactions(), ({ input }, index) =>
    // Of every three one comes without a label; repeats often come with another one.
    index % 3 === 0 ? input : { ...input, delivery: `file-${Math.floor(index / 40) % FILES}` },
  );
  const random = createRandom(seed);
  const anchored = deliveries.filter((input) => anchorsOf(rules, input).length > 0);
  const commands = Array.from({ length: decisions }, (_, number) =>
    makeCommand(rules, random, anchored, number),
  );
  return { deliveries, commands };
}

/** Person anchors of all parties, as selectors. */
function anchorsOf(rules: CompiledRules, input: InteractionInput): ProfileSelector[] {
  return input.parties.flatMap(({ identifiers }) =>
    identifiers
      .filter(({ namespace }) => rules.byName.get(namespace)?.rules.kind === 'person')
      .map(({ namespace, value }) => ({ kind: 'identifier' as const, namespace, value })),
  );
}

/** Mostly about two anchors near each other in the stream: these belong together now and then. */
function makeCommand(
  rules: CompiledRules,
  random: Random,
  anchored: readonly InteractionInput[],
  number: number,
): Command {
  const at = random.below(anchored.length);
  const near = anchored[Math.min(anchored.length - 1, at + random.below(4))] as InteractionInput;
  const input = anchored[at] as InteractionInput;
  const left = random.pick(anchorsOf(rules, input));
  const right = random.pick(anchorsOf(rules, near));
  const decidedAt = DECIDED_AT + random.below(10);
  const withdrawn = random.chance(0.2);
  const decided = { decidedAt, decidedBy: 'steward', reason: 'test' };
  const decisionId = `decision-${number}`;
  const roll = random.below(10);
  if (random.chance(0.15)) {
    const standing = random.pick(['held', 'released', 'rejected'] as const);
    const evidence = input.parties
      .flatMap(({ identifiers }) => identifiers)
      .find(({ namespace }) => rules.byName.get(namespace)?.rules.kind === 'evidence');
    const subject: OrderSubject =
      evidence === undefined || random.chance(0.5)
        ? { kind: 'delivery', source: input.source, delivery: `file-${random.below(FILES)}` }
        : { kind: 'value', ...evidence };
    const order = { decidedAt, decidedBy: 'steward', reason: 'test' };
    return { kind: 'order_evidence', subject, standing, ...order };
  }
  if (roll < 3) {
    return { kind: 'retract_interaction', ...ids(input), decidedAt, withdrawn };
  }
  if (roll < 4) {
    const earlier = `decision-${random.below(Math.max(1, number))}`;
    return { kind: 'retract_decision', decisionId: earlier, decidedAt, withdrawn };
  }
  if (JSON.stringify(left) === JSON.stringify(right) || roll < 6) {
    const shared = input.parties.flatMap(({ identifiers }) => identifiers);
    const { namespace, value } = random.pick(shared);
    return { kind: 'retract_identifier', profile: left, namespace, value, decidedAt, withdrawn };
  }
  if (roll < 7) return { kind: 'split', decisionId, groups: [[left], [right]], ...decided };
  return { kind: roll < 9 ? 'cannot_link' : 'must_link', decisionId, left, right, ...decided };
}

function ids({ source, interactionId }: InteractionInput) {
  return { source, interactionId };
}

/** The interaction as the log carries it; throws when the rules reject it. */
export function routed(
  rules: CompiledRules,
  input: InteractionInput,
  receivedAt: number,
): RoutedInteraction {
  const result = routeInteraction(rules, input, receivedAt);
  if (result.kind === 'routed') return result.interaction;
  throw new Error(`rejected: ${result.violations.map(({ field }) => field).join()}`);
}

/** The command in the oracle's terms; null when the cluster must reject it. */
export function eventOf(rules: CompiledRules, command: Command): OracleEvent | null {
  // No command here names a reference, so any key does.
  const context = { rules, references: new ReferenceCodec(new Uint8Array(16)) };
  const made: CommandMessage = commandMessage(context, command);
  if (made.kind === 'rejected') return null;
  const { message } = made;
  switch (message[0]) {
    case MessageKind.decide: {
      const [, , decisionId, decidedAt, digest, content] = message;
      if (content[0] === 2) {
        const [, labels] = content;
        return { kind: 'split_decision', decisionId, labels, decidedAt, digest };
      }
      const [verdict, left, right] = content;
      const word = verdict === 1 ? 'must_link' : 'cannot_link';
      return { kind: 'link_decision', decisionId, verdict: word, left, right, decidedAt, digest };
    }
    case MessageKind.retractInteraction: {
      const [, interaction, decidedAt, withdrawn] = message;
      return { kind: 'retract_interaction', interaction, decidedAt, withdrawn: withdrawn === 1 };
    }
    case MessageKind.suppress: {
      const [, profile, namespace, value, decidedAt, withdrawn] = message;
      const mark = { decidedAt, withdrawn: withdrawn === 1 };
      return { kind: 'retract_identifier', profile, namespace, value, ...mark };
    }
    case MessageKind.retractDecision: {
      if (command.kind !== 'retract_decision') throw new Error('a message of another command');
      const { decisionId, decidedAt, withdrawn } = command;
      return { kind: 'retract_decision', decisionId, decidedAt, withdrawn };
    }
    case MessageKind.orderValue: {
      const [, key, namespace, value, decidedAt, standing] = message;
      return { kind: 'order_value', key, namespace, value, decidedAt, standing };
    }
    case MessageKind.orderDelivery: {
      const [, , source, delivery, decidedAt, standing] = message;
      return { kind: 'order_delivery', source, delivery, decidedAt, standing };
    }
    default:
      throw new Error(`no command makes message ${message[0]}`);
  }
}

export interface Delivered {
  /** Deliveries acknowledged DURABLE so far. */
  acknowledged: number;
  /** Batches sent once more after they were acknowledged, as a forgetful client does. */
  repeatedBatches: number;
  isDone: boolean;
}

export interface DeliverOptions {
  readonly batchItems: number;
  readonly inFlight: number;
  /** Decides which batches are sent twice. */
  readonly seed: number;
  readonly patienceMs: number;
}

/**
 * Sends everything, in order of delivery but several batches at a time, each until acknowledged
 * DURABLE; one batch in twenty twice. Commands go between the batches. `progress` is kept current.
 */
export async function deliverAll(
  cluster: Cluster,
  rules: CompiledRules,
  workload: Workload,
  progress: Delivered,
  { batchItems, inFlight, seed, patienceMs }: DeliverOptions,
): Promise<void> {
  const random = createRandom(seed);
  const { deliveries, commands } = workload;
  const signal = new AbortController().signal;
  const options = { ack: 'durable' as const, signal, patienceMs, onWait: () => undefined };
  const every = Math.max(1, Math.floor(deliveries.length / (commands.length + 1)));
  let next = 0;
  let nextCommand = 0;
  const send = async (): Promise<void> => {
    while (next < deliveries.length) {
      const items = deliveries.slice(next, next + batchItems);
      next += items.length;
      const times = random.chance(0.05) ? 2 : 1;
      for (let time = 0; time < times; time++) {
        const results = await sendBatch(cluster, items, options);
        if (results.some(({ kind }) => kind !== 'acknowledged')) throw new Error('rejected');
      }
      progress.acknowledged += items.length;
      progress.repeatedBatches += times - 1;
      while (nextCommand < commands.length && nextCommand * every < next) {
        const command = commands[nextCommand++] as Command;
        await sendCommand(cluster, rules, command, patienceMs);
      }
    }
  };
  await Promise.all(Array.from({ length: inFlight }, send));
  progress.isDone = true;
}

async function sendCommand(
  cluster: Cluster,
  rules: CompiledRules,
  command: Command,
  patienceMs: number,
): Promise<void> {
  const end = Date.now() + patienceMs;
  const expected = eventOf(rules, command) === null ? 'rejected' : 'acknowledged';
  for (;;) {
    try {
      const deadlineMs = Date.now() + 25_000;
      const { kind } = await cluster.command(command, { ack: 'durable', deadlineMs });
      if (kind !== expected) throw new Error(`${command.kind} was ${kind}, not ${expected}`);
      return;
    } catch (error) {
      const isTransient =
        error instanceof ClusterError && (error.retryable || error.code === 'deadline_exceeded');
      if (!isTransient || Date.now() > end) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

/** The workload in so many parts of about the same size, in its order. */
export function partsOf({ deliveries, commands }: Workload, count: number): Workload[] {
  const slice = <T>(all: readonly T[], index: number): readonly T[] =>
    all.slice(
      Math.floor((all.length * index) / count),
      Math.floor((all.length * (index + 1)) / count),
    );
  return Array.from({ length: count }, (_, index) => ({
    deliveries: slice(deliveries, index),
    commands: slice(commands, index),
  }));
}

/**
 * Answers questions about one partition over the bus, as its owner or in its place.
 *
 * A1 Nobody answers from a state that is behind what the asker has heard of: of an owner that was
 *    frozen and does not know yet that it is none, and of a follower, the answer could be older than
 *    what the asker was promised (`atLeast`, from the owner's marks).
 */
import type { Logger } from 'pino';
import type { Bus, BusSubscription } from '../adapters/bus.ts';
import { decode, encode } from '../protocol/codec.ts';
import { ownerSubject, querySubject, standbySubject } from '../protocol/ingress-call.ts';
import type { AskedAnswer, AskedQuestion } from '../protocol/query.ts';
import { answerQuery } from './answer-query.ts';
import type { ShardPartition } from './shard-partition.ts';

export interface AskedOptions {
  readonly bus: Bus;
  readonly partition: number;
  readonly owner: string;
  readonly member: () => ShardPartition | undefined;
  /** Under placement others follow the partition: they, and not the owner, stand in for it. */
  readonly isPlaced: boolean;
  readonly logger: Logger;
}

export interface AskedResponder extends BusSubscription {
  /** To be called when the state of the partition's runner may have changed. */
  update(): void;
}

/** Queries of one partition answered at a time; more wait in the transport. */
const CONCURRENCY_MAX = 256;

/**
 * A2 Of a queue one member is asked, whether or not it lives. An owner that stands still must not be in
 *    the queue of those who stand in for it, nor a follower in that of the owners.
 */
export function answerAsked(options: AskedOptions): AskedResponder {
  const { bus, partition, owner, logger, isPlaced } = options;
  const bounds = {
    concurrencyMax: CONCURRENCY_MAX,
    onHandlerError: (error: unknown) => logger.error({ err: error, partition }, 'query failed'),
  };
  const asOwner = async (bytes: Uint8Array): Promise<Uint8Array> => {
    const member = options.member();
    return member?.runner.mayAnswer === true ? answer(member, bytes) : encode(null);
  };
  const asStandby = async (bytes: Uint8Array): Promise<Uint8Array> => {
    const member = options.member();
    return member?.runner.mayStandIn === true ? answer(member, bytes) : encode(null);
  };
  const named = bus.respond(ownerSubject(partition, owner), `owner-${partition}`, asOwner, bounds);
  const open = {
    owner: () => bus.respond(querySubject(partition), `owner-${partition}`, asOwner, bounds),
    standby: () =>
      bus.respond(standbySubject(partition), `standby-${partition}`, asStandby, bounds),
  };
  const responders = new Map<keyof typeof open, BusSubscription>();
  const keep = (queue: keyof typeof open, isWanted: boolean): void => {
    if (isWanted === responders.has(queue)) return;
    if (isWanted) responders.set(queue, open[queue]());
    else {
      responders.get(queue)?.close();
      responders.delete(queue);
    }
  };
  let isClosed = false;
  const update = (): void => {
    if (isClosed) return;
    const isOwner = options.member()?.runner.isOwner === true;
    keep('owner', isOwner || !isPlaced);
    keep('standby', !isOwner || !isPlaced);
  };
  update();
  return {
    update,
    close: () => {
      isClosed = true;
      named.close();
      for (const responder of responders.values()) responder.close();
      responders.clear();
    },
  };
}

/** A1. */
function answer({ partition, runner }: ShardPartition, bytes: Uint8Array): Uint8Array {
  const [epoch, sequence, request] = decode(bytes) as AskedQuestion;
  const { position } = partition;
  const isBehind =
    position.epoch < epoch || (position.epoch === epoch && position.sequence < sequence);
  if (isBehind) return encode(null);
  const lag = Math.max(0, runner.lastKnown - position.sequence);
  const asked: AskedAnswer = [lag, answerQuery(partition.actors, request)];
  return encode(asked);
}

/** Which questions about a partition a process takes, as its role changes under placement. */
import pino from 'pino';
import { expect, test } from 'vitest';
import { BusError } from '../../shared/adapters/bus.ts';
import { MemoryBus } from '../../shared/adapters/memory-bus.ts';
import { answerAsked } from '../../shared/engine/answer-asked.ts';
import type { ShardPartition } from '../../shared/engine/shard-partition.ts';
import { ownerSubject, querySubject, standbySubject } from '../../shared/protocol/ingress-call.ts';

const PARTITION = 1;
const OWNER = 'shard-0#1';
const SUBJECTS = {
  owners: querySubject(PARTITION),
  named: ownerSubject(PARTITION, OWNER),
  followers: standbySubject(PARTITION),
};

/** Names of those subjects that somebody takes questions from. */
async function taken(bus: MemoryBus): Promise<string[]> {
  const names: string[] = [];
  for (const [name, subject] of Object.entries(SUBJECTS)) {
    const isTaken = await bus.request(subject, new Uint8Array(0), { timeoutMs: 1000 }).then(
      () => true,
      (error: unknown) => !(error instanceof BusError && error.code === 'no_responders'),
    );
    if (isTaken) names.push(name);
  }
  return names;
}

test.each([
  { isPlaced: true, asOwner: ['owners', 'named'], asFollower: ['named', 'followers'] },
  {
    isPlaced: false,
    asOwner: ['owners', 'named', 'followers'],
    asFollower: ['owners', 'named', 'followers'],
  },
])('placed: $isPlaced -> an owner takes $asOwner, a follower $asFollower', async (row) => {
  const bus = new MemoryBus();
  // It may not answer in either role: what is asked is who takes the question.
  const runner = { isOwner: false, mayAnswer: false, mayStandIn: false };
  const responder = answerAsked({
    bus,
    partition: PARTITION,
    owner: OWNER,
    isPlaced: row.isPlaced,
    member: () => ({ runner }) as unknown as ShardPartition,
    logger: pino({ level: 'silent' }),
  });
  expect(await taken(bus)).toEqual(row.asFollower);
  runner.isOwner = true;
  responder.update();
  expect(await taken(bus)).toEqual(row.asOwner);
  runner.isOwner = false;
  responder.update();
  expect(await taken(bus)).toEqual(row.asFollower);
  responder.close();
  responder.update();
  expect(await taken(bus)).toEqual([]);
});

/**
 * The questions of many look-ups, by partition, and their answers by place.
 *
 * Like `PartitionBatch`, but for the one question that is asked 200,000 times a second: answers go
 * into arrays at the place of the identifier. To find them by id in maps took a seventh of the time
 * of a look-up (profile of 2026-11-26).
 */
import type { KeyId, ProfileId } from '../domain/identifier.ts';
import type { PackedLadder } from '../domain/messages.ts';
import type { KeyAnswer, QueryPort } from '../protocol/query.ts';
import { partitionOf, type Topology } from '../protocol/topology.ts';
import type { AskOptions } from './partition-batch.ts';

interface Questions {
  readonly ladders: ProfileId[];
  readonly ladderPlaces: number[];
  readonly keys: KeyId[];
  readonly keyPlaces: number[];
}

export class LookUps {
  /** By place; undefined: not asked, null: nothing is known. */
  readonly ladders: (PackedLadder | null | undefined)[] = [];
  readonly keys: (KeyAnswer | null | undefined)[] = [];
  readonly #topology: Topology;
  #byPartition: (Questions | undefined)[] = [];

  constructor(topology: Topology) {
    this.#topology = topology;
  }

  askLadder(id: ProfileId, place: number): void {
    const questions = this.#questions(id);
    questions.ladders.push(id);
    questions.ladderPlaces.push(place);
  }

  askKey(id: KeyId, place: number): void {
    const questions = this.#questions(id);
    questions.keys.push(id);
    questions.keyPlaces.push(place);
  }

  /** Asks all partitions concerned at once. Rejects with `ClusterError`. */
  async run(port: QueryPort, options: AskOptions): Promise<void> {
    const open: Promise<void>[] = [];
    const byPartition = this.#byPartition;
    this.#byPartition = [];
    for (const [partition, questions] of byPartition.entries()) {
      if (questions !== undefined) open.push(this.#ask(port, partition, questions, options));
    }
    await Promise.all(open);
  }

  async #ask(
    port: QueryPort,
    partition: number,
    { ladders, ladderPlaces, keys, keyPlaces }: Questions,
    options: AskOptions,
  ): Promise<void> {
    const answer = await port.ask(partition, [ladders, keys, [], [], 0, [], []], options);
    for (let index = 0; index < ladderPlaces.length; index++) {
      this.ladders[ladderPlaces[index] as number] = answer[0][index] ?? null;
    }
    for (let index = 0; index < keyPlaces.length; index++) {
      this.keys[keyPlaces[index] as number] = answer[1][index] ?? null;
    }
  }

  #questions(id: string): Questions {
    const partition = partitionOf(this.#topology, id);
    const known = this.#byPartition[partition];
    if (known !== undefined) return known;
    const fresh: Questions = { ladders: [], ladderPlaces: [], keys: [], keyPlaces: [] };
    this.#byPartition[partition] = fresh;
    return fresh;
  }
}

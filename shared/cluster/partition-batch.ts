/** Collects questions by partition, asks each partition once, and hands the answers back by id. */
import type { Packed } from '../domain/actors/states.ts';
import type { InteractionId, KeyId, ProfileId } from '../domain/identifier.ts';
import type { PackedLadder } from '../domain/messages.ts';
import type {
  InteractionAnswer,
  KeyAnswer,
  ProfileAnswer,
  QueryPort,
  QueryRequest,
} from '../protocol/query.ts';
import { partitionOf, type Topology } from '../protocol/topology.ts';

export interface AskOptions {
  readonly deadlineMs?: number;
  readonly signal?: AbortSignal;
  readonly onStandIn?: (lagEntries: number) => void;
}

interface Questions {
  readonly ladders: ProfileId[];
  readonly keys: KeyId[];
  readonly profiles: (readonly [ProfileId, number])[];
  readonly roots: ProfileId[];
  readonly interactions: InteractionId[];
}

export class PartitionBatch {
  readonly ladders = new Map<ProfileId, PackedLadder | null>();
  readonly keys = new Map<KeyId, KeyAnswer | null>();
  readonly profiles = new Map<ProfileId, ProfileAnswer | null>();
  readonly roots = new Map<ProfileId, Packed | null>();
  readonly interactions = new Map<InteractionId, InteractionAnswer | null>();
  readonly #topology: Topology;
  readonly #byPartition = new Map<number, Questions>();

  constructor(topology: Topology) {
    this.#topology = topology;
  }

  askLadder(id: ProfileId): void {
    if (this.ladders.has(id)) return;
    this.ladders.set(id, null);
    this.#questions(id).ladders.push(id);
  }

  askKey(id: KeyId): void {
    if (this.keys.has(id)) return;
    this.keys.set(id, null);
    this.#questions(id).keys.push(id);
  }

  askProfile(id: ProfileId, maxObservations: number): void {
    if (this.profiles.has(id)) return;
    this.profiles.set(id, null);
    this.#questions(id).profiles.push([id, maxObservations]);
  }

  askRoot(id: ProfileId): void {
    if (this.roots.has(id)) return;
    this.roots.set(id, null);
    this.#questions(id).roots.push(id);
  }

  askInteraction(id: InteractionId): void {
    if (this.interactions.has(id)) return;
    this.interactions.set(id, null);
    this.#questions(id).interactions.push(id);
  }

  /** Asks all partitions concerned at once; afterwards the maps hold the answers. */
  async run(port: QueryPort, options: AskOptions): Promise<void> {
    const asked = Array.from(this.#byPartition);
    this.#byPartition.clear();
    await Promise.all(
      asked.map(async ([partition, { ladders, keys, profiles, roots, interactions }]) => {
        const request: QueryRequest = [ladders, keys, profiles, roots, 0, [], interactions];
        const answer = await port.ask(partition, request, options);
        for (const [index, id] of ladders.entries()) {
          this.ladders.set(id, answer[0][index] ?? null);
        }
        for (const [index, id] of keys.entries()) this.keys.set(id, answer[1][index] ?? null);
        for (const [index, [id]] of profiles.entries()) {
          this.profiles.set(id, answer[2][index] ?? null);
        }
        for (const [index, id] of roots.entries()) this.roots.set(id, answer[3][index] ?? null);
        for (const [index, id] of interactions.entries()) {
          this.interactions.set(id, answer[6]?.[index] ?? null);
        }
      }),
    );
  }

  #questions(id: string): Questions {
    const partition = partitionOf(this.#topology, id);
    let questions = this.#byPartition.get(partition);
    if (questions === undefined) {
      questions = { ladders: [], keys: [], profiles: [], roots: [], interactions: [] };
      this.#byPartition.set(partition, questions);
    }
    return questions;
  }
}

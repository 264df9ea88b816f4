/** Questions of stewardship: each partition is asked once for all that it knows of a list. */
import type { Packed } from '../domain/actors/states.ts';
import type { ProfileId } from '../domain/identifier.ts';
import type {
  CustomerAnswer,
  PairAnswer,
  StanceAnswer,
  StewardAnswer,
  StewardQuestion,
} from '../protocol/query.ts';
import { ClusterError } from '../protocol/cluster.ts';
import { partitionOf } from '../protocol/topology.ts';
import type { AskOptions } from './partition-batch.ts';
import type { ReaderContext } from './reader.ts';

type Answer<K extends StewardAnswer[0]> = Extract<StewardAnswer, readonly [K, unknown]>[1];

/** One question to one partition. */
export async function askSteward<Question extends StewardQuestion>(
  { port }: ReaderContext,
  partition: number,
  question: Question,
  options: AskOptions,
): Promise<Answer<Question[0]>> {
  const [, , , , , answers] = await port.ask(partition, [[], [], [], [], 0, [question]], options);
  const [answer] = answers;
  if (answer === undefined || answer[0] !== question[0]) {
    throw new ClusterError('internal', `partition ${partition} answered another question`);
  }
  return answer[1] as Answer<Question[0]>;
}

/** The same question to every partition; answers in order of partitions. */
export async function askEveryPartition<Question extends StewardQuestion>(
  context: ReaderContext,
  question: Question,
  options: AskOptions,
): Promise<readonly Answer<Question[0]>[]> {
  const answers: Answer<Question[0]>[] = [];
  await Promise.all(
    Array.from({ length: context.topology.partitions }, async (_, partition) => {
      answers[partition] = await askSteward(context, partition, question, options);
    }),
  );
  return answers;
}

/** Answers about a list, in its order, from the partitions that its actors live in. */
async function askHomes<Item, Found>(
  { topology }: ReaderContext,
  items: readonly Item[],
  actorOf: (item: Item) => string,
  ask: (partition: number, items: readonly Item[]) => Promise<readonly Found[]>,
): Promise<Found[]> {
  const places = new Map<number, number[]>();
  for (const [index, item] of items.entries()) {
    const partition = partitionOf(topology, actorOf(item));
    const indexes = places.get(partition);
    if (indexes === undefined) places.set(partition, [index]);
    else indexes.push(index);
  }
  const found: Found[] = [];
  await Promise.all(
    Array.from(places, async ([partition, indexes]) => {
      const answers = await ask(
        partition,
        indexes.map((index) => items[index] as Item),
      );
      for (const [position, index] of indexes.entries()) found[index] = answers[position] as Found;
    }),
  );
  return found;
}

export type PairEnds = readonly [low: ProfileId, high: ProfileId];

export function askPairs(
  context: ReaderContext,
  pairs: readonly PairEnds[],
  options: AskOptions,
): Promise<(PairAnswer | null)[]> {
  return askHomes(
    context,
    pairs,
    ([low]) => low,
    (partition, part) => askSteward(context, partition, ['pairs', part], options),
  );
}

/** Decisions by the ids of their actors; null: none of that id. */
export function askDecisions(
  context: ReaderContext,
  ids: readonly string[],
  options: AskOptions,
): Promise<(Packed | null)[]> {
  return askHomes(
    context,
    ids,
    (id) => id,
    (partition, part) => askSteward(context, partition, ['named', part], options),
  );
}

export async function askStances(
  context: ReaderContext,
  profiles: Iterable<ProfileId>,
  options: AskOptions,
): Promise<Map<ProfileId, StanceAnswer | null>> {
  const ids = Array.from(new Set(profiles));
  const floor = context.rules.rules.clusterFloor;
  const answers = await askHomes(
    context,
    ids,
    (id) => id,
    (partition, part) => askSteward(context, partition, ['stances', part, floor], options),
  );
  return new Map(ids.map((id, index) => [id, answers[index] ?? null]));
}

/** The customers of these profiles, by founder. */
export async function askCustomers(
  context: ReaderContext,
  stances: Iterable<StanceAnswer | null>,
  options: AskOptions,
): Promise<Map<ProfileId, CustomerAnswer>> {
  const rootOf = new Map<ProfileId, ProfileId>();
  for (const stance of stances) if (stance !== null) rootOf.set(stance[1], stance[0]);
  const customers = Array.from(rootOf, ([founder, root]) => [root, founder] as const);
  const floor = context.rules.rules.clusterFloor;
  const answers = await askHomes(
    context,
    customers,
    ([root]) => root,
    (partition, part) => askSteward(context, partition, ['customers', part, floor], options),
  );
  return new Map(
    customers.map(([, founder], index) => [founder, answers[index] ?? ([1, [], []] as const)]),
  );
}

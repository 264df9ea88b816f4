/**
 * Reads the planted story back from the cluster: what the aunt's and the nephew's customers are,
 * what they did across channels, how they are related, and why each is one customer.
 */
import type { Cluster, CustomerView, ProfileSelector } from '../../../shared/protocol/cluster.ts';
import type { Explanation } from '../../../shared/protocol/explanations.ts';
import type { World } from './world/generate-world.ts';
import type { StoryPerson } from './world/story.ts';

export interface StoryCustomer {
  readonly name: string;
  readonly town: string;
  readonly customerId: string;
  readonly interactions: number;
  readonly channels: readonly string[];
  readonly profiles: number;
}

/** One interaction, with the roles in which the two took part (null: took no part). */
export interface StoryMoment {
  readonly occurredAt: number;
  readonly source: string;
  readonly channel: string;
  readonly type: string;
  readonly auntRole: string | null;
  readonly nephewRole: string | null;
  /** That it was theirs; of two the lesser. */
  readonly certainty: number;
}

export interface ToldStory {
  readonly aunt: StoryCustomer;
  readonly nephew: StoryCustomer;
  /** Oldest first. */
  readonly timeline: readonly StoryMoment[];
  /** Of the aunt to the nephew. */
  readonly relationships: CustomerView['relationships'];
  /** What was asked: two identifiers of the nephew from different systems. */
  readonly asked: readonly [left: string, right: string];
  readonly whyOne: Explanation;
  readonly whyTwo: Explanation;
}

/** Throws an `Error` when the cluster does not know the two: the story was not ingested. */
export async function tellStory(
  cluster: Cluster,
  world: World,
  signal: AbortSignal,
): Promise<ToldStory> {
  const { aunt, nephew } = world.story;
  const views = {
    aunt: await viewOf(cluster, aunt, signal),
    nephew: await viewOf(cluster, nephew, signal),
  };
  const [, device = nephew.anchors[0], otherAccount = nephew.anchors[0]] = nephew.anchors;
  return {
    aunt: describe(aunt, views.aunt),
    nephew: describe(nephew, views.nephew),
    timeline: mergeTimelines(views.aunt, views.nephew),
    relationships: views.aunt.relationships.filter(
      (related) => related.customerId === views.nephew.customerId,
    ),
    asked: [nameOf(device), nameOf(otherAccount)],
    whyOne: await cluster.explain(selector(device), selector(otherAccount), { signal }),
    whyTwo: await cluster.explain(selector(aunt.anchors[0]), selector(nephew.anchors[0]), {
      signal,
    }),
  };
}

type Anchor = StoryPerson['anchors'][0];

const nameOf = ({ namespace, value }: Anchor): string => `${namespace}:${value}`;

function selector({ namespace, value }: Anchor): ProfileSelector {
  return { kind: 'identifier', namespace, value };
}

async function viewOf(
  cluster: Cluster,
  person: StoryPerson,
  signal: AbortSignal,
): Promise<CustomerView> {
  const [answer] = await cluster.resolve([person.anchors[0]], { signal });
  const match = answer?.kind === 'found' ? answer.matches[0] : undefined;
  const missing = (what: string): Error => new Error(`the demo's story is lost: ${what}`);
  if (match === undefined) throw missing(`its look-up answered ${answer?.kind ?? 'nothing'}`);
  const view = await cluster.getCustomer(match.customerId, { signal });
  if (view === null) throw missing(`no customer ${match.customerId}`);
  return view;
}

function describe(person: StoryPerson, view: CustomerView): StoryCustomer {
  return {
    name: person.name,
    town: person.town,
    customerId: view.customerId,
    interactions: view.timeline.length,
    channels: [...new Set(view.timeline.map((entry) => entry.channel))].sort(),
    profiles: view.profiles.length,
  };
}

function mergeTimelines(aunt: CustomerView, nephew: CustomerView): StoryMoment[] {
  const moments = new Map<string, StoryMoment>();
  const add = (view: CustomerView, who: 'auntRole' | 'nephewRole'): void => {
    for (const {
      source,
      interactionId,
      type,
      channel,
      role,
      occurredAt,
      certainty,
    } of view.timeline) {
      const key = JSON.stringify([source, interactionId]);
      const known = moments.get(key) ?? {
        occurredAt,
        source,
        channel,
        type,
        auntRole: null,
        nephewRole: null,
        certainty: 1,
      };
      moments.set(key, {
        ...known,
        [who]: role,
        certainty: Math.min(known.certainty, certainty),
      });
    }
  };
  add(aunt, 'auntRole');
  add(nephew, 'nephewRole');
  return [...moments.values()].sort((left, right) => left.occurredAt - right.occurredAt);
}

/**
 * The demo world: a made-up company in Victoria, Australia, its customers, and eighteen months of
 * what its fourteen source systems report, with the truth of who was behind each party.
 *
 * I1. A function of (seed, interactions) alone: the same stream on every machine and at every call.
 * I2. Lazy: memory holds the population and what is under way, not the stream.
 * I3. Nothing in here looks at how well resolution does; rates are what such systems are like.
 */
import { createDeliveryQueue, type Delivery } from './delivery.ts';
import { createRandom, weighted } from './random.ts';
import { createSettlement, settlePopulation, type Person } from './population.ts';
import { OFFLINE_SCENES } from './scenes-offline.ts';
import { ONLINE_SCENES } from './scenes-online.ts';
import { PROXY_SCENES } from './scenes-proxy.ts';
import { createStage } from './stage.ts';
import { plantStory, type StoryPerson } from './story.ts';

export interface WorldOptions {
  readonly seed: number;
  /** Distinct interactions, 100..2,000,000; repeats and revisions come on top (about 3 %). */
  readonly interactions: number;
}

export interface World {
  readonly interactionCount: number;
  /** True people of the world; some of them may never show up in a small one. */
  readonly peopleCount: number;
  readonly householdCount: number;
  readonly organisationCount: number;
  readonly story: { readonly aunt: StoryPerson; readonly nephew: StoryPerson };
  /** In order of delivery. Each call starts the world anew. */
  interactions(): Generator<Delivery>;
}

/** 2024-01-01T00:00:00Z, where the world begins. */
export const WORLD_BEGINS_AT = 1_704_067_200_000;
const DAYS = 546;
const DAY_MS = 86_400_000;
/** Mean number of interactions a person in eighteen months. */
const INTERACTIONS_PER_PERSON = 8;
/** Probability that the next thing is done by the same person: visits have several steps. */
const STAY_SHARE = 0.35;

function build({ seed, interactions }: WorldOptions) {
  const random = createRandom(seed);
  const settlement = createSettlement(random.fork('settlement'));
  const story = plantStory(settlement);
  const count = Math.ceil(interactions / INTERACTIONS_PER_PERSON);
  const population = settlePopulation(settlement, count, STORY_PEOPLE);
  return { random, settlement, story, population };
}

/** The aunt and the nephew take no part in the random scenes, so that their story stays readable. */
const STORY_PEOPLE = 2;

/** Phone numbers and domains suffice for the people of two million interactions. */
const INTERACTIONS_MIN = 100;
const INTERACTIONS_MAX = 2_000_000;

/** Throws a RangeError when `interactions` is not an integer from 100 to 2,000,000. */
export function generateWorld(options: WorldOptions): World {
  const count = options.interactions;
  if (!Number.isSafeInteger(count) || count < INTERACTIONS_MIN || count > INTERACTIONS_MAX) {
    throw new RangeError('the demo world takes 100 to 2,000,000 interactions, a whole number');
  }
  const { story, population } = build(options);
  return {
    interactionCount: options.interactions,
    peopleCount: population.people.length + STORY_PEOPLE,
    householdCount: population.households.length + STORY_PEOPLE,
    organisationCount: population.organisations.length,
    story: { aunt: story.aunt, nephew: story.nephew },
    interactions: () => play(options),
  };
}

function* play(options: WorldOptions): Generator<Delivery> {
  const { random, settlement, story, population } = build(options);
  const chance = random.fork('scenes');
  const stage = createStage(settlement, population, chance);
  const queue = createDeliveryQueue(random.fork('delivery'));
  const people = weighted<Person>(population.people.map((person) => [person, person.activity]));
  const scenes = weighted([...ONLINE_SCENES, ...OFFLINE_SCENES, ...PROXY_SCENES]);
  const planned = options.interactions - story.steps.length;
  const stepMs = (DAYS * DAY_MS) / planned;
  let told = 0;
  let made = 0;
  let person = people.draw(chance);
  while (made < planned) {
    const now = WORLD_BEGINS_AT + Math.floor(made * stepMs);
    for (; told < story.steps.length; told++) {
      const step = story.steps[told];
      if (step === undefined || WORLD_BEGINS_AT + step.minute * 60_000 > now) break;
      queue.send(step.draft, WORLD_BEGINS_AT + step.minute * 60_000);
    }
    if (!chance.chance(STAY_SHARE)) person = people.draw(chance);
    const drafts = scenes
      .draw(chance)(stage, person)
      .slice(0, planned - made);
    for (const [index, draft] of drafts.entries()) queue.send(draft, now + index * 5_000);
    made += drafts.length;
    yield* queue.due(now);
  }
  // A story step after the last scene cannot be: the story ends on day 91 of 546.
  yield* queue.due(Number.POSITIVE_INFINITY);
}

/** What the demo prints, as lines for a person or as one document for a program. */
import type { Quality } from '../evaluate/clustering-comparison.ts';
import { describeExplanation } from '../describe-explanation.ts';
import { toSnakeCase } from '../snake-case.ts';
import { alignColumns, formatCount } from '../text-table.ts';
import type { FeedResult } from './feed-world.ts';
import type { WorldQuality } from './measure-quality.ts';
import type { StoryMoment, ToldStory } from './tell-story.ts';
import type { World } from './world/generate-world.ts';

/** A filler that many people gave, and that the cluster found out by itself. */
export interface GenericValue {
  readonly value: string;
  readonly holders: number;
}

export interface DemoOutcome {
  readonly seed: number;
  readonly world: World;
  readonly peopleSeen: number;
  readonly partiesOfNobody: number;
  readonly feed: FeedResult;
  readonly generics: readonly GenericValue[];
  readonly quality: WorldQuality;
  readonly story: ToldStory;
  /** Directory with the cluster's data; null when it was temporary and is gone. */
  readonly keptIn: string | null;
}

export interface ReportStyle {
  /** Emphasis by terminal escapes. */
  readonly isColoured: boolean;
}

export function describeDemo(outcome: DemoOutcome, style: ReportStyle): string[] {
  const heading = (text: string): string =>
    style.isColoured ? `\u001B[1;36m${text}\u001B[0m` : text;
  return [
    heading('The world'),
    ...describeWorld(outcome),
    '',
    heading('What the cluster made of it'),
    ...describeQuality(outcome),
    '',
    heading('An aunt in Benalla, a nephew in Boronia: two customers'),
    ...describeStory(outcome.story),
    '',
    heading("Why the nephew's browser and his CRM record are one customer"),
    ...describeExplanation(outcome.story.whyOne, 'brief'),
    '',
    heading('Next'),
    ...nextSteps(outcome),
  ];
}

function describeWorld({ seed, world, feed, peopleSeen, generics }: DemoOutcome): string[] {
  const rate = perSecond(feed);
  return alignColumns([
    ['seed', String(seed)],
    [
      'people',
      `${formatCount(peopleSeen)} seen, of ${formatCount(world.peopleCount)} in ` +
        `${formatCount(world.householdCount)} households`,
    ],
    [
      'interactions',
      `${formatCount(world.interactionCount)} from 14 systems, in ` +
        `${formatCount(feed.deliveries)} deliveries (late, repeated, revised)`,
    ],
    [
      'junk',
      `${formatCount(feed.droppedValues)} values dropped` +
        generics
          .map(
            ({ value, holders }) =>
              `; ${value}, held by ${formatCount(holders)} profiles, ` +
              'found generic: joins nothing',
          )
          .join(''),
    ],
    [
      'ingested',
      `in ${(feed.elapsedMs / 1000).toFixed(1)} s, ${formatCount(rate)} a second, ` +
        'durable and settled',
    ],
  ]);
}

function perSecond(feed: FeedResult): number {
  return Math.round((feed.deliveries * 1000) / Math.max(1, feed.elapsedMs));
}

const percent = (share: number): string => `${(share * 100).toFixed(2)} %`;

function describeQuality({ quality, peopleSeen }: DemoOutcome): string[] {
  const { comparison, anonymousCustomers, mixedCustomers, strayParties } = quality;
  const row = (name: string, { precision, recall, f1 }: Quality): string[] => [
    name,
    percent(precision),
    percent(recall),
    f1.toFixed(4),
  ];
  const known = comparison.foundClusters - anonymousCustomers;
  const strays = Object.values(strayParties).reduce((sum, count) => sum + count, 0);
  return [
    ...alignColumns([
      ['against the truth', 'precision', 'recall', 'F1'],
      row('pairwise', comparison.pairwise),
      row('B-cubed', comparison.bCubed),
    ]),
    ...alignColumns([
      [
        'customers',
        `${formatCount(known)} identified for ${formatCount(peopleSeen)} people, ` +
          `and ${formatCount(anonymousCustomers)} anonymous visits and devices`,
      ],
      [
        'mixed',
        `${formatCount(mixedCustomers)} customers hold more than one person ` +
          '(shared cards, mailboxes, tablets)',
      ],
      [
        'missed',
        `${formatCount(strays)} of ${formatCount(comparison.records)} parties are not ` +
          'with the rest of their person:',
      ],
      [
        '',
        `${formatCount(strayParties.device)} had only a device that nobody signed in on, ` +
          `${formatCount(strayParties.interaction)} only a name,`,
      ],
      [
        '',
        `${formatCount(strayParties.persona)} only an address or phone, ` +
          `${formatCount(strayParties.person)} an account that nothing ties to the rest`,
      ],
    ]),
  ];
}

function describeStory({ aunt, nephew, timeline, relationships, whyTwo }: ToldStory): string[] {
  const people = alignColumns(
    [aunt, nephew].map((one) => [
      one.name,
      one.town,
      one.customerId,
      `${one.interactions} interactions, ${one.channels.length} channels`,
    ]),
  );
  const moments = timeline.map((moment) => [
    new Date(moment.occurredAt).toISOString().slice(0, 10),
    moment.source,
    moment.type.replaceAll('_', ' '),
    describeRoles(moment),
    `certainty ${moment.certainty.toFixed(4)}`,
  ]);
  const related = relationships.map(
    ({ role, otherRole, interactions }) =>
      `  related: ${role} for ${otherRole}, ${interactions} interaction` +
      (interactions === 1 ? '' : 's'),
  );
  return [
    ...people,
    ...alignColumns(moments, '    '),
    ...related,
    ...describeExplanation(whyTwo, 'brief').map((line) =>
      line.startsWith(' ') ? line : `  ${line}`,
    ),
  ];
}

function describeRoles({ auntRole, nephewRole }: StoryMoment): string {
  if (auntRole !== null && nephewRole !== null) {
    return `aunt (${auntRole}) and nephew (${nephewRole})`;
  }
  return auntRole === null ? 'nephew' : 'aunt';
}

/** As typed in a checkout, where `selfsame` is on no path. */
const COMMAND = 'npm run selfsame --';

function nextSteps({ keptIn, story }: DemoOutcome): string[] {
  const dataDir = keptIn ?? 'demo-data';
  const keep: (readonly string[])[] =
    keptIn === null
      ? [[`${COMMAND} demo --data-dir ${dataDir}`, 'the same, and keep the data']]
      : [];
  return alignColumns([
    ...keep,
    [`${COMMAND} up --data-dir ${dataDir}`, 'serve them; then in another terminal:'],
    [`${COMMAND} resolve ${story.asked[1]}`, 'whose identifier is it?'],
    [`${COMMAND} customer ${story.nephew.customerId}`, 'all that is known of him'],
    [`${COMMAND} resolve-files --help`, 'resolve your own files'],
  ]);
}

/** The same for programs; keys in snake_case, certainties and shares 0..1, times epoch ms. */
export function demoDocument(outcome: DemoOutcome): unknown {
  const { world, feed, quality, story } = outcome;
  return toSnakeCase({
    seed: outcome.seed,
    world: {
      interactions: world.interactionCount,
      people: world.peopleCount,
      peopleSeen: outcome.peopleSeen,
      households: world.householdCount,
      organisations: world.organisationCount,
      partiesOfNobody: outcome.partiesOfNobody,
    },
    ingest: { ...feed, deliveriesPerSecond: perSecond(feed) },
    generics: outcome.generics,
    quality,
    story,
    dataDir: outcome.keptIn,
  });
}

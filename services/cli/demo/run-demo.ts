/**
 * The demo command: a made-up company's customers, resolved in front of your eyes.
 *
 * Builds the world, ingests it into a cluster in this process, and prints what came out beside the
 * truth. Everything but times and rates is a function of (seed, interactions).
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Rules } from '../../../shared/domain/rules.ts';
import { compileRules } from '../../../shared/ingress/compiled-rules.ts';
import { defaultRules } from '../../../shared/ingress/rules-file.ts';
import type { Cluster } from '../../../shared/protocol/cluster.ts';
import { type CliContext, writeJson, writeLines } from '../context.ts';
import { usageError } from '../exit-codes.ts';
import { attributeParties } from './attribute-parties.ts';
import { feedWorld } from './feed-world.ts';
import { findCustomers } from './find-customers.ts';
import { measureQuality } from './measure-quality.ts';
import { demoDocument, describeDemo, type DemoOutcome, type GenericValue } from './report.ts';
import { tellStory } from './tell-story.ts';
import { HOUSE_FILLERS } from './world/formats.ts';
import { generateWorld, type World } from './world/generate-world.ts';
import { NAMESPACE } from './world/namespaces.ts';

export interface DemoClusterOptions {
  readonly dataDir: string;
  readonly rules: Rules;
  /** 16 bytes that key the customer ids: fixed, so that the demo's ids depend on the seed only. */
  readonly idKey: Uint8Array;
}

export interface DemoOptions {
  /** `openEmbeddedCluster` of the shard service: services do not import each other. */
  readonly openCluster: (options: DemoClusterOptions) => Promise<Cluster>;
  readonly seed: number;
  /** Distinct interactions, 100..2,000,000. */
  readonly interactions: number;
  /** Print one JSON document instead of text. */
  readonly json: boolean;
  /** Kept after the demo; null: a temporary directory, removed at the end. */
  readonly dataDir: string | null;
  /** Monotonic, milliseconds; for tests. */
  readonly now?: () => number;
}

export const DEMO_SEED_DEFAULT = 1;
export const DEMO_INTERACTIONS_DEFAULT = 100_000;

/** The people are made up, so their ids need no secret. */
const DEMO_ID_KEY = Uint8Array.from(Buffer.from('selfsame demo id'));

/**
 * Runs the demo and prints to `context.stdout`; progress goes to `context.stderr`. Throws `CliError`
 * for a world that is too small or too large, `ClusterError` of the cluster, and the signal's reason
 * when aborted; the cluster is closed and a temporary directory removed in any case.
 */
export async function runDemo(context: CliContext, options: DemoOptions): Promise<void> {
  const world = openWorld(options);
  const isTemporary = options.dataDir === null;
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'selfsame-demo-')));
  try {
    const rules = defaultRules();
    const cluster = await options.openCluster({ dataDir, rules, idKey: DEMO_ID_KEY });
    try {
      const outcome = await play(context, cluster, rules, world, options);
      if (options.json) writeJson(context.stdout, demoDocument(outcome));
      else writeLines(context.stdout, describeDemo(outcome, { isColoured: isColoured(context) }));
    } finally {
      await cluster.close();
    }
  } finally {
    if (isTemporary) await rm(dataDir, { recursive: true, force: true });
  }
}

function openWorld(options: DemoOptions): World {
  try {
    return generateWorld(options);
  } catch (error) {
    if (error instanceof RangeError) throw usageError(error.message, { cause: error });
    throw error;
  }
}

/** Which of the house's fillers the cluster found to be generic. */
async function findGenerics(cluster: Cluster): Promise<GenericValue[]> {
  const fillers = [
    { namespace: NAMESPACE.email, value: HOUSE_FILLERS.email },
    { namespace: NAMESPACE.phone, value: HOUSE_FILLERS.phone },
  ];
  const answers = await cluster.resolve(fillers);
  return answers.flatMap((answer, index) => {
    const value = fillers[index]?.value ?? '';
    return answer.kind === 'generic' ? [{ value, holders: answer.holders }] : [];
  });
}

/** Colour only on a terminal, and not where NO_COLOR is set (no-color.org). */
function isColoured({ stdout, env }: CliContext): boolean {
  return stdout.isTTY && (env['NO_COLOR'] ?? '') === '';
}

async function play(
  context: CliContext,
  cluster: Cluster,
  rules: Rules,
  world: World,
  options: DemoOptions,
): Promise<DemoOutcome> {
  const { signal, stderr } = context;
  const feed = await feedWorld(cluster, world, {
    signal,
    progressSink: stderr,
    now: options.now ?? (() => performance.now()),
  });
  const note = (text: string): void => {
    if (!options.json) stderr.write(`${text}\n`);
  };
  note('comparing with the truth...');
  const attribution = attributeParties(world, compileRules(rules));
  const customers = await findCustomers(cluster, attribution.profiles, signal);
  return {
    seed: options.seed,
    world,
    peopleSeen: attribution.peopleSeen,
    partiesOfNobody: attribution.partiesOfNobody,
    feed,
    generics: await findGenerics(cluster),
    quality: measureQuality(attribution, customers),
    story: await tellStory(cluster, world, signal),
    keptIn: options.dataDir,
  };
}

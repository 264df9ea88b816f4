/**
 * Constant ingest and look-ups against a cluster, as a client that follows the published service
 * config would do them, with every answer held against the oracle.
 *
 * W1. A *settled* population is delivered first. Nothing that is sent later shares an identifier
 *     with it, so from then on each of its identifiers has one right answer: any other is wrong.
 * W2. `received_at` is stamped by the client, so the oracle knows every founder.
 * W3. A look-up counts as failed when it fails after the retries of the service config.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { generateWorld } from '../../services/cli/demo/world/generate-world.ts';
import { sendBatch } from '../../services/cli/ingest/send-batch.ts';
import { ReferenceCodec } from '../../shared/cluster/references.ts';
import type { ProfileId } from '../../shared/domain/identifier.ts';
import type { InteractionInput } from '../../shared/domain/interaction.ts';
import { type CompiledRules, normaliseIdentifier } from '../../shared/ingress/compiled-rules.ts';
import type { Cluster, Resolution } from '../../shared/protocol/cluster.ts';
import { TEST_ID_KEY } from '../support/cluster-processes.ts';
import { identifiersOf } from '../support/cluster-verdict.ts';
import { routed } from '../support/cluster-workload.ts';
import { runOracle } from '../support/oracle.ts';

interface Asked {
  readonly namespace: string;
  readonly value: string;
}

/** An answer: 'not_found', 'generic', or the customer ids, sorted, by commas. */
type Answer = string;

/** Every identifier with the answers that are right for it. */
export type RightAnswers = ReadonlyMap<Asked, readonly Answer[]>;

const BATCH_ITEMS = 50;
const LOOKUP_ITEMS = 20;
const PATIENCE_MS = 180_000;
/** As a client would: above the retries of the service config, below the gateway's longest. */
const LOOKUP_DEADLINE_MS = 10_000;
const RECEIVED_FROM = 1_760_000_000_000;

export interface Delivery {
  readonly input: InteractionInput;
  readonly receivedAt: number;
}

export function makeDeliveries(seed: number, interactions: number): readonly Delivery[] {
  const world = generateWorld({ seed, interactions });
  return Array.from(world.interactions(), ({ input }, index) => ({
    input,
    receivedAt: RECEIVED_FROM + seed * 100_000_000 + Math.floor(index / BATCH_ITEMS),
  }));
}

/** Those of `later` that share no identifier and no interaction with any of `settled` (W1). */
export function unrelated(
  rules: CompiledRules,
  settled: readonly Delivery[],
  later: readonly Delivery[],
): readonly Delivery[] {
  const namesOf = ({ input }: Delivery): string[] => [
    `${input.source}\n${input.interactionId}`,
    ...identifiersOf(rules, [input]).map(({ namespace, value }) => `${namespace}\n${value}`),
  ];
  const known = new Set(settled.flatMap(namesOf));
  return later.filter((one) => !namesOf(one).some((name) => known.has(name)));
}

/** The right answer of every identifier of the deliveries, by brute force. */
export function rightAnswers(rules: CompiledRules, deliveries: readonly Delivery[]): RightAnswers {
  const oracle = runOracle(
    rules.rules,
    deliveries.map(({ input, receivedAt }) => ({
      kind: 'interaction',
      interaction: routed(rules, input, receivedAt),
    })),
  );
  const references = new ReferenceCodec(Buffer.from(TEST_ID_KEY, 'hex'));
  const founders = new Map(oracle.customers.map(({ profile, founder }) => [profile, founder]));
  const values = new Map(oracle.values.map((value) => [value.key as string, value]));
  const customerOf = (profile: ProfileId) =>
    references.customerId(founders.get(profile) ?? profile);
  const answers = ({ namespace, value }: Asked): readonly Answer[] => {
    const name = normaliseIdentifier(rules, namespace, value);
    if (name.kind !== 'ok') throw new Error('an identifier that is not one');
    if (name.target === 'profile') {
      const own = customerOf(name.profileId);
      // One whose observations are all gone (by a later revision) may be known as itself (S16).
      return founders.has(name.profileId) ? [own] : [own, 'not_found'];
    }
    const known = values.get(name.keyId);
    if (known === undefined || known.holders.length === 0) return ['not_found'];
    if (known.muted || known.overCap) return ['generic'];
    const customers = new Set(known.holders.map(({ profile }) => customerOf(profile)));
    return [Array.from(customers).sort().join()];
  };
  const asked = identifiersOf(
    rules,
    deliveries.map(({ input }) => input),
  );
  return new Map(asked.map((one) => [one, answers(one)]));
}

export function answerOf(resolution: Resolution): Answer {
  if (resolution.kind !== 'found') return resolution.kind;
  return resolution.matches
    .map(({ customerId }) => customerId)
    .sort()
    .join();
}

/** Sends the deliveries, each batch until it is durable; ends early when the signal aborts. */
export async function deliver(
  cluster: Cluster,
  deliveries: readonly Delivery[],
  options: {
    readonly inFlight: number;
    readonly pauseMs: number;
    readonly stop: AbortSignal;
    /** A divisor of `BATCH_ITEMS`, so that a batch is of one time. */
    readonly batchItems?: number;
    /** Milliseconds from sending a batch until it was durable, repetitions included. */
    readonly onDurable?: (ms: number) => void;
  },
): Promise<{ readonly acknowledged: readonly Delivery[] }> {
  const acknowledged: Delivery[] = [];
  let next = 0;
  const send = async (): Promise<void> => {
    while (next < deliveries.length && !options.stop.aborted) {
      const batch = deliveries.slice(next, next + (options.batchItems ?? BATCH_ITEMS));
      next += batch.length;
      // Of one time: the cluster stamps a whole batch.
      const receivedAt = batch[0]?.receivedAt ?? 0;
      const from = performance.now();
      const results = await sendBatch(
        cluster,
        batch.map(({ input }) => input),
        {
          ack: 'durable',
          receivedAt,
          signal: new AbortController().signal,
          patienceMs: PATIENCE_MS,
          onWait: () => undefined,
        },
      );
      if (results.some(({ kind }) => kind !== 'acknowledged')) throw new Error('rejected');
      options.onDurable?.(performance.now() - from);
      acknowledged.push(...batch.map(({ input }) => ({ input, receivedAt })));
      await delay(options.pauseMs);
    }
  };
  await Promise.all(Array.from({ length: options.inFlight }, send));
  return { acknowledged };
}

export interface LookupFigures {
  lookups: number;
  /** Calls that failed after the retries of the service config, by reason. */
  readonly failed: Map<string, number>;
  /** Examples. */
  readonly wrong: string[];
  wrongCount: number;
  readonly latenciesMs: number[];
}

/** Asks for the settled identifiers, in turn, until the signal aborts. */
export async function lookUp(
  cluster: Cluster,
  right: RightAnswers,
  options: { readonly inFlight: number; readonly pauseMs: number; readonly stop: AbortSignal },
): Promise<LookupFigures> {
  const all = Array.from(right);
  const failed = new Map<string, number>();
  const figures: LookupFigures = { lookups: 0, failed, wrong: [], wrongCount: 0, latenciesMs: [] };
  let next = 0;
  const ask = async (): Promise<void> => {
    while (!options.stop.aborted) {
      const batch = Array.from(
        { length: Math.min(LOOKUP_ITEMS, all.length) },
        (_, index) => all[(next + index) % all.length] as (typeof all)[number],
      );
      next += batch.length;
      const from = performance.now();
      try {
        const deadlineMs = Date.now() + LOOKUP_DEADLINE_MS;
        const found = await cluster.resolve(
          batch.map(([asked]) => asked),
          { deadlineMs },
        );
        for (const [index, [asked, expected]] of batch.entries()) {
          const answer = answerOf(found[index] as Resolution);
          if (expected.includes(answer)) continue;
          figures.wrongCount++;
          figures.wrong.push(`${asked.namespace}: ${answer}, not ${expected.join(' or ')}`);
          figures.wrong.splice(5);
        }
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        failed.set(reason, (failed.get(reason) ?? 0) + 1);
      }
      figures.lookups++;
      figures.latenciesMs.push(performance.now() - from);
      await delay(options.pauseMs);
    }
  };
  await Promise.all(Array.from({ length: options.inFlight }, ask));
  return figures;
}

export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((left, right) => left - right);
  return Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0);
}

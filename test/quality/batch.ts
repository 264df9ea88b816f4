/**
 * Resolves a data set without the engine, by the same facts, keys, scorer and clustering: for
 * working on the model. `npm run quality` goes through the real thing.
 */
import { clusterComponent } from '../../shared/domain/clustering.ts';
import type { ComponentEdge, ComponentMember } from '../../shared/domain/component.ts';
import type { ProfileId } from '../../shared/domain/identifier.ts';
import type { Digest, Fact } from '../../shared/domain/matching/digest.ts';
import type { ScoringModel } from '../../shared/domain/matching/model.ts';
import { type ModelScorer, scorerOf } from '../../shared/domain/matching/scorer.ts';
import type { RulesIndex } from '../../shared/domain/rules.ts';
import { type DerivedNamespace, derivedKeysOf } from '../../shared/ingress/derived-keys.ts';
import { factsOf } from '../../shared/ingress/facts.ts';
import type { FitOutcome } from '../../shared/learning/fit-model.ts';
import { learnModel } from '../../shared/learning/learn-model.ts';
import {
  addJudged,
  type JudgedCount,
  type JudgedPairs,
} from '../../shared/learning/reliability.ts';
import type { QualityRecord } from './quality-record.ts';

export interface BatchOptions {
  readonly model: ScoringModel;
  readonly keys: readonly DerivedNamespace[];
  readonly holderCap: number;
  readonly rules: RulesIndex;
  readonly normalise: (namespace: string, value: string) => string | null;
  readonly fit: boolean;
}

export interface BatchOutcome {
  readonly labels: Int32Array;
  /** Proposed pairs at or above the review floor, by their truth. */
  readonly judged: JudgedPairs;
  readonly clusters: number;
  readonly candidates: number;
  readonly blockingRecall: number;
  readonly keysPerRecord: number;
  readonly fit: FitOutcome | null;
  readonly scorer: ModelScorer;
  readonly digests: readonly Digest[];
  readonly keyGain: readonly (readonly [string, number, number])[];
}

export function resolveBatch(
  records: readonly QualityRecord[],
  options: BatchOptions,
): BatchOutcome {
  const digests: Digest[] = [];
  const holders = new Map<string, number[]>();
  const keysOf: string[][] = [];
  let keyCount = 0;
  for (const [index, record] of records.entries()) {
    const facts = factsOf(record.attributes);
    const values: Fact[] = [];
    for (const { namespace, value } of record.identifiers) {
      const normal = options.normalise(namespace, value);
      if (normal !== null) values.push([namespace, normal]);
    }
    const keys = derivedKeysOf([...facts, ...values], options.keys).map(
      ({ namespace, value }) => `${namespace} ${value}`,
    );
    for (const [name, text] of values) keys.push(`${name} ${text}`);
    for (const key of keys) {
      const held = holders.get(key);
      if (held === undefined) holders.set(key, [index]);
      else if (held.at(-1) !== index) held.push(index);
    }
    keyCount += keys.length;
    keysOf.push(keys);
    digests.push([...facts, ...values].sort((a, b) => (a[0] + a[1] < b[0] + b[1] ? -1 : 1)));
  }
  const { pairs, keyGain } = candidatePairs(records, holders, options.holderCap);
  const profiles = digests.map((digest, index) => ({ digest, keys: keysOf[index] as string[] }));
  const fit = options.fit ? learnModel(options.model, profiles, options.holderCap) : null;
  const model = fit !== null && fit.alarm === null ? fit.model : options.model;
  const scorer = scorerOf(model);
  const rules: RulesIndex = { ...options.rules, scorer };
  const labels = cluster(rules, records, digests, pairs);
  return {
    labels: labels.labels,
    judged: labels.judged,
    clusters: labels.count,
    candidates: pairs.length,
    blockingRecall: blockingRecall(records, pairs),
    keysPerRecord: keyCount / records.length,
    fit,
    scorer,
    digests,
    keyGain,
  };
}

const PAIR = 2 ** 26;

function candidatePairs(
  records: readonly QualityRecord[],
  holders: ReadonlyMap<string, readonly number[]>,
  cap: number,
) {
  const seen = new Set<number>();
  const gain = new Map<string, [number, number]>();
  const byNamespace = [...holders].sort((a, b) => (a[0] < b[0] ? -1 : 1));
  for (const [key, held] of byNamespace) {
    if (held.length > cap) continue;
    const namespace = key.split(' ')[0] as string;
    const counts = gain.get(namespace) ?? [0, 0];
    gain.set(namespace, counts);
    for (const [position, one] of held.entries()) {
      for (const two of held.slice(position + 1)) {
        counts[0]++;
        const pair = one * PAIR + two;
        if (seen.has(pair)) continue;
        seen.add(pair);
        if (records[one]?.truth === records[two]?.truth) counts[1]++;
      }
    }
  }
  return {
    pairs: [...seen],
    keyGain: [...gain].map(([name, [all, gained]]) => [name, all, gained] as const),
  };
}

function blockingRecall(records: readonly QualityRecord[], pairs: readonly number[]): number {
  let found = 0;
  for (const pair of pairs) {
    if (records[Math.floor(pair / PAIR)]?.truth === records[pair % PAIR]?.truth) found++;
  }
  const sizes = new Map<string, number>();
  for (const { truth } of records) sizes.set(truth, (sizes.get(truth) ?? 0) + 1);
  let all = 0;
  for (const size of sizes.values()) all += (size * (size - 1)) / 2;
  return found / all;
}

function cluster(
  rules: RulesIndex,
  records: readonly QualityRecord[],
  digests: readonly Digest[],
  pairs: readonly number[],
) {
  const judged = new Map<number, JudgedCount>();
  const { scorer } = rules;
  const parent = new Int32Array(digests.length).map((_, index) => index);
  const find = (start: number): number => {
    let at = start;
    while (parent[at] !== at) {
      parent[at] = parent[parent[at] as number] as number;
      at = parent[at] as number;
    }
    return at;
  };
  const edges: [number, number, number][] = [];
  for (const pair of pairs) {
    const one = Math.floor(pair / PAIR);
    const two = pair % PAIR;
    const certainty = scorer?.score(digests[one] as Digest, digests[two] as Digest) ?? 0;
    if (certainty >= rules.rules.reviewFloor) {
      addJudged(judged, certainty, records[one]?.truth === records[two]?.truth);
    }
    if (certainty < rules.rules.clusterFloor) continue;
    edges.push([one, two, certainty]);
    parent[find(one)] = find(two);
  }
  const idOf = (index: number): ProfileId => {
    const hash = Math.imul(index + 1, 0x9e3779b1) >>> 0;
    return `${hash.toString(36).padStart(7, '0')}.${index}` as ProfileId;
  };
  const membersByRoot = new Map<number, ComponentMember[]>();
  for (const [index, digest] of digests.entries()) {
    const root = find(index);
    const members = membersByRoot.get(root) ?? [];
    membersByRoot.set(root, members);
    members.push({
      profile: idOf(index),
      receivedAt: 0,
      limited: [],
      labels: [],
      cannotLinks: [],
      digest,
    });
  }
  const edgesByRoot = new Map<number, ComponentEdge[]>();
  for (const [one, two, certainty] of edges) {
    const [a, b] = [idOf(one), idOf(two)];
    const [low, high] = a < b ? [a, b] : [b, a];
    const root = find(one);
    const held = edgesByRoot.get(root) ?? [];
    edgesByRoot.set(root, held);
    held.push({ low, high, certainty, support: 0, priority: 500, mustLink: false });
  }
  const labels = new Int32Array(digests.length);
  let count = 0;
  const labelOf = new Map<string, number>();
  for (const [root, members] of membersByRoot) {
    const { ladders } = clusterComponent(rules, members, edgesByRoot.get(root) ?? []);
    for (const { profile } of members) {
      const founder = ladders.get(profile)?.steps.at(-1)?.[1] ?? profile;
      let label = labelOf.get(founder);
      if (label === undefined) {
        label = count++;
        labelOf.set(founder, label);
      }
      labels[Number(profile.split('.')[1])] = label;
    }
  }
  return { labels, count, judged };
}

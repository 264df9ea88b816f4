/**
 * A candidate whose weights are fitted to what the cluster holds: collects a bounded sample from the
 * partitions of the live generation, fits, and refuses a model that has collapsed.
 */
import { type Digest, factsIn } from '../domain/matching/digest.ts';
import type { Rules } from '../domain/rules.ts';
import { type CompiledRules, compileRules } from '../ingress/compiled-rules.ts';
import { derivedKeysOf } from '../ingress/derived-keys.ts';
import { rulesVersionOf } from '../ingress/rules-version.ts';
import { learnSample } from '../learning/learn-sample.ts';
import { ClusterError } from '../protocol/cluster.ts';
import type { LearningSlice } from '../protocol/generation-call.ts';
import type { ModelFit } from '../protocol/versions.ts';

/** Rows read of all partitions together: about 10 MB of digests each. */
const PROFILES_MAX = 20_000;
const KEYS_MAX = 40_000;
/** Fewer profiles say nothing that the shipped weights do not know better. */
const PROFILES_MIN = 100;

export interface LearningPort {
  readonly partitions: number;
  slice(partition: number, kind: 'a/' | 'k/', after: string): Promise<LearningSlice>;
}

export interface FittedCandidate {
  readonly rules: Rules;
  readonly fit: ModelFit;
}

/** Throws `failed_precondition`: rules that score nothing, too little data, a collapsed model. */
export async function fitCandidate(
  port: LearningPort,
  live: Rules,
  candidate: Rules,
): Promise<FittedCandidate> {
  const refuse = (why: string): ClusterError => new ClusterError('failed_precondition', why);
  if (candidate.scoring === null) throw refuse('these rules declare every certainty: no weights');
  if (live.scoring === null) {
    throw refuse('the live rules score nothing, so there is nothing to learn from: activate first');
  }
  const profiles = await collect(port, 'a/', PROFILES_MAX);
  if (profiles.groups.length < PROFILES_MIN) {
    throw refuse(`weights are fitted from ${PROFILES_MIN} described profiles on`);
  }
  const keys = await collect(port, 'k/', KEYS_MAX);
  const compiled = compileRules(live);
  const fitted = await learnSample(candidate.scoring, {
    profiles: profiles.groups.map(([digest]) => digest as Digest),
    profileShare: profiles.share,
    holders: keys.groups,
    keyShare: keys.share,
    sharedKeys: sharedKeysOf(compiled),
  });
  if (fitted.alarm !== null) throw refuse(`the fitted model was set aside: ${fitted.alarm}`);
  const content = { ...candidate, scoring: fitted.model };
  return {
    rules: { ...content, version: rulesVersionOf(content) },
    fit: {
      profiles: profiles.groups.length,
      proposedPairs: fitted.proposedPairs,
      randomPairs: fitted.randomPairs,
      iterations: fitted.iterations,
      expectedMatches: fitted.expectedMatches,
    },
  };
}

interface Collected {
  readonly groups: readonly (readonly Digest[])[];
  /** Share of all rows that were read. */
  readonly share: number;
}

/** Of each partition an equal part, from the beginning of the order of ids. */
async function collect(port: LearningPort, kind: 'a/' | 'k/', max: number): Promise<Collected> {
  const perPartition = Math.ceil(max / port.partitions);
  const groups: (readonly Digest[])[] = [];
  let shares = 0;
  for (let partition = 0; partition < port.partitions; partition++) {
    let taken = 0;
    let share = 0;
    for (let after: string | null = ''; after !== null && taken < perPartition; ) {
      const slice: LearningSlice = await port.slice(partition, kind, after);
      for (const group of slice.groups) groups.push(group);
      taken += Math.max(1, slice.groups.length);
      share = slice.share;
      after = slice.next;
    }
    shares += share;
  }
  return { groups, share: Math.max(shares / port.partitions, Number.EPSILON) };
}

/** Derived keys of both, and values of namespaces whose pairs are scored. */
function sharedKeysOf({ rules, derived }: CompiledRules) {
  const scored = new Set(
    rules.namespaces
      .filter(({ kind, certainty }) => kind === 'evidence' && certainty === null)
      .map(({ name }) => name),
  );
  const known = new Map<Digest, ReadonlySet<string>>();
  const keysOf = (digest: Digest): ReadonlySet<string> => {
    let keys = known.get(digest);
    if (keys === undefined) {
      const facts = factsIn(digest);
      const names = derivedKeysOf(facts, derived ?? []).map(
        ({ namespace, value }) => `${namespace} ${value}`,
      );
      const values = facts.filter(([name]) => scored.has(name)).map((fact) => fact.join(' '));
      keys = new Set([...names, ...values]);
      known.set(digest, keys);
    }
    return keys;
  };
  return (left: Digest, right: Digest): number => {
    const others = keysOf(right);
    let shared = 0;
    for (const key of keysOf(left)) if (others.has(key)) shared++;
    return shared;
  };
}

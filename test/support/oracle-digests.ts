/**
 * Oracle: what each profile is compared by (S19): every live fact, and every live value of a
 * compared namespace, bounded as the text says.
 */
import { compareText, type ProfileId } from '../../shared/domain/identifier.ts';
import {
  DIGEST_FACTS_MAX,
  DIGEST_FACTS_PER_NAME,
  type Digest,
  type Fact,
  packDigest,
} from '../../shared/domain/matching/digest.ts';
import type { RulesIndex } from '../../shared/domain/rules.ts';
import type { LiveObservation } from './oracle-live.ts';

interface SeenFact {
  readonly name: string;
  readonly text: string;
  readonly days: Set<number>;
}

function factsOf(observation: LiveObservation): Fact[] {
  const facts: Fact[] = [...observation.facts];
  if (observation.profileKind === 'person') facts.push([observation.namespace, observation.value]);
  for (const { namespace, value } of observation.others) facts.push([namespace, value]);
  for (const { namespace, value, kind } of observation.values) {
    if (kind !== 'derived') facts.push([namespace, value]);
  }
  return facts;
}

export function findDigests(
  { scorer }: RulesIndex,
  observations: readonly LiveObservation[],
): ReadonlyMap<ProfileId, Digest> {
  if (scorer === null) return new Map();
  const seen = new Map<ProfileId, Map<string, SeenFact>>();
  for (const observation of observations) {
    const own = seen.get(observation.profile) ?? new Map<string, SeenFact>();
    seen.set(observation.profile, own);
    for (const [name, text] of factsOf(observation)) {
      if (!scorer.compares(name)) continue;
      const fact = own.get(`${name}\n${text}`) ?? { name, text, days: new Set() };
      own.set(`${name}\n${text}`, fact);
      fact.days.add(observation.day);
    }
  }
  return new Map([...seen].map(([profile, own]) => [profile, bounded([...own.values()])]));
}

function bounded(facts: readonly SeenFact[]): Digest {
  const bound: Fact[] = [];
  for (const name of [...new Set(facts.map((fact) => fact.name))].sort(compareText)) {
    const room = Math.min(DIGEST_FACTS_PER_NAME, DIGEST_FACTS_MAX - bound.length);
    const kept = facts
      .filter((fact) => fact.name === name)
      .sort((left, right) => right.days.size - left.days.size || compareText(left.text, right.text))
      .slice(0, room);
    for (const { text } of kept.sort((left, right) => compareText(left.text, right.text))) {
      bound.push([name, text]);
    }
  }
  return packDigest(bound);
}

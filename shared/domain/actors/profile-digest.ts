/**
 * The digest of a profile: what it is compared by (ARCHITECTURE S19).
 *
 * Made of the facts its parties carried and of its values in compared namespaces, without those
 * that were retracted from it. Bounded, so that one profile costs every comparison the same; which
 * facts it has room for does not depend on the order in which they came.
 */
import { compareText } from '../identifier.ts';
import {
  DIGEST_FACTS_MAX,
  DIGEST_FACTS_PER_NAME,
  type Digest,
  EMPTY_DIGEST,
  type Fact,
} from '../matching/digest.ts';
import type { PairScorer } from '../matching/digest.ts';
import { isSuppressed } from './profile-access.ts';
import type { ProfileState } from './states.ts';
import type { ProfileTouch, Turn } from './turn.ts';

/** Recomputes the digest; when it changed, every scored key and the root must learn it. */
export function refreshDigest(turn: Turn, state: ProfileState, touch: ProfileTouch): void {
  const scorer = turn.rules.scorer;
  if (scorer === null) return;
  const digest = digestOf(scorer, state);
  if (sameDigest(digest, state.digest)) return;
  state.digest = digest;
  state.digestVersion++;
  touch.isVertexDirty = true;
  for (const [key, hold] of state.values) if (hold.sent > 0) touch.values.add(key);
}

type Held = readonly [fact: Fact, days: number];

function digestOf(scorer: PairScorer, state: ProfileState): Digest {
  const byName = new Map<string, Held[]>();
  const add = (name: string, text: string, days: number): void => {
    if (days === 0 || !scorer.compares(name) || isSuppressed(state, name, text)) return;
    const held = byName.get(name);
    if (held === undefined) byName.set(name, [[[name, text], days]]);
    else held.push([[name, text], days]);
  };
  if (state.kind === 0) add(state.namespace, state.value, state.days.length);
  for (const { namespace, value, days, kind } of state.values.values()) {
    if (kind !== 2) add(namespace, value, days.length);
  }
  for (const { namespace, value, days } of state.others.values())
    add(namespace, value, days.length);
  for (const { name, text, days } of state.facts.values()) add(name, text, days.length);
  if (byName.size === 0) return EMPTY_DIGEST;
  const digest: Fact[] = [];
  for (const [, held] of Array.from(byName).sort((left, right) => compareText(left[0], right[0]))) {
    const room = Math.min(DIGEST_FACTS_PER_NAME, DIGEST_FACTS_MAX - digest.length);
    digest.push(...mostSeen(held, room));
  }
  return digest;
}

/** Those seen on the most days, then the least by text; in the order of their texts. */
function mostSeen(held: readonly Held[], room: number): Fact[] {
  const byText = (left: Held, right: Held): number => compareText(left[0][1], right[0][1]);
  const kept =
    held.length <= room
      ? held.slice()
      : held.toSorted((left, right) => right[1] - left[1] || byText(left, right)).slice(0, room);
  return kept.sort(byText).map(([fact]) => fact);
}

export function sameDigest(left: Digest, right: Digest): boolean {
  if (left === right) return true;
  if (left.length !== right.length) return false;
  return left.every((fact, index) => {
    const other = right[index];
    return other !== undefined && fact[0] === other[0] && fact[1] === other[1];
  });
}

/**
 * The digest of a profile: what it is compared by (ARCHITECTURE S19).
 *
 * Made of the facts its parties carried and of its values in compared namespaces, without those
 * that were retracted from it. Bounded, so that one profile costs every comparison the same; which
 * facts it has room for does not depend on the order in which they came.
 */
import type { Days } from './days.ts';
import { compareText } from '../identifier.ts';
import {
  DIGEST_FACTS_MAX,
  DIGEST_FACTS_PER_NAME,
  type Digest,
  packDigest,
  EMPTY_DIGEST,
  type Fact,
} from '../matching/digest.ts';
import type { PairScorer } from '../matching/digest.ts';
import { SIGNATURE_FACTS, signatureOf } from '../signature.ts';
import { isSuppressed } from './profile-access.ts';
import type { ProfileState } from './states.ts';
import type { ProfileTouch, Turn } from './turn.ts';
import { own } from './own-entries.ts';

/**
 * Recomputes digest and signature; when one changed, every key that is told of them must learn it,
 * and the root when it is the digest.
 */
export function refreshDigest(turn: Turn, state: ProfileState, touch: ProfileTouch): void {
  const scorer = turn.rules.scorer;
  const digest = scorer === null ? EMPTY_DIGEST : digestFrom(scorer, state);
  const signature = signatureFrom(turn, state);
  const isDigestChanged = digest !== state.digest;
  if (!isDigestChanged && signature === state.signature) return;
  if (isDigestChanged) {
    state.digest = digest;
    touch.isVertexDirty = true;
  }
  state.signature = signature;
  state.digestVersion++;
  for (const [key, hold] of state.values) if (hold.sent > 0) own(touch, 'values').add(key);
}

/** S21: of several names, and of several birth dates, the one seen on the most days counts. */
function signatureFrom(turn: Turn, state: ProfileState): string {
  const isPersonAnchor =
    state.kind === 0 && turn.rules.byName.get(state.namespace)?.namesRecords === false;
  if (state.facts.size === 0) return signatureOf(null, null, isPersonAnchor);
  let name: Seen | null = null;
  let birth: Seen | null = null;
  for (const held of state.facts.values()) {
    if (isSuppressed(state, held.name, held.text)) continue;
    if (held.name === SIGNATURE_FACTS.name && isMoreSeen(held, name)) name = held;
    if (held.name === SIGNATURE_FACTS.birth && isMoreSeen(held, birth)) birth = held;
  }
  return signatureOf(name?.text ?? null, birth?.text ?? null, isPersonAnchor);
}

interface Seen {
  readonly text: string;
  readonly days: Days;
}

function isMoreSeen(next: Seen, best: Seen | null): boolean {
  if (best === null) return true;
  const difference = next.days.length - best.days.length;
  return difference > 0 || (difference === 0 && compareText(next.text, best.text) < 0);
}

type Held = readonly [fact: Fact, days: number];

function digestFrom(scorer: PairScorer, state: ProfileState): Digest {
  const byName = new Map<string, Held[]>();
  const add = (name: string, text: string, days: number): void => {
    if (days === 0 || !scorer.compares(name) || isSuppressed(state, name, text)) return;
    const held = byName.get(name);
    if (held === undefined) byName.set(name, [[[name, text], days]]);
    else held.push([[name, text], days]);
  };
  if (state.kind === 0) add(state.namespace, state.value, state.days.length);
  for (const [key, { namespace, value, days, kind }] of state.values) {
    if (kind !== 2 && !state.muted.has(key)) add(namespace, value, days.length);
  }
  for (const { namespace, value, days } of state.others.values())
    add(namespace, value, days.length);
  for (const { name, text, days } of state.facts.values()) add(name, text, days.length);
  if (byName.size === 0) return EMPTY_DIGEST;
  const facts: Fact[] = [];
  for (const [, held] of Array.from(byName).sort((left, right) => compareText(left[0], right[0]))) {
    const room = Math.min(DIGEST_FACTS_PER_NAME, DIGEST_FACTS_MAX - facts.length);
    facts.push(...mostSeen(held, room));
  }
  return packDigest(facts);
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

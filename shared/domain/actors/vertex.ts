/**
 * The vertex: what a root must know of a profile besides its edges (ARCHITECTURE S13, S14).
 */
import { compareText, type KeyId, type ProfileId } from '../identifier.ts';
import type { Vertex } from '../messages.ts';
import { bucketOf, type NamespaceRules, type RulesIndex } from '../rules.ts';
import { effectiveVerdict } from './pair-home.ts';
import { isSuppressed } from './profile-access.ts';
import type { Days } from './days.ts';
import type { ProfileState } from './states.ts';

type Limited = readonly [namespace: string, bucket: number, value: string];

/** Recomputes the vertex; whether it changed. */
export function refreshVertex(rules: RulesIndex, state: ProfileState): boolean {
  const labels = Array.from(state.labels).sort((left, right) => compareText(left[0], right[0]));
  const vertex: Vertex = [
    state.receivedAt,
    limitedValues(rules, state),
    labels,
    cannotLinks(state),
    state.digest,
  ];
  if (JSON.stringify(vertex) === JSON.stringify(state.vertex)) return false;
  state.vertex = vertex;
  return true;
}

function cannotLinks(state: ProfileState): ProfileId[] {
  const links: ProfileId[] = [];
  for (const [high, pair] of state.pairs) {
    if (pair.decisions.size > 0 && effectiveVerdict(pair) === 0) links.push(high);
  }
  return links.sort(compareText);
}

function limitedValues(rules: RulesIndex, state: ProfileState): Limited[] {
  const found = new Map<string, Limited>();
  const add = (entry: NamespaceRules | undefined, value: string, days: Days): void => {
    if (entry === undefined || (entry.limit === null && !entry.exclusive)) return;
    if (days.length === 0) return;
    const window = entry.limit?.window ?? 'ever';
    const buckets = window === 'ever' ? [0] : days.map((day) => bucketOf(window, day));
    for (const bucket of buckets) {
      found.set(`${entry.name}\u0000${bucket}\u0000${value}`, [entry.name, bucket, value]);
    }
  };
  add(rules.byName.get(state.namespace), state.value, state.days);
  for (const holds of [state.values, state.others, state.devices]) {
    for (const [id, hold] of holds) {
      if (holds === state.values && state.muted.has(id as KeyId)) continue;
      if (isSuppressed(state, hold.namespace, hold.value)) continue;
      add(rules.byName.get(hold.namespace), hold.value, hold.days);
    }
  }
  return Array.from(found.values()).sort(
    (left, right) =>
      compareText(left[0], right[0]) || left[1] - right[1] || compareText(left[2], right[2]),
  );
}

/** From what is proposed to a rules version, and what a version's scoring model looks like. */
import { WEIGHT_STEPS } from '../domain/matching/model.ts';
import type { Rules } from '../domain/rules.ts';
import { ClusterError } from '../protocol/cluster.ts';
import { changedLayout, type Layout, LayoutRefused } from '../protocol/layout.ts';
import type { Candidate, ModelView } from '../protocol/versions.ts';
import { parseRules } from './rules-file.ts';

/**
 * The layout that is proposed: the live one unless a change of it is. Throws `ClusterError`:
 * `invalid_argument` when the rules are to change as well, `failed_precondition` when it cannot be.
 */
export function candidateLayout({ rules, isFitted, layout }: Candidate, live: Layout): Layout {
  if (layout === undefined) return live;
  if (rules !== null || isFitted) {
    const message = 'partitions are changed under the live rules: change one after the other';
    throw new ClusterError('invalid_argument', message);
  }
  try {
    return changedLayout(live, layout);
  } catch (cause) {
    if (!(cause instanceof LayoutRefused)) throw cause;
    throw new ClusterError('failed_precondition', cause.message, { cause });
  }
}

/** Throws `ClusterError` (`invalid_argument`) that names every line that is wrong. */
export function candidateRules({ rules }: Candidate, live: Rules): Rules {
  if (rules === null) return live;
  if (typeof rules !== 'string') return rules;
  const result = parseRules(rules);
  if (result.kind === 'ok') return result.rules;
  throw new ClusterError('invalid_argument', 'the rules file has problems', {
    violations: result.problems.map(({ line, path, message }) => ({
      field: `rules_yaml line ${line}${path === '' ? '' : ` (${path})`}`,
      description: message,
    })),
  });
}

export function modelView({ version, scoring }: Rules): ModelView {
  const bits = (steps: number): number => steps / WEIGHT_STEPS;
  return {
    version,
    priorBits: bits(scoring?.prior ?? 0),
    householdPriorBits: bits(scoring?.relativePrior ?? 0),
    listedWords: scoring?.rarity.length ?? 0,
    comparisons: (scoring?.comparisons ?? []).map((comparison) => ({
      name: comparison.name,
      facts: comparison.facts,
      weights: comparison.weights.map(bits),
      householdWeights: comparison.relativeWeights.map(bits),
    })),
  };
}

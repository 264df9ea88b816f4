/**
 * Fits the weights of scored rules to the profiles of a batch, without labels: what is rare in them,
 * what agrees by chance, and what agrees for one person.
 */
import { forEachProposedPair } from '../../../shared/domain/batch/batch-edges.ts';
import type { ComparedPairs } from '../../../shared/domain/batch/compared-pairs.ts';
import type { BatchProfiles } from '../../../shared/domain/batch/batch-profiles.ts';
import type { ScoringModel } from '../../../shared/domain/matching/model.ts';
import type { Rules } from '../../../shared/domain/rules.ts';
import { rulesVersionOf } from '../../../shared/ingress/rules-version.ts';
import { learnModel } from '../../../shared/learning/learn-model.ts';

export interface FittedRules {
  readonly rules: Rules;
  /** Why the weights stayed as they were; null: they were fitted. */
  readonly alarm: string | null;
}

export interface RulesFit extends FittedRules {
  /** What `resolveBatch` need not compare again under these rules; null: all. */
  readonly compared: ComparedPairs | null;
}

/** The same profiles give the same weights. */
export function fitRules(rules: Rules, scoring: ScoringModel, profiles: BatchProfiles): RulesFit {
  const { model, alarm, compared } = learnModel(scoring, profiles.digests, (take) =>
    forEachProposedPair(profiles, take),
  );
  // Under the rules as they were, other words are rare: pairs compare otherwise.
  if (alarm !== null) return { rules, alarm, compared: null };
  return { rules: withModel(rules, model), alarm: null, compared };
}

/** The rules with other weights, under a version of their own. */
export function withModel(rules: Rules, scoring: ScoringModel): Rules {
  const content = { ...rules, scoring };
  return { ...content, version: rulesVersionOf(content) };
}

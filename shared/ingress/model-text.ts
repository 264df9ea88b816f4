/**
 * Scoring models as text: what `resolve-files --save-model` writes, `--model` reads, and a rules file
 * carries under `model`, so that weights fitted to one set serve another, or a cluster.
 *
 * A model belongs to the comparisons of the rules that it was fitted under; it is refused under others.
 */
import type { ComparisonModel, ScoringModel } from '../domain/matching/model.ts';

const FORMAT = 'selfsame-model-1';
/** Sums of weights stay exact far beyond it; a weight is at most 20 bits of 256 steps. */
const WEIGHT_MAX = 1_000_000;

export type ModelTextResult =
  | { readonly kind: 'ok'; readonly model: ScoringModel }
  /** Follows the name of what was read: `is no model; ...`. */
  | { readonly kind: 'invalid'; readonly reason: string };

export function modelText(model: ScoringModel): string {
  return JSON.stringify({ format: FORMAT, model });
}

/** The rules file's text with weights of its own; `model` is a model's text. */
export function withModelText(rulesText: string, model: string): string {
  return `${rulesText.trimEnd()}\n\nmodel: '${model.trim().replaceAll("'", "''")}'\n`;
}

/** The model of a text, for rules that compare what `rules` does. Never throws. */
export function readModelText(text: string, rules: ScoringModel): ModelTextResult {
  const invalid = (reason: string): ModelTextResult => ({ kind: 'invalid', reason });
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    return invalid('is not JSON');
  }
  const fields = objectOf(content);
  if (fields?.['format'] !== FORMAT) {
    return invalid('is no model; resolve-files --save-model writes one');
  }
  const model = objectOf(fields['model']);
  const comparisons = model?.['comparisons'];
  const isWhole =
    model !== null &&
    [model['prior'], model['relativePrior'], model['sitePrior'], model['rarityOfOthers']].every(
      isWeight,
    ) &&
    Array.isArray(model['rarity']) &&
    model['rarity'].every(isRarity) &&
    Array.isArray(comparisons);
  if (!isWhole) return invalid('is damaged: a model needs priors, rarity and comparisons');
  const isFitting =
    comparisons.length === rules.comparisons.length &&
    rules.comparisons.every((shipped, index) => isSameComparison(shipped, comparisons[index]));
  if (!isFitting) return invalid('weighs other comparisons than the rules; fit it under these');
  return { kind: 'ok', model: model as unknown as ScoringModel };
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  return value as Record<string, unknown>;
}

function isWeight(value: unknown): value is number {
  return Number.isInteger(value) && Math.abs(value as number) <= WEIGHT_MAX;
}

function isRarity(value: unknown): boolean {
  return (
    Array.isArray(value) && value.length === 2 && typeof value[0] === 'string' && isWeight(value[1])
  );
}

/** The same question with other weights. */
function isSameComparison(shipped: ComparisonModel, value: unknown): boolean {
  const found = objectOf(value);
  if (found === null) return false;
  const isSameQuestion =
    found['name'] === shipped.name &&
    found['kind'] === shipped.kind &&
    found['exclusive'] === shipped.exclusive &&
    JSON.stringify(found['facts']) === JSON.stringify(shipped.facts);
  return (
    isSameQuestion &&
    (['weights', 'relativeWeights', 'siteWeights'] as const).every((name) => {
      const weights = found[name];
      return (
        Array.isArray(weights) && weights.length === shipped[name].length && weights.every(isWeight)
      );
    })
  );
}

/**
 * Scoring models in files: what `resolve-files --save-model` writes and `--model` reads, so that one
 * file is resolved with the weights that were fitted to another.
 *
 * A model belongs to the comparisons of the rules that it was fitted under; it is refused under others.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import type { ComparisonModel, ScoringModel } from '../../../shared/domain/matching/model.ts';
import { usageError } from '../exit-codes.ts';

const FORMAT = 'selfsame-model-1';
/** Sums of weights stay exact far beyond it; a weight is at most 20 bits of 256 steps. */
const WEIGHT_MAX = 1_000_000;

/** Throws `CliError` (exit 2) when the file cannot be written. */
export function writeModelFile(path: string, model: ScoringModel): void {
  try {
    writeFileSync(path, `${JSON.stringify({ format: FORMAT, model })}\n`);
  } catch (error) {
    throw usageError(`${path} cannot be written (${codeOf(error)})`, { cause: error });
  }
}

/**
 * The model of a file, for rules that score as `rules` does. Throws `CliError` (exit 2) for a file
 * that cannot be read, is no model, or compares other things than the rules.
 */
export function readModelFile(path: string, rules: ScoringModel): ScoringModel {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    if (error instanceof SyntaxError) throw usageError(`${path} is not JSON`, { cause: error });
    throw usageError(`${path} cannot be read (${codeOf(error)})`, { cause: error });
  }
  const fields = objectOf(content);
  if (fields?.['format'] !== FORMAT) {
    throw usageError(`${path} is no model file; resolve-files --save-model writes one`);
  }
  const model = objectOf(fields['model']);
  const comparisons = model === null ? null : model['comparisons'];
  const isWhole =
    model !== null &&
    [model['prior'], model['relativePrior'], model['sitePrior'], model['rarityOfOthers']].every(
      isWeight,
    ) &&
    Array.isArray(model['rarity']) &&
    model['rarity'].every(isRarity) &&
    Array.isArray(comparisons);
  if (!isWhole) throw usageError(`${path} is damaged: a model needs priors, rarity, comparisons`);
  const isFitting =
    comparisons.length === rules.comparisons.length &&
    rules.comparisons.every((shipped, index) => isSameComparison(shipped, comparisons[index]));
  if (!isFitting) {
    throw usageError(`${path} weighs other comparisons than the rules; fit it under these rules`);
  }
  return model as unknown as ScoringModel;
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
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

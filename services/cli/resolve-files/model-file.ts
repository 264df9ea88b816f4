/** Files of scoring models; `shared/ingress/model-text.ts` says what stands in them. */
import { readFileSync, writeFileSync } from 'node:fs';
import type { ScoringModel } from '../../../shared/domain/matching/model.ts';
import { modelText, readModelText } from '../../../shared/ingress/model-text.ts';
import { usageError } from '../exit-codes.ts';

/** Throws `CliError` (exit 2) when the file cannot be written. */
export function writeModelFile(path: string, model: ScoringModel): void {
  try {
    writeFileSync(path, `${modelText(model)}\n`);
  } catch (error) {
    throw usageError(`${path} cannot be written (${codeOf(error)})`, { cause: error });
  }
}

/** For rules that score as `rules` does. Throws `CliError` (exit 2) for what is no such model. */
export function readModelFile(path: string, rules: ScoringModel): ScoringModel {
  const result = readModelText(readText(path), rules);
  if (result.kind === 'invalid') throw usageError(`${path} ${result.reason}`);
  return result.model;
}

/** Throws `CliError` (exit 2). */
function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw usageError(`${path} cannot be read (${codeOf(error)})`, { cause: error });
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
}

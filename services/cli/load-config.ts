/**
 * Mapping and rules files of the command line: their errors end a command with exit 2.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Rules } from '../../shared/domain/rules.ts';
import { ConfigFileError } from '../../shared/ingress/config-file.ts';
import { loadMappingFile, type Mapping } from '../../shared/ingress/mapping-file.ts';
import { defaultRules, loadRulesFile } from '../../shared/ingress/rules-file.ts';
import { usageError } from './exit-codes.ts';

/** The rules of the file, or the shipped ones. Throws `CliError` listing every problem. */
export function loadRules(path: string | null): Rules {
  return asUsage(() => (path === null ? defaultRules() : loadRulesFile(path)));
}

export interface LoadedMapping {
  readonly mapping: Mapping;
  /** SHA-256 of the file, in hexadecimal. */
  readonly digest: string;
}

/** Reads a mapping; with `rules` its namespaces must be declared there. Throws `CliError`. */
export function loadMapping(path: string, rules: Rules | null): LoadedMapping {
  const namespaces = rules === null ? null : rules.namespaces.map((entry) => entry.name);
  const mapping = asUsage(() => loadMappingFile(path, namespaces));
  return { mapping, digest: createHash('sha256').update(readFileSync(path)).digest('hex') };
}

function asUsage<T>(load: () => T): T {
  try {
    return load();
  } catch (error) {
    if (error instanceof ConfigFileError) throw usageError(error.message, { cause: error });
    throw error;
  }
}

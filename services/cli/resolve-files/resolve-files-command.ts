/**
 * What `selfsame resolve-files` does, apart from its words.
 */
import type { Rules } from '../../../shared/domain/rules.ts';
import { makesFacts } from '../../../shared/ingress/facts.ts';
import { standardRulesPath } from '../../../shared/ingress/rules-file.ts';
import { type CliContext, writeJson, writeLines } from '../context.ts';
import { ExitCode, usageError } from '../exit-codes.ts';
import { QuarantineFile } from '../ingest/quarantine-file.ts';
import { refuseSharedLineIds } from '../line-ids.ts';
import { loadMapping, loadRules } from '../load-config.ts';
import type { MappedFile } from '../mapping-arguments.ts';
import { formatDuration, Progress } from '../progress.ts';
import { describeReliability } from '../reliability-table.ts';
import { toSnakeCase } from '../snake-case.ts';
import { formatCount } from '../text-table.ts';
import { writeClustersFile } from './clusters-file.ts';
import { withModel } from './fit-rules.ts';
import { readTruth } from './judge-pairs.ts';
import { readModelFile, writeModelFile } from './model-file.ts';
import { resolveFiles, type ResolveFilesResult } from './resolve-files.ts';

export interface ResolveFilesOptions {
  readonly out: string;
  readonly rules?: string;
  /** False with --no-fit. */
  readonly fit: boolean;
  readonly model?: string;
  readonly saveModel?: string;
  readonly minCertainty?: number;
  readonly strict?: boolean;
  readonly json?: boolean;
  /** A file with the true clusters. */
  readonly reliability?: string;
}

/** Resolves, writes the clusters and the quarantines, prints a summary. Throws as `resolveFiles`. */
export async function resolveFilesCommand(
  context: CliContext,
  pairs: readonly MappedFile[],
  options: ResolveFilesOptions,
): Promise<void> {
  const startedAt = performance.now();
  const given = rulesFor(pairs, options);
  const files = mappedFiles(pairs, given);
  const { rules, isFit } = choose(given, options);
  const truthOf = options.reliability === undefined ? null : await readTruth(options.reliability);
  const result = await resolveFiles({
    files,
    rules,
    fit: isFit,
    minCertainty: options.minCertainty ?? null,
    signal: context.signal,
    progress: (path) => new Progress(context.stderr, `read ${path}`, 'records'),
    ...(truthOf === null ? {} : { truthOf }),
  });
  const weights = weightsOf(result, isFit, options);
  tellOfModel(context, result, options);
  await writeClustersFile(options.out, result.records);
  const quarantines = result.quarantined.map(({ path, rows }) => {
    const file = new QuarantineFile(`${path}.quarantine.csv`, 0);
    file.append(rows);
    file.close();
    return { file: file.path, lines: new Set(rows.map((row) => row.line)).size };
  });
  const quarantined = quarantines.reduce((sum, { lines }) => sum + lines, 0);
  const seconds = Math.round(performance.now() - startedAt) / 1000;
  if (options.json === true) {
    writeJson(context.stdout, {
      records: result.records.length,
      customers: result.customers,
      quarantined,
      skipped: result.skipped,
      clusters_file: options.out,
      quarantine_files: quarantines.map(({ file }) => file),
      rules: given.scoring === null ? 'declared' : 'scored',
      weights,
      fit_refused: result.alarm,
      rules_version: result.rules.version,
      joins_held: result.held,
      seconds,
      ...(result.reliability === null ? {} : { reliability: toSnakeCase(result.reliability) }),
    });
  } else {
    writeLines(context.stdout, [
      `${formatCount(result.records.length)} records are ` +
        `${formatCount(result.customers)} customers: ${options.out}`,
      describeWeights(weights, options),
      ...(result.held > 0
        ? [`${formatCount(result.held)} joins held: a group would pass component_cap`]
        : []),
      ...(result.skipped > 0 ? [`${formatCount(result.skipped)} skipped by the mapping`] : []),
      ...quarantines.map(
        ({ file, lines }) => `${formatCount(lines)} in quarantine, reasons by line: ${file}`,
      ),
      `done in ${formatDuration(seconds * 1000)}`,
      ...(result.reliability === null ? [] : ['', ...describeReliability(result.reliability)]),
    ]);
  }
  const isNothingTaken = result.records.length === 0;
  if (quarantined > 0 && (options.strict === true || isNothingTaken)) {
    context.exitCode = ExitCode.negative;
  }
}

/** Throws `CliError` (exit 2). */
function mappedFiles(pairs: readonly MappedFile[], rules: Rules) {
  const files = pairs.map(({ path, mappingPath }) => ({
    path,
    mapping: loadMapping(mappingPath, rules).mapping,
  }));
  refuseSharedLineIds(files);
  return files;
}

/** The alarm of a fit that was refused, and the model file. Throws `CliError` (exit 2). */
function tellOfModel(
  context: CliContext,
  result: ResolveFilesResult,
  options: ResolveFilesOptions,
): void {
  if (result.alarm !== null) {
    writeLines(context.stderr, [
      `ALARM: the weights fitted to these records are not used, but those of the rules: ${result.alarm}`,
    ]);
  }
  if (options.saveModel !== undefined && result.rules.scoring !== null) {
    writeModelFile(options.saveModel, result.rules.scoring);
  }
}

/** Where the weights of a run come from; `declared`: the rules declare every certainty. */
type Weights = 'fitted' | 'shipped' | 'file' | 'declared';

/**
 * The rules that were named; else, where a mapping says what people or organisations are called, when
 * they were born or where they live, the scored ones, and where there are identifiers only, the
 * deterministic ones, which say how sure each of them is. Throws `CliError` (exit 2).
 */
function rulesFor(pairs: readonly MappedFile[], { rules }: ResolveFilesOptions): Rules {
  if (rules !== undefined) return loadRules(rules);
  const isDescribed = pairs.some(({ mappingPath }) =>
    loadMapping(mappingPath, null).mapping.parties.some(({ attributes }) =>
      attributes.some(([name]) => makesFacts(name)),
    ),
  );
  return loadRules(isDescribed ? standardRulesPath() : null);
}

/** The rules with the weights of a model file, and whether these are to be fitted. Throws `CliError`. */
function choose(rules: Rules, options: ResolveFilesOptions): { rules: Rules; isFit: boolean } {
  const { scoring } = rules;
  if (scoring === null) {
    if (options.model !== undefined || options.saveModel !== undefined) {
      throw usageError(
        'these rules declare every certainty: a model needs rules that score pairs, for example ' +
          '--rules shared/rules/standard.yaml',
      );
    }
    return { rules, isFit: false };
  }
  if (options.model === undefined) return { rules, isFit: options.fit };
  return { rules: withModel(rules, readModelFile(options.model, scoring)), isFit: false };
}

function weightsOf(
  { rules, alarm }: ResolveFilesResult,
  isFit: boolean,
  { model }: ResolveFilesOptions,
): Weights {
  if (rules.scoring === null) return 'declared';
  if (model !== undefined) return 'file';
  return isFit && alarm === null ? 'fitted' : 'shipped';
}

function describeWeights(weights: Weights, { model }: ResolveFilesOptions): string {
  switch (weights) {
    case 'fitted':
      return 'pairs were scored with weights fitted to these records';
    case 'shipped':
      return 'pairs were scored with the weights of the rules';
    case 'file':
      return `pairs were scored with the weights of ${model ?? 'the model file'}`;
    case 'declared':
      return 'the rules declare how sure each identifier is; nothing was scored';
  }
}

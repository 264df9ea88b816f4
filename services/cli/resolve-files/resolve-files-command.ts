/**
 * What `selfsame resolve-files` does, apart from its words.
 */
import { type CliContext, writeJson, writeLines } from '../context.ts';
import { ExitCode } from '../exit-codes.ts';
import { QuarantineFile } from '../ingest/quarantine-file.ts';
import { loadMapping, loadRules } from '../load-config.ts';
import type { MappedFile } from '../mapping-arguments.ts';
import { formatDuration, Progress } from '../progress.ts';
import { describeReliability } from '../reliability-table.ts';
import { toSnakeCase } from '../snake-case.ts';
import { formatCount } from '../text-table.ts';
import { writeClustersFile } from './clusters-file.ts';
import { fitRules } from './fit-rules.ts';
import { readTruth } from './judge-pairs.ts';
import { resolveFiles } from './resolve-files.ts';

export interface ResolveFilesOptions {
  readonly out: string;
  readonly rules?: string;
  readonly fit?: boolean;
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
  const given = loadRules(options.rules ?? null);
  const files = pairs.map(({ path, mappingPath }) => ({
    path,
    mapping: loadMapping(mappingPath, given).mapping,
  }));
  const { rules, alarm } =
    options.fit === true
      ? await fitRules({
          files,
          rules: given,
          signal: context.signal,
          progress: (path) => new Progress(context.stderr, `fit ${path}`, 'records'),
        })
      : { rules: given, alarm: null };
  if (alarm !== null) {
    writeLines(context.stderr, [`the weights were not fitted, the given ones are used: ${alarm}`]);
  }
  const truthOf = options.reliability === undefined ? null : await readTruth(options.reliability);
  const result = await resolveFiles({
    files,
    rules,
    minCertainty: options.minCertainty ?? null,
    signal: context.signal,
    progress: (path) => new Progress(context.stderr, `resolve ${path}`, 'records'),
    ...(truthOf === null ? {} : { truthOf }),
  });
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
      rules_version: rules.version,
      seconds,
      ...(result.reliability === null ? {} : { reliability: toSnakeCase(result.reliability) }),
    });
  } else {
    writeLines(context.stdout, [
      `${formatCount(result.records.length)} records are ` +
        `${formatCount(result.customers)} customers: ${options.out}`,
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

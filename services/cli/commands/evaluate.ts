/**
 * `selfsame evaluate`: compares clusters with the truth.
 */
import { Command } from 'commander';
import { type CliContext, writeJson, writeLines } from '../context.ts';
import { type AlignedRecords, alignRecords } from '../evaluate/align-records.ts';
import { readClusterFile } from '../evaluate/cluster-file.ts';
import {
  type ClusteringComparison,
  compareClusterings,
  type Quality,
} from '../evaluate/clustering-comparison.ts';
import { usageError } from '../exit-codes.ts';

const HELP = `
Both files are CSV with a header. Recognised columns, in any order and case, others ignored:
  record   source (or DATA_SOURCE) and record_id
  cluster  customer_id, entity_id or CLUSTER_ID, the first that is there
           (in the truth file: entity_id, CLUSTER_ID, customer_id)

Records that are in one file only are counted and left out, unless --missing-as-singletons.
Clusters are exactly right when they hold the same compared records in both files.

Exit codes: 0 compared, 2 bad file or nothing in common.

Examples:
  selfsame evaluate clusters.csv truth.csv
  selfsame evaluate clusters.csv truth.csv --json
  selfsame evaluate alternate_key.csv actual_key.csv        (Senzing truth set keys)
  selfsame evaluate found.csv truth.csv --record-columns id --truth-column person`;

interface EvaluateOptions {
  readonly json?: boolean;
  readonly missingAsSingletons?: boolean;
  readonly clusterColumn?: string;
  readonly truthColumn?: string;
  readonly recordColumns?: string;
}

export function evaluateCommand(context: CliContext): Command {
  return new Command('evaluate')
    .summary('compare clusters with the truth')
    .description('Compares clusters with the truth: pairwise and B-cubed precision, recall, F1.')
    .argument('<clusters>', 'CSV file of the clusters found')
    .argument('<truth>', 'CSV file of the true clusters')
    .option('--json', 'print one JSON document')
    .option('--missing-as-singletons', 'a record missing in one file is a cluster of its own there')
    .option('--cluster-column <name>', 'cluster column of the clusters file')
    .option('--truth-column <name>', 'cluster column of the truth file')
    .option('--record-columns <names>', 'columns that name a record in both files, by comma')
    .addHelpText('after', HELP)
    .action(async (clusters: string, truth: string, options: EvaluateOptions) => {
      await evaluate(context, clusters, truth, options);
    });
}

async function evaluate(
  context: CliContext,
  clustersPath: string,
  truthPath: string,
  options: EvaluateOptions,
): Promise<void> {
  const recordColumns = options.recordColumns?.split(',').map((name) => name.trim()) ?? null;
  if (recordColumns?.includes('')) throw usageError('--record-columns holds an empty name');
  const found = await readClusterFile(clustersPath, {
    recordColumns,
    clusterColumns: columnsOr(options.clusterColumn, ['customer_id', 'entity_id', 'cluster_id']),
  });
  const truth = await readClusterFile(truthPath, {
    recordColumns,
    clusterColumns: columnsOr(options.truthColumn, ['entity_id', 'cluster_id', 'customer_id']),
  });
  const aligned = alignRecords(found, truth, options.missingAsSingletons === true);
  if (aligned.found.length === 0) {
    throw usageError(
      'the two files have no record in common: nothing to compare. ' +
        'Compare their record columns, or name them with --record-columns',
    );
  }
  const comparison = compareClusterings(aligned);
  if (options.json === true) writeJson(context.stdout, asJson(comparison, aligned, options));
  else writeLines(context.stdout, asText(comparison, aligned, options));
}

function columnsOr(named: string | undefined, detected: readonly string[]): readonly string[] {
  return named === undefined ? detected : [named];
}

function asJson(
  comparison: ClusteringComparison,
  aligned: AlignedRecords,
  options: EvaluateOptions,
): unknown {
  const { identicalClusters: identical, foundClusters, truthClusters } = comparison;
  return {
    records: {
      compared: comparison.records,
      only_in_clusters: aligned.onlyFound,
      only_in_truth: aligned.onlyTruth,
      missing_as_singletons: options.missingAsSingletons === true,
    },
    clusters: { found: foundClusters, truth: truthClusters },
    exactly_right_clusters: {
      count: identical,
      share_of_found: identical / foundClusters,
      share_of_truth: identical / truthClusters,
    },
    pairs: {
      found: comparison.foundPairs,
      truth: comparison.truthPairs,
      common: comparison.commonPairs,
    },
    pairwise: comparison.pairwise,
    b_cubed: comparison.bCubed,
  };
}

function asText(
  comparison: ClusteringComparison,
  aligned: AlignedRecords,
  options: EvaluateOptions,
): string[] {
  const { identicalClusters: identical, foundClusters, truthClusters } = comparison;
  const row = (name: string, { precision, recall, f1 }: Quality): string =>
    `${name.padEnd(10)} ${precision.toFixed(5)}    ${recall.toFixed(5)}  ${f1.toFixed(5)}`;
  const lines = [
    '           precision  recall   F1',
    row('pairwise', comparison.pairwise),
    row('B-cubed', comparison.bCubed),
    '',
    `records    ${count(comparison.records)} compared`,
    `clusters   ${count(foundClusters)} found, ${count(truthClusters)} true, ` +
      `${count(identical)} exactly right (${percent(identical, truthClusters)} of the true ones)`,
    `pairs      ${count(comparison.foundPairs)} found, ${count(comparison.truthPairs)} true, ` +
      `${count(comparison.commonPairs)} common`,
  ];
  if (aligned.onlyFound > 0 || aligned.onlyTruth > 0) {
    const fate = options.missingAsSingletons === true ? 'compared as singletons' : 'left out';
    lines.push(
      `missing    ${count(aligned.onlyFound)} only in the clusters, ` +
        `${count(aligned.onlyTruth)} only in the truth: ${fate}`,
    );
  }
  return lines;
}

function count(value: number): string {
  return value.toLocaleString('en');
}

function percent(part: number, whole: number): string {
  return `${((100 * part) / whole).toFixed(1)} %`;
}

/**
 * `selfsame status`: whether the cluster works, and how far it is.
 */
import { Command } from 'commander';
import type { ClusterStatus, PartitionStatus } from '../../../shared/protocol/cluster.ts';
import { type CliContext, writeJson, writeLines } from '../context.ts';
import { ExitCode } from '../exit-codes.ts';
import { type TargetOptions, withCluster, withTarget } from '../target.ts';
import { alignColumns, formatCount } from '../text-table.ts';

const HELP = `
Exit codes: 0 every partition runs, 1 some do not (recovering, stuck, stopped), 3 no cluster.

Examples:
  selfsame status
  selfsame status --partitions
  selfsame status --json --target gateway.internal:7400`;

interface StatusOptions extends TargetOptions {
  readonly json?: boolean;
  readonly partitions?: boolean;
}

export function statusCommand(context: CliContext): Command {
  const command = new Command('status')
    .summary('whether the cluster works, and how far it is')
    .description('Shows the state of the cluster and its partitions.')
    .option('--partitions', 'list every partition, not only those that do not run')
    .option('--json', 'print one JSON document')
    .addHelpText('after', HELP);
  return withTarget(command).action(async (options: StatusOptions) => {
    const status = await withCluster(context, options, (cluster, call) => cluster.status(call));
    const isHealthy = status.partitions.every(isRunning);
    if (!isHealthy) context.exitCode = ExitCode.negative;
    if (options.json === true) writeJson(context.stdout, jsonOf(status));
    else writeLines(context.stdout, describeStatus(status, options.partitions === true));
  });
}

function isRunning(partition: PartitionStatus): boolean {
  return partition.state === 'running';
}

function jsonOf(status: ClusterStatus): unknown {
  return {
    mode: status.mode,
    rules_version: status.rulesVersion,
    healthy: status.partitions.every(isRunning),
    settled_lag_ms: status.settledLagMs,
    counters: status.counters,
    partitions: status.partitions.map((partition) => ({
      partition: partition.partition,
      owner: partition.owner,
      standby: partition.standby,
      standby_lag: partition.standbyLag,
      epoch: partition.epoch,
      term: partition.term,
      applied_sequence: partition.appliedSequence,
      durable_sequence: partition.durableSequence,
      last_sequence: partition.lastSequence,
      outbox_messages: partition.outboxMessages,
      quarantined: partition.quarantined,
      state: partition.state,
    })),
  };
}

function describeStatus(status: ClusterStatus, listsAll: boolean): string[] {
  const { partitions } = status;
  const running = partitions.filter(isRunning).length;
  const sum = (count: (partition: PartitionStatus) => number): number =>
    partitions.reduce((total, partition) => total + count(partition), 0);
  const rows = [
    ['mode', status.mode],
    ['rules', status.rulesVersion],
    ['partitions', `${running} of ${partitions.length} running`],
    ['entries', formatCount(sum((partition) => partition.lastSequence))],
    ['not applied', formatCount(sum((one) => one.lastSequence - one.appliedSequence))],
    ['quarantined', formatCount(sum((partition) => partition.quarantined))],
    ['settled lag', `${formatCount(Math.round(status.settledLagMs))} ms`],
    ...Object.entries(status.counters).map(([name, value]) => [
      name.replaceAll('_', ' '),
      formatCount(value),
    ]),
  ];
  const listed = listsAll ? partitions : partitions.filter((partition) => !isRunning(partition));
  if (listed.length === 0) return alignColumns(rows, '');
  const table = listed.map((one) => [
    String(one.partition),
    one.state,
    one.owner ?? '-',
    one.standby === null ? '-' : `${one.standby} (${formatCount(one.standbyLag)} behind)`,
    `${one.epoch}/${one.term}`,
    formatCount(one.appliedSequence),
    formatCount(one.lastSequence),
    formatCount(one.outboxMessages),
    formatCount(one.quarantined),
  ]);
  const header = [
    'partition',
    'state',
    'owner',
    'standby',
    'epoch/term',
    'applied',
    'last',
    'outbox',
  ];
  return [...alignColumns(rows, ''), '', ...alignColumns([[...header, 'bad'], ...table])];
}

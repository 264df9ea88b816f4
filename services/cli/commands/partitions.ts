/**
 * `selfsame partitions`: shows which slots each partition holds, and changes their number or moves
 * slots while the cluster goes on working.
 */
import { Command, InvalidArgumentError } from 'commander';
import { SLOT_COUNT } from '../../../shared/domain/identifier.ts';
import type { CallOptions, Cluster, ClusterStatus } from '../../../shared/protocol/cluster.ts';
import { type Layout, type LayoutChange, slotRanges } from '../../../shared/protocol/layout.ts';
import type { VersionReport, VersionsView } from '../../../shared/protocol/versions.ts';
import {
  type JsonOptions,
  POLL_MS,
  printDocument,
  stepwise,
  STEP_MS,
  untilComplete,
} from '../candidate.ts';
import type { CliContext } from '../context.ts';
import { CliError, ExitCode } from '../exit-codes.ts';
import { pause } from '../pause.ts';
import { withCluster, withTarget } from '../target.ts';
import { alignColumns, formatCount } from '../text-table.ts';

const HELP = `
The other partitions are built beside the live ones from everything the cluster holds, while the live
ones go on; both are compared, and when every customer is the same the new ones go live. Ids of
customers stay. It may be interrupted at any time and typed again: it goes on where it was.

Exit codes: 0 done, 1 built, but not alike (nothing went live), 2 refused, 3 no cluster,
130 interrupted (the cluster goes on building).

Examples:
  selfsame partitions                          slots, owner, standby and lag of each partition
  selfsame partitions set 16
  selfsame partitions split 3                  half of the slots of a hot partition to a new one
  selfsame partitions move-slot 1234 --to 5    a single slot
  selfsame partitions move-slot 0-63 --to new
  selfsame partitions drop                     give up what is being built`;

interface ChangeOptions extends JsonOptions {
  readonly compare: boolean;
  readonly activate: boolean;
  readonly wait: boolean;
}

/** Comparisons with input under way: what is not settled differs for a moment. */
const COMPARISONS_MAX = 20;
const COMPARISON_GAP_MS = 1000;

export function partitionsCommand(context: CliContext): Command {
  const command = new Command('partitions')
    .summary('show the partitions, change their number, move slots')
    .description('Changes the partitions of a running cluster; without a verb, shows them.')
    .addHelpText('after', HELP);
  const add = (sub: Command, isDefault = false): Command => {
    const made = withTarget(sub.option('--json', 'print one JSON document'));
    command.addCommand(made, { isDefault });
    return made;
  };
  add(new Command('show').description('Shows the slots of each partition.'), true).action(
    (options: JsonOptions) => showPartitions(context, options),
  );
  const addChange = (sub: Command): Command =>
    add(sub)
      .option('--no-compare', 'go live without comparing every customer first')
      .option('--no-activate', 'build and compare only')
      .option('--no-wait', 'do not wait until the former partitions are removed');
  addChange(
    new Command('set')
      .description('Another number of partitions, of even ranges of slots.')
      .argument('<count>', `1 to ${SLOT_COUNT}`, wholeNumber),
  ).action((partitions: number, options: ChangeOptions) =>
    changePartitions(context, options, { kind: 'count', partitions }),
  );
  addChange(
    new Command('split')
      .description('Gives the upper half of a partition’s slots to a new partition.')
      .argument('<partition>', 'its number', wholeNumber),
  ).action((partition: number, options: ChangeOptions) =>
    changePartitions(context, options, { kind: 'split', partition }),
  );
  addChange(
    new Command('move-slot')
      .description('Gives one slot, or a range of them, to another partition.')
      .argument('<slots>', `a slot, 0 to ${SLOT_COUNT - 1}, or two with a dash between`, slotRange)
      .requiredOption('--to <partition>', 'its number, or `new`'),
  ).action((slots: readonly [number, number], options: ChangeOptions & { readonly to: string }) =>
    moveSlots(context, options, slots, options.to),
  );
  add(new Command('drop').description('Gives up the partitions that are being built.')).action(
    (options: JsonOptions) => dropCandidate(context, options),
  );
  return command;
}

async function showPartitions(context: CliContext, options: JsonOptions): Promise<void> {
  await withCluster(context, options, async (cluster, call) => {
    const [view, status] = await Promise.all([cluster.versions.list(call), cluster.status(call)]);
    const document = { ...view.live.layout, ranges: slotRanges(view.live.layout) };
    printDocument(context, options, document, () => describePartitions(view, status));
  });
}

function describePartitions({ live, shadow }: VersionsView, status: ClusterStatus): string[] {
  const { layout } = live;
  const known = new Map(status.partitions.map((one) => [one.partition, one]));
  const rows = slotRanges(layout).map((ranges, partition) => {
    const one = known.get(partition);
    const slots = ranges.reduce((sum, [first, last]) => sum + last - first + 1, 0);
    return [
      String(partition),
      one?.owner ?? '-',
      one?.standby == null ? '-' : `${one.standby} (${formatCount(one.standbyLag)} behind)`,
      formatCount(slots),
      ranges.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`)).join(' '),
    ];
  });
  const lines = alignColumns([['partition', 'owner', 'standby', 'slots', 'ranges'], ...rows]);
  if (shadow !== null && !isSame(shadow.layout, layout)) {
    const state = shadow.isComplete ? 'complete' : `${Math.floor(shadow.fraction * 100)} % built`;
    lines.push('', `being built: ${formatCount(shadow.layout.partitions)} partitions, ${state}`);
  }
  return lines;
}

async function moveSlots(
  context: CliContext,
  options: ChangeOptions,
  [first, last]: readonly [number, number],
  to: string,
): Promise<void> {
  await withCluster(context, options, async (cluster, call) => {
    const { live } = await cluster.versions.list(call);
    const partition = to === 'new' ? live.layout.partitions : wholeNumber(to);
    await runChange(context, options, cluster, call, { kind: 'move', first, last, partition });
  });
}

async function changePartitions(
  context: CliContext,
  options: ChangeOptions,
  change: LayoutChange,
): Promise<void> {
  await withCluster(context, options, (cluster, call) =>
    runChange(context, options, cluster, call, change),
  );
}

async function runChange(
  context: CliContext,
  options: ChangeOptions,
  cluster: Cluster,
  call: CallOptions,
  change: LayoutChange,
): Promise<void> {
  const tell = (line: string): void => {
    context.stderr.write(`${line}\n`);
  };
  const candidate = { rules: null, isFitted: false, layout: change };
  const { versions } = await stepwise(call, (step) => cluster.versions.propose(candidate, step));
  const { live, shadow } = versions;
  if (shadow === null) throw new CliError(ExitCode.negative, 'the candidate was dropped');
  tell(`building ${formatCount(shadow.layout.partitions)} partitions beside the live ones`);
  await untilComplete(context, cluster, call);
  if (options.compare) {
    const report = await compared(context, cluster, call);
    tell(
      `compared: ${formatCount(report.interactions)} interactions, ` +
        `${formatCount(report.live.profiles)} profiles, ` +
        `${formatCount(report.live.customers)} customers, all alike`,
    );
  }
  if (options.activate) {
    await stepwise(call, (step) => cluster.versions.activate(live.version, step));
    tell(`live: generation ${shadow.generation}`);
    if (options.wait) await untilRemoved(context, cluster, call);
  }
  const view = await cluster.versions.list({ deadlineMs: Date.now() + STEP_MS });
  printDocument(context, options, view, () => describeLayout(view));
}

/** Compares until nothing differs: input that is under way is not settled on both sides at once. */
async function compared(
  context: CliContext,
  cluster: Cluster,
  call: CallOptions,
): Promise<VersionReport> {
  let report: VersionReport | null = null;
  for (let attempt = 0; attempt < COMPARISONS_MAX; attempt++) {
    if (attempt > 0) await pause(COMPARISON_GAP_MS, call.signal ?? context.signal);
    report = await stepwise(call, (step) => cluster.versions.report(step));
    if (isAlike(report)) return report;
  }
  const moved = formatCount(report?.interactionsMoved ?? 0);
  const changed = formatCount(report?.profilesChanged ?? 0);
  throw new CliError(
    ExitCode.negative,
    `not alike after ${COMPARISONS_MAX} comparisons: ${moved} interactions and ${changed} profiles ` +
      'have another customer. Nothing went live. `selfsame rules report` shows them; try again ' +
      'with less input, or `selfsame partitions drop`',
  );
}

function isAlike(report: VersionReport): boolean {
  const { partiesMoved, profilesChanged, profilesAdded, profilesGone } = report;
  return partiesMoved + profilesChanged + profilesAdded + profilesGone === 0;
}

async function untilRemoved(
  context: CliContext,
  cluster: Cluster,
  { signal }: CallOptions,
): Promise<void> {
  for (;;) {
    const { leaving } = await cluster.versions.list({ deadlineMs: Date.now() + STEP_MS });
    if (leaving.length === 0) return;
    await pause(POLL_MS, signal ?? context.signal);
    if (context.signal.aborted) {
      throw new CliError(ExitCode.interrupted, 'stopped waiting; the former ones go by themselves');
    }
  }
}

async function dropCandidate(context: CliContext, options: JsonOptions): Promise<void> {
  await withCluster(context, options, async (cluster, call) => {
    const { live, shadow } = await cluster.versions.list(call);
    if (shadow === null || isSame(shadow.layout, live.layout)) {
      throw new CliError(ExitCode.negative, 'no partitions are being built');
    }
    const view = await stepwise(call, (step) => cluster.versions.drop(shadow.version, step));
    printDocument(context, options, view, () => describeLayout(view));
  });
}

function describeLayout({ live }: VersionsView): string[] {
  const { partitions, desks } = live.layout;
  return [
    `${formatCount(partitions)} partitions and ${formatCount(desks)} of the merge desk, ` +
      `generation ${live.generation}`,
  ];
}

function isSame(left: Layout, right: Layout): boolean {
  return JSON.stringify(slotRanges(left)) === JSON.stringify(slotRanges(right));
}

function wholeNumber(text: string): number {
  if (/^\d{1,4}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('not a whole number.');
}

function slotRange(text: string): readonly [number, number] {
  const match = /^(\d{1,4})(?:-(\d{1,4}))?$/.exec(text);
  if (match === null) throw new InvalidArgumentError('not a slot, nor two with a dash between.');
  const first = Number(match[1]);
  return [first, match[2] === undefined ? first : Number(match[2])];
}

/**
 * `selfsame customer`: everything known of one customer.
 */
import { Command } from 'commander';
import { isReference } from '../../../shared/cluster/references.ts';
import type { CustomerView } from '../../../shared/protocol/cluster.ts';
import { type CliContext, writeJson, writeLines } from '../context.ts';
import { ExitCode, usageError } from '../exit-codes.ts';
import { toSnakeCase } from '../snake-case.ts';
import { probability, type TargetOptions, withCluster, withTarget } from '../target.ts';
import {
  alignColumns,
  formatCertainty,
  formatCount,
  formatDay,
  formatTime,
} from '../text-table.ts';

const HELP = `
Every id ever issued keeps answering: one that was merged into another customer says so.
The output holds personal data.

Exit codes: 0 found, 1 no such customer, 2 wrong usage or not an id at all, 3 no cluster.

Examples:
  selfsame customer cabcdefghijklmnopqrstuvwxyz
  selfsame customer cabcdefghijklmnopqrstuvwxyz --timeline 50
  selfsame customer cabcdefghijklmnopqrstuvwxyz --min-certainty 0.99 --json`;

/** Interactions shown to a person unless told otherwise: a screenful. */
const TIMELINE_DEFAULT = 20;

interface CustomerOptions extends TargetOptions {
  readonly json?: boolean;
  readonly minCertainty?: number;
  readonly timeline: number;
}

export function customerCommand(context: CliContext): Command {
  const command = new Command('customer')
    .summary('everything known of one customer')
    .description('Shows a customer: profiles, identifiers, timeline, relationships.')
    .argument('<id>', 'customer id (c...) or profile reference (p...)')
    .option('--min-certainty <p>', 'view to ask, 0..1', probability('--min-certainty'))
    .option('--timeline <count>', 'interactions to show', parseCount, TIMELINE_DEFAULT)
    .option('--json', 'print one JSON document, with all that was answered')
    .addHelpText('after', HELP);
  return withTarget(command).action(async (id: string, options: CustomerOptions) => {
    if (!isReference(id))
      throw usageError('<id> is no id: they are c or p and 26 letters and digits');
    const { minCertainty } = options;
    const view = await withCluster(context, options, (cluster, call) =>
      cluster.getCustomer(id, {
        ...call,
        ...(minCertainty === undefined ? {} : { minCertainty }),
      }),
    );
    if (view === null) {
      context.exitCode = ExitCode.negative;
      if (options.json === true) writeJson(context.stdout, null);
      context.stderr.write('no such customer: this id was never issued here\n');
    } else if (options.json === true) writeJson(context.stdout, toSnakeCase(view));
    else writeLines(context.stdout, describeCustomer(view, options.timeline));
  });
}

function parseCount(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw usageError('--timeline must be a whole number, at least 0');
  return Number(text);
}

/** The view as lines of text; `timelineMax` bounds the interactions listed. */
export function describeCustomer(view: CustomerView, timelineMax: number): string[] {
  const redirected = view.redirectedFrom === null ? '' : `  (asked for ${view.redirectedFrom})`;
  const lines = [
    `customer ${view.customerId}${redirected}`,
    `  at certainty >= ${formatCertainty(view.minCertainty)}`,
  ];
  if (view.oversized) lines.push('  oversized: further joins are held as possible matches');
  const section = (title: string, rows: readonly (readonly string[])[]): void => {
    if (rows.length > 0) lines.push('', title, ...alignColumns(rows));
  };
  section(
    `profiles (${formatCount(view.profiles.length)})`,
    view.profiles.map((profile) => [
      profile.profileRef,
      profile.kind,
      `${profile.anchor.namespace} ${profile.anchor.value}`,
      formatCertainty(profile.certainty),
      seenOn(profile.days),
    ]),
  );
  section(
    'identifiers',
    view.identifiers.map((identifier) => [
      identifier.namespace,
      identifier.value,
      seenOn(identifier.days),
      `last ${formatTime(identifier.lastSeenAt)}`,
    ]),
  );
  section(
    'attributes',
    view.attributes.map((attribute) => [attribute.name, attribute.value, seenOn(attribute.days)]),
  );
  section('timeline, latest first', timelineRows(view, timelineMax));
  const hidden = view.timeline.length - timelineMax;
  if (hidden > 0) lines.push(`  ... ${formatCount(hidden)} more: --timeline COUNT, or --json`);
  section(
    'relationships',
    view.relationships.map((relationship) => [
      `${relationship.role} with ${relationship.otherRole}`,
      relationship.customerId,
      `${formatCount(relationship.interactions)} interactions`,
    ]),
  );
  if (view.ambiguous) lines.push('  ambiguous: its best evidence fits another customer as well');
  section(
    'possible matches',
    view.possibleMatches.map((match) => [
      match.customerId,
      formatCertainty(match.certainty),
      match.band,
      match.reason,
      match.possibleSince === null ? '' : `since ${formatDay(match.possibleSince)}`,
    ]),
  );
  return lines;
}

function timelineRows(view: CustomerView, timelineMax: number): string[][] {
  return view.timeline
    .slice(0, timelineMax)
    .map((entry) => [
      formatTime(entry.occurredAt),
      entry.channel,
      entry.type,
      entry.role,
      entry.certainty.toFixed(4),
      `${entry.source} ${entry.interactionId}`,
    ]);
}

function seenOn(days: number): string {
  return `seen on ${formatCount(days)} ${days === 1 ? 'day' : 'days'}`;
}

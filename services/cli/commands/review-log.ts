/** `selfsame review decisions` and `conflicts`: what was decided, and what contradicts what. */
import { Command } from 'commander';
import type { ConflictView, DecisionView } from '../../../shared/protocol/stewardship.ts';
import { type CliContext, writeJson, writeLines } from '../context.ts';
import { toSnakeCase } from '../snake-case.ts';
import { type TargetOptions, withCluster, withTarget } from '../target.ts';
import { formatTime } from '../text-table.ts';

interface PageCommandOptions extends TargetOptions {
  readonly json?: boolean;
  readonly page?: string;
}

function withPage(command: Command): Command {
  return withTarget(command)
    .option('--page <token>', 'go on where the list before ended')
    .option('--json', 'print one JSON document');
}

export function decisionsCommand(context: CliContext): Command {
  const command = new Command('decisions').description(
    'Lists decisions, the latest first: who, when, why, and whether they count.',
  );
  return withPage(command).action(async (options: PageCommandOptions) => {
    const page = await withCluster(context, options, (cluster, call) =>
      cluster.stewardship.listDecisions({ ...call, pageToken: options.page ?? null }),
    );
    if (options.json === true) writeJson(context.stdout, toSnakeCase(page));
    else {
      const lines = page.decisions.flatMap(describeDecision);
      tell(context, lines, page.nextPageToken, 'nothing was decided');
    }
  });
}

export function conflictsCommand(context: CliContext): Command {
  const command = new Command('conflicts').description(
    'Lists must-links that contradict other decisions or the limits.',
  );
  return withPage(command).action(async (options: PageCommandOptions) => {
    const page = await withCluster(context, options, (cluster, call) =>
      cluster.stewardship.listConflicts({ ...call, pageToken: options.page ?? null }),
    );
    if (options.json === true) writeJson(context.stdout, toSnakeCase(page));
    else {
      const lines = page.conflicts.flatMap(describeConflict);
      tell(context, lines, page.nextPageToken, 'no decision contradicts another');
    }
  });
}

function tell(
  context: CliContext,
  lines: readonly string[],
  nextPageToken: string | null,
  nothing: string,
): void {
  const more = nextPageToken === null ? [] : [`more: --page ${nextPageToken}`];
  writeLines(context.stdout, lines.length === 0 ? [nothing] : [...lines, ...more]);
}

function describeDecision(decision: DecisionView): string[] {
  const { decisionId, verdict, standing, decidedAt, decidedBy, reason, groups } = decision;
  const { supersededBy, retractedBy, unobserved } = decision;
  const lines = [
    `${decisionId}  ${verdict}  ${standing}${supersededBy === null ? '' : ` by ${supersededBy}`}`,
    `  ${formatTime(decidedAt)}  ${decidedBy}  ${reason}`,
    `  ${groups.map((group) => group.join(' ')).join('  |  ')}`,
  ];
  if (retractedBy !== null) {
    const { at, by, reason: why } = retractedBy;
    lines.push(`  taken back ${formatTime(at)}  ${by}  ${why}`);
  }
  if (unobserved > 0) lines.push(`  nothing is observed of ${unobserved} of its profiles`);
  return lines.map((line) => line.trimEnd());
}

const CONFLICTS = {
  cannot_link: 'is defeated by a cannot-link between the two customers',
  split_decision: 'is defeated by the split',
  limit: 'joined customers above the limit of',
  exclusive: 'joined customers with different values of',
} as const satisfies Readonly<Record<ConflictView['kind'], string>>;

function describeConflict(conflict: ConflictView): string[] {
  const { leftRef, rightRef, kind, detail, decisionId, decision, defeatedBy } = conflict;
  const what = `must-link ${decisionId ?? '(taken back meanwhile)'} ${CONFLICTS[kind]} ${detail}`;
  const lines = [`${leftRef}  ${rightRef}  ${what}`];
  if (decision !== null) lines.push(`  must-link ${saidBy(decision)}`);
  for (const other of defeatedBy) {
    const word = other.verdict === 'split' ? 'split' : 'cannot-link';
    const groups = other.groups.map((group) => group.join(' ')).join('  |  ');
    lines.push(`  ${word} ${other.decisionId} ${saidBy(other)}`, `    ${groups}`);
  }
  return lines.map((line) => line.trimEnd());
}

function saidBy({ decidedAt, decidedBy, reason }: DecisionView): string {
  return `by ${decidedBy} at ${formatTime(decidedAt)}  ${reason}`;
}

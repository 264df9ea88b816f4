/**
 * `selfsame review`: pairs that are open to a decision, deciding them, and what was decided.
 */
import { Command } from 'commander';
import type { CallOptions, Cluster } from '../../../shared/protocol/cluster.ts';
import { type CliContext, writeJson, writeLines } from '../context.ts';
import { ExitCode } from '../exit-codes.ts';
import { tellRefusal } from '../refusal.ts';
import { toSnakeCase } from '../snake-case.ts';
import { type TargetOptions, withCluster, withTarget } from '../target.ts';
import { eachCommand } from './review-each.ts';
import {
  describeReview,
  type FilterOptions,
  filterOf,
  pageLength,
  withFilter,
  withRecord,
} from './review-terms.ts';
import { decideCommand } from './review-decide.ts';
import { splitCommand } from './review-split.ts';
import { conflictsCommand, decisionsCommand } from './review-log.ts';

const HELP = `
A pair is open when its evidence is too weak to join, or when a rule refused the join. The value of a
decision is the certainty times the profiles of the smaller customer: how many are expected to be with
the wrong customer while nobody decides. A decided pair leaves the list; to take a decision back:
selfsame review retract DECISION.

Exit codes: 0 done, 1 refused by the cluster, 2 usage, 3 no cluster.

Examples:
  selfsame review list
  selfsame review each
  selfsame review decide same crm_id:1001 loyalty:77-12 --reason "same passport"
  selfsame review split crm_id:1001 / crm_id:1002 --reason "mother and daughter"
  selfsame review decide different --kind limit --dry-run
  selfsame review decisions
  selfsame review conflicts`;

interface ListOptions extends FilterOptions {
  readonly limit: number;
  readonly page?: string;
}

interface RetractOptions extends TargetOptions {
  readonly by: string;
  readonly reason: string;
}

export function reviewCommand(context: CliContext): Command {
  const command = new Command('review')
    .summary('pairs open to a decision: list, each, decide, split, retract, decisions, conflicts')
    .description('Lists pairs that are open to a decision, the most valuable first; decides them.')
    .addHelpText('after', HELP);
  command.addCommand(listCommand(context));
  command.addCommand(decideCommand(context));
  command.addCommand(eachCommand(context));
  command.addCommand(splitCommand(context));
  command.addCommand(retractCommand(context));
  command.addCommand(decisionsCommand(context));
  command.addCommand(conflictsCommand(context));
  return command;
}

function listCommand(context: CliContext): Command {
  const command = new Command('list')
    .description('Lists open pairs, the most valuable first.')
    .option('--limit <n>', 'most pairs to list', pageLength('--limit'), 20)
    .option('--page <token>', 'go on where the list before ended');
  return withFilter(command).action(async (options: ListOptions) => {
    const page = await withCluster(context, options, (cluster, call) =>
      cluster.stewardship.listReviews(filterOf(options), {
        ...call,
        pageSize: options.limit,
        pageToken: options.page ?? null,
      }),
    );
    if (options.json === true) writeJson(context.stdout, toSnakeCase(page));
    else if (page.reviews.length === 0 && page.nextPageToken === null) {
      writeLines(context.stdout, ['nothing is open']);
    } else {
      const more = page.nextPageToken === null ? [] : [`more: --page ${page.nextPageToken}`];
      writeLines(context.stdout, [...page.reviews.flatMap(describeReview), ...more]);
    }
  });
}

function retractCommand(context: CliContext): Command {
  const command = new Command('retract')
    .description('Takes a decision back; its pair is open again when evidence proposes it.')
    .argument('<decision>', 'its id, as printed when it was decided');
  return withRecord(withTarget(command)).action(
    async (decisionId: string, options: RetractOptions) => {
      const { by: decidedBy, reason } = options;
      const [result, isKnown] = await withCluster(context, options, async (cluster, call) => {
        const known = await isKnownDecision(cluster, call, decisionId);
        const acknowledged = await cluster.command(
          {
            kind: 'retract_decision',
            decisionId,
            decidedAt: Date.now(),
            withdrawn: false,
            decidedBy,
            reason,
          },
          { ...call, ack: 'durable' },
        );
        return [acknowledged, known] as const;
      });
      if (result.kind === 'rejected') return tellRefusal(context, result.violations);
      if (isKnown) return writeLines(context.stdout, ['taken back']);
      context.exitCode = ExitCode.negative;
      context.stderr.write(
        `no decision ${decisionId} is known here (selfsame review decisions lists them); ` +
          'should it come later, it counts for nothing\n',
      );
    },
  );
}

/** Looked for among all decisions, the latest first. */
async function isKnownDecision(
  cluster: Cluster,
  call: CallOptions,
  decisionId: string,
): Promise<boolean> {
  for (let pageToken: string | null = null; ; ) {
    const page = await cluster.stewardship.listDecisions({ ...call, pageToken });
    if (page.decisions.some((decision) => decision.decisionId === decisionId)) return true;
    pageToken = page.nextPageToken;
    if (pageToken === null) return false;
  }
}

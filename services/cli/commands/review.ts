/**
 * `selfsame review`: pairs that are open to a decision, deciding them, and what was decided.
 */
import { randomUUID } from 'node:crypto';
import { Command } from 'commander';
import {
  type BulkDecision,
  type BulkOutcome,
  type DecidedPair,
  type ReviewFilter,
  STEWARD_PAGE_MAX,
} from '../../../shared/protocol/stewardship.ts';
import type { CallOptions, Cluster } from '../../../shared/protocol/cluster.ts';
import { type CliContext, writeJson, writeLines } from '../context.ts';
import { ExitCode, usageError } from '../exit-codes.ts';
import { tellRefusal } from '../refusal.ts';
import { parseSelector } from '../selector.ts';
import { toSnakeCase } from '../snake-case.ts';
import { type TargetOptions, withCluster, withTarget } from '../target.ts';
import { formatCount } from '../text-table.ts';
import { eachCommand } from './review-each.ts';
import {
  describeReview,
  type FilterOptions,
  filterOf,
  withFilter,
  withRecord,
} from './review-terms.ts';
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

interface DecideOptions extends FilterOptions {
  readonly by: string;
  readonly reason: string;
  readonly max: number;
  readonly dryRun?: boolean;
  readonly requestId?: string;
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

/** Option parser for a number of rows. */
function pageLength(option: string): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (Number.isInteger(value) && value >= 1 && value <= STEWARD_PAGE_MAX) return value;
    throw usageError(`${option} must be a number from 1 to ${STEWARD_PAGE_MAX}`);
  };
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

function decideCommand(context: CliContext): Command {
  const command = new Command('decide')
    .description('Decides one pair, or all open pairs that the options name.')
    .argument('<verdict>', 'same: one customer; different: never one customer')
    .argument('[profiles...]', 'two anchors or references; without them the options choose')
    .option(
      '--max <n>',
      'with options: decide nothing when there are more',
      pageLength('--max'),
      100,
    )
    .option('--dry-run', 'only say what would be decided')
    .option('--request-id <id>', 'names the decisions: a repeat with the same id counts once');
  return withRecord(withFilter(command)).action(
    async (verdict: string, profiles: string[], options: DecideOptions) => {
      if (verdict !== 'same' && verdict !== 'different') {
        throw usageError('the verdict is "same" or "different"');
      }
      const pairs = pairsOf(profiles, options);
      const record = {
        requestId: options.requestId ?? randomUUID(),
        decidedAt: Date.now(),
        decidedBy: options.by,
        reason: options.reason,
      };
      const isDryRun = options.dryRun === true;
      const outcome = await withCluster(context, options, (cluster, call) =>
        isNamed(pairs)
          ? decideNamed(cluster, call, verdict, pairs, record, isDryRun)
          : cluster.stewardship.decideReviews(
              { verdict, pairs, maxDecisions: options.max, isDryRun, ...record },
              { ...call, ack: 'durable' },
            ),
      );
      tellOutcome(context, outcome, options);
    },
  );
}

/** Two profiles as they were typed, at least one of them by an anchor. */
type NamedPair = readonly [left: string, right: string];

function isNamed(pairs: ReturnType<typeof pairsOf>): pairs is NamedPair {
  return Array.isArray(pairs) && typeof pairs[0] === 'string';
}

/** A decision names profiles by anchors just as by references; only open pairs come in bulk. */
async function decideNamed(
  cluster: Cluster,
  call: CallOptions,
  verdict: 'same' | 'different',
  [leftRef, rightRef]: NamedPair,
  {
    requestId: decisionId,
    ...record
  }: Pick<BulkDecision, 'requestId' | 'decidedAt' | 'decidedBy' | 'reason'>,
  isDryRun: boolean,
): Promise<BulkOutcome> {
  const decisions = [{ leftRef, rightRef, decisionId }];
  if (isDryRun) return { kind: 'decided', decisions };
  const result = await cluster.command(
    {
      kind: verdict === 'same' ? 'must_link' : 'cannot_link',
      decisionId,
      left: parseSelector(leftRef),
      right: parseSelector(rightRef),
      ...record,
    },
    { ...call, ack: 'durable' },
  );
  return result.kind === 'rejected' ? result : { kind: 'decided', decisions };
}

function pairsOf(
  profiles: readonly string[],
  options: DecideOptions,
): readonly DecidedPair[] | NamedPair | ReviewFilter {
  const filter = filterOf(options);
  const [leftRef, rightRef] = profiles;
  if (leftRef === undefined) {
    if (Object.keys(filter).length > 0) return filter;
    throw usageError('name two profiles, or choose open pairs by an option (see --help)');
  }
  if (rightRef === undefined || profiles.length > 2 || Object.keys(filter).length > 0) {
    throw usageError('name exactly two profiles, without options that choose pairs');
  }
  const kinds = [leftRef, rightRef].map((text) => parseSelector(text).kind);
  return kinds.includes('identifier') ? [leftRef, rightRef] : [{ leftRef, rightRef }];
}

function tellOutcome(context: CliContext, outcome: BulkOutcome, options: DecideOptions): void {
  if (outcome.kind === 'rejected') return tellRefusal(context, outcome.violations);
  const { decisions } = outcome;
  if (options.json === true) {
    writeJson(context.stdout, toSnakeCase({ dryRun: options.dryRun === true, decisions }));
    return;
  }
  const word = options.dryRun === true ? 'would decide' : 'decided';
  writeLines(context.stdout, [
    ...decisions.map(({ leftRef, rightRef, decisionId }) => {
      return `${decisionId}  ${leftRef}  ${rightRef}`;
    }),
    `${word} ${formatCount(decisions.length)} ${decisions.length === 1 ? 'pair' : 'pairs'}`,
  ]);
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

/** `selfsame review decide`: decides one pair, or the open pairs that options choose. */
import { randomUUID } from 'node:crypto';
import { Command } from 'commander';
import type { CallOptions, Cluster } from '../../../shared/protocol/cluster.ts';
import type {
  BulkDecision,
  BulkOutcome,
  DecidedPair,
  ReviewFilter,
} from '../../../shared/protocol/stewardship.ts';
import { type CliContext, writeJson, writeLines } from '../context.ts';
import { replaced, unobserved } from '../doubts.ts';
import { usageError } from '../exit-codes.ts';
import { tellRefusal } from '../refusal.ts';
import { parseSelector } from '../selector.ts';
import { toSnakeCase } from '../snake-case.ts';
import { withCluster } from '../target.ts';
import { formatCount } from '../text-table.ts';
import {
  type FilterOptions,
  filterOf,
  pageLength,
  withFilter,
  withRecord,
} from './review-terms.ts';

interface DecideOptions extends FilterOptions {
  readonly by: string;
  readonly reason: string;
  readonly max: number;
  readonly dryRun?: boolean;
  readonly requestId?: string;
}

export function decideCommand(context: CliContext): Command {
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
      const [outcome, doubts] = await withCluster(context, options, async (cluster, call) => {
        const missing = isNamed(pairs)
          ? await unobserved(
              cluster,
              call,
              pairs.map((text) => [text, parseSelector(text)] as const),
            )
          : [];
        const told = isNamed(pairs)
          ? await decideNamed(cluster, call, verdict, pairs, record, isDryRun)
          : await cluster.stewardship.decideReviews(
              { verdict, pairs, maxDecisions: options.max, isDryRun, ...record },
              { ...call, ack: 'durable' },
            );
        const isOne = told.kind === 'decided' && told.decisions.length === 1 && !isDryRun;
        const decisionId = isOne ? told.decisions[0]?.decisionId : undefined;
        const before = decisionId === undefined ? [] : await replaced(cluster, call, decisionId);
        return [told, [...missing, ...before]] as const;
      });
      tellOutcome(context, outcome, options);
      writeLines(context.stderr, doubts);
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

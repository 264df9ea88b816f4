/**
 * `selfsame review each`: asks about one open pair after the other, the most valuable first.
 */
import { randomUUID } from 'node:crypto';
import { Command } from 'commander';
import type { CallOptions, Cluster } from '../../../shared/protocol/cluster.ts';
import { type ReviewView, STEWARD_PAGE_MAX } from '../../../shared/protocol/stewardship.ts';
import { type CliContext, writeLines } from '../context.ts';
import { CliError, ExitCode } from '../exit-codes.ts';
import { refusalText } from '../refusal.ts';
import { withCluster } from '../target.ts';
import { formatCount } from '../text-table.ts';
import {
  describeReview,
  type FilterOptions,
  filterOf,
  withFilter,
  withRecord,
} from './review-terms.ts';

const HELP = `
Answer each pair with one letter and Enter:
  s   same: one customer            d   different: never one customer
  k   skip it for this time         q   quit; so does the end of the input

Each answer is a decision of its own, in force at once; selfsame review retract takes it back.`;

interface EachOptions extends FilterOptions {
  readonly by: string;
  readonly reason: string;
}

const VERDICTS: Readonly<Record<string, 'same' | 'different'>> = { s: 'same', d: 'different' };

export function eachCommand(context: CliContext): Command {
  const command = new Command('each')
    .description('Asks about one open pair after the other.')
    .addHelpText('after', HELP);
  return withRecord(withFilter(command)).action(async (options: EachOptions) => {
    const skipped = new Set<string>();
    let decided = 0;
    const answers = context.answers()[Symbol.asyncIterator]();
    for (;;) {
      // A person takes longer than a deadline: each question is a call of its own.
      const review = await withCluster(context, options, (cluster, call) =>
        nextReview(cluster, call, options, skipped),
      );
      if (review === null) break;
      writeLines(context.stdout, describeReview(review));
      const verdict = await ask(context, answers);
      if (verdict === 'quit') break;
      if (verdict === 'skip') {
        skipped.add(nameOf(review));
        continue;
      }
      await withCluster(context, options, (cluster, call) =>
        decide(cluster, call, review, verdict, options),
      );
      decided++;
    }
    const words = `decided ${formatCount(decided)}, skipped ${formatCount(skipped.size)}`;
    writeLines(context.stdout, [words]);
  });
}

function nameOf({ left, right }: ReviewView): string {
  return `${left.profileRef} ${right.profileRef}`;
}

/** The most valuable open pair that was not skipped: asked anew, since each decision may move others. */
async function nextReview(
  cluster: Cluster,
  call: CallOptions,
  options: EachOptions,
  skipped: ReadonlySet<string>,
): Promise<ReviewView | null> {
  let pageToken: string | null = null;
  do {
    const pageSize = Math.min(STEWARD_PAGE_MAX, skipped.size + 1);
    const page = await cluster.stewardship.listReviews(filterOf(options), {
      ...call,
      pageSize,
      pageToken,
    });
    const found = page.reviews.find((review) => !skipped.has(nameOf(review)));
    if (found !== undefined) return found;
    pageToken = page.nextPageToken;
  } while (pageToken !== null);
  return null;
}

async function ask(
  context: CliContext,
  answers: AsyncIterator<string>,
): Promise<'same' | 'different' | 'skip' | 'quit'> {
  for (;;) {
    context.stderr.write('same, different, skip or quit (s/d/k/q)? ');
    const answer: IteratorResult<string, unknown> = await answers.next();
    if (answer.done === true) return 'quit';
    const letter = answer.value.trim().toLowerCase().slice(0, 1);
    if (letter === 'q') return 'quit';
    if (letter === 'k') return 'skip';
    const verdict = VERDICTS[letter];
    if (verdict !== undefined) return verdict;
  }
}

async function decide(
  cluster: Cluster,
  call: CallOptions,
  { left, right }: ReviewView,
  verdict: 'same' | 'different',
  options: EachOptions,
): Promise<void> {
  const outcome = await cluster.stewardship.decideReviews(
    {
      verdict,
      pairs: [{ leftRef: left.profileRef, rightRef: right.profileRef }],
      maxDecisions: 1,
      isDryRun: false,
      requestId: randomUUID(),
      decidedAt: Date.now(),
      decidedBy: options.by,
      reason: options.reason,
    },
    // The next question must not be about what this settles.
    { ...call, ack: 'settled' },
  );
  if (outcome.kind === 'decided') return;
  throw new CliError(ExitCode.negative, refusalText(outcome.violations));
}

/** What the commands of `selfsame review` have in common: which pairs, who decides, how one reads. */
import { type Command, Option } from 'commander';
import { OPEN_KINDS, type OpenKind } from '../../../shared/domain/open-reviews.ts';
import {
  type ReviewFilter,
  type ReviewView,
  STEWARD_PAGE_MAX,
} from '../../../shared/protocol/stewardship.ts';
import { usageError } from '../exit-codes.ts';
import { probability, type TargetOptions, withTarget } from '../target.ts';
import { formatCertainty, formatCount, formatDay } from '../text-table.ts';

export interface FilterOptions extends TargetOptions {
  readonly json?: boolean;
  readonly minCertainty?: number;
  readonly maxCertainty?: number;
  readonly kind?: OpenKind;
  readonly namespace?: string;
  readonly customer?: string;
}

export function withFilter(command: Command): Command {
  return withTarget(command)
    .option('--min-certainty <p>', 'only pairs at least so certain', probability('--min-certainty'))
    .option('--max-certainty <p>', 'only pairs at most so certain', probability('--max-certainty'))
    .addOption(new Option('--kind <kind>', 'only pairs of this kind').choices(OPEN_KINDS))
    .option('--namespace <name>', 'only pairs that evidence of this namespace proposes')
    .option('--customer <id>', 'only pairs of this customer')
    .option('--json', 'print one JSON document');
}

export function filterOf(options: FilterOptions): ReviewFilter {
  const { minCertainty, maxCertainty, kind, namespace, customer } = options;
  return {
    ...(minCertainty === undefined ? {} : { minCertainty }),
    ...(maxCertainty === undefined ? {} : { maxCertainty }),
    ...(kind === undefined ? {} : { kind }),
    ...(namespace === undefined ? {} : { namespace }),
    ...(customer === undefined ? {} : { customer }),
  };
}

export function describeReview(review: ReviewView): string[] {
  const { left, right, certainty, kind, detail, namespaces, value, possibleSince } = review;
  const why = detail === '' ? kind : `${kind} of ${detail}`;
  const since = possibleSince === null ? '' : `  since ${formatDay(possibleSince)}`;
  const grounds = namespaces.length === 0 ? '' : `; proposed by ${namespaces.join(', ')}`;
  const sides = [left, right].map(
    (side) =>
      `  ${side.profileRef}  ${side.anchor.namespace} ${side.anchor.value}` +
      `  (${formatCount(side.profiles)} profiles of ${side.customerId})`,
  );
  return [
    `worth ${value.toFixed(3)}  certainty ${formatCertainty(certainty)}  ${why}${grounds}${since}`,
    ...sides,
  ];
}

export function withRecord(command: Command): Command {
  return command
    .option('--by <who>', 'who decides', 'steward:cli')
    .option('--reason <text>', 'why; without personal data', '');
}

/** Option parser for a number of rows. */
export function pageLength(option: string): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (Number.isInteger(value) && value >= 1 && value <= STEWARD_PAGE_MAX) return value;
    throw usageError(`${option} must be a number from 1 to ${STEWARD_PAGE_MAX}`);
  };
}

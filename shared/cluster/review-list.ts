/**
 * The review queue (ARCHITECTURE S24): open pairs of all partitions by the value of a decision.
 *
 * Every open pair's standing answer is "two customers". It is wrong with the probability p that the
 * evidence gives the pair, and then the profiles of the smaller customer (its size n) are with the
 * wrong one. So a decision by one who knows is worth p * n profiles: the expected value of perfect
 * information under the loss "profiles with the wrong customer" (R. A. Howard, "Information Value
 * Theory", IEEE Transactions on Systems Science and Cybernetics 2 (1966)). Ties: the more certain
 * first, then by the pair's ids.
 *
 * The durable index is by certainty, since n changes with every join. A list reads *windows* of
 * 1,000 open pairs, the most certain first, and orders each window by value; so a call reads a
 * bounded number of rows, and the order by value is exact as long as no more pairs are open (or
 * pass the filter of certainty) than one window holds. Pairs within one customer, or of two that a
 * cannot-link or a split of other members keeps apart, are passed over: they are decided, too. Of
 * several between two customers a window shows the most certain.
 */
import { probabilityOf, quarterBitsOf } from '../domain/certainty.ts';
import { compareText, type ProfileId } from '../domain/identifier.ts';
import { OPEN_KINDS, OPEN_ROWS, type OpenRow, openRowKey } from '../domain/open-reviews.ts';
import { CERTAIN } from '../domain/rules.ts';
import { ClusterError } from '../protocol/cluster.ts';
import type { CustomerAnswer, StanceAnswer } from '../protocol/query.ts';
import type {
  PageOptions,
  ReviewFilter,
  ReviewPage,
  ReviewSide,
  ReviewView,
} from '../protocol/stewardship.ts';
import { customerRows } from './customer-reviews.ts';
import { pagePlace, pageSizeOf, pageToken } from './page-token.ts';
import type { AskOptions } from './partition-batch.ts';
import { readPossibleSince } from './possible-since-reader.ts';
import type { ReaderContext } from './reader.ts';
import { KeptApart } from './kept-apart.ts';
import { askCustomers, askEveryPartition, askPairs, askStances } from './steward-questions.ts';

/** Open pairs read of each partition at a time, and ranked together. */
const WINDOW_ROWS = 1_000;
/** Windows that one call reads at most: of a queue of passed-over pairs a page may come out empty. */
const WINDOWS_MAX = 8;
/** Probabilities from outside are rounded. */
const ROUNDING = 1e-9;

interface Ranked {
  readonly row: OpenRow;
  readonly view: Omit<ReviewView, 'possibleSince'>;
}

/** After which key a window begins, and the last review of it that was given. */
interface Place {
  readonly start: string;
  readonly given: readonly [value: number, key: string] | null;
}

export async function listReviews(
  context: ReaderContext,
  filter: ReviewFilter,
  options: PageOptions,
): Promise<ReviewPage> {
  const pageSize = pageSizeOf(options);
  checkNamespace(context, filter);
  let place: Place | null = placeOf(options) ?? { start: firstKey(filter), given: null };
  const reviews: Ranked[] = [];
  for (let windows = 0; place !== null && windows < WINDOWS_MAX; windows++) {
    const { start, given }: Place = place;
    const { rows, end } = await windowAfter(context, filter, start, options);
    const ranked = await rankRows(context, rows, filter, options);
    const rest = given === null ? ranked : ranked.filter((one) => isAfter(one, given));
    const taken = rest.slice(0, pageSize - reviews.length);
    reviews.push(...taken);
    const last = taken.at(-1);
    if (taken.length < rest.length && last !== undefined) {
      place = { start, given: [last.view.value, keyOf(last.row)] };
      break;
    }
    place = end === null ? null : { start: end, given: null };
    if (reviews.length === pageSize) break;
  }
  const nextPageToken =
    place === null ? null : pageToken([place.start, ...(place.given ?? [])] as const);
  return { reviews: await withSince(context, reviews, options), nextPageToken };
}

/** A list of nothing would read as if nothing were open. */
function checkNamespace({ rules }: ReaderContext, { namespace }: ReviewFilter): void {
  const known = rules.rules.namespaces.map(({ name }) => name);
  if (namespace === undefined || known.includes(namespace)) return;
  const description = `is not among the namespaces of the active rules: ${known.join(', ')}`;
  throw new ClusterError('invalid_argument', `namespace ${description}`, {
    violations: [{ field: 'filter.namespace', description }],
  });
}

/** Reviews as ranked; since when they have been possible is read for those that are shown only. */
async function withSince(
  context: ReaderContext,
  reviews: readonly Ranked[],
  options: AskOptions,
): Promise<ReviewView[]> {
  const pairs = reviews.map(({ row: [low, high] }) => [low, high] as const);
  const since = await readPossibleSince(context, pairs, options);
  return reviews.map(({ view }, index) => ({ ...view, possibleSince: since[index] ?? null }));
}

function placeOf({ pageToken: token }: PageOptions): Place | null {
  const found = pagePlace(token);
  if (found === null) return null;
  const [start, value, key] = found;
  return { start, given: value === undefined || key === undefined ? null : [value, key] };
}

/** Below the first row of the most certainty asked for. */
function firstKey({ maxCertainty }: ReviewFilter): string {
  if (maxCertainty === undefined) return '';
  const most = Math.min(CERTAIN, quarterBitsOf(maxCertainty) + 1);
  return `${OPEN_ROWS}${String(CERTAIN - most).padStart(3, '0')}`;
}

function keyOf([low, high, certainty]: OpenRow): string {
  return openRowKey(low, high, certainty);
}

function isWithin({ minCertainty = 0, maxCertainty = 1 }: ReviewFilter, row: OpenRow): boolean {
  const certainty = probabilityOf(row[2]);
  return certainty >= minCertainty - ROUNDING && certainty <= maxCertainty + ROUNDING;
}

/** The next rows in the order of their keys; `end` null: there are none after them. */
async function windowAfter(
  context: ReaderContext,
  filter: ReviewFilter,
  start: string,
  options: AskOptions,
): Promise<{ readonly rows: readonly OpenRow[]; readonly end: string | null }> {
  if (filter.customer !== undefined) {
    const rows = await customerRows(context, filter.customer, options);
    return { rows: rows.filter((row) => isWithin(filter, row)), end: null };
  }
  const question = ['open', OPEN_ROWS, start, WINDOW_ROWS] as const;
  const found = (await askEveryPartition(context, question, options))
    .flat()
    .sort(([left], [right]) => compareText(left, right));
  const isMore = found.length >= WINDOW_ROWS;
  const window = found.slice(0, WINDOW_ROWS);
  const last = window.at(-1);
  const least = probabilityOf(last?.[1][2] ?? CERTAIN);
  const isBelow = least < (filter.minCertainty ?? 0) - ROUNDING;
  const end = isMore && !isBelow && last !== undefined ? last[0] : null;
  return { rows: window.map(([, row]) => row).filter((row) => isWithin(filter, row)), end };
}

function isAfter({ row, view }: Ranked, [value, key]: readonly [number, string]): boolean {
  return view.value < value || (view.value === value && compareText(keyOf(row), key) > 0);
}

/** The pairs of a window that are to be decided, the most valuable first. */
async function rankRows(
  context: ReaderContext,
  rows: readonly OpenRow[],
  filter: ReviewFilter,
  options: AskOptions,
): Promise<Ranked[]> {
  const { kind, namespace } = filter;
  const kept = kind === undefined ? rows : rows.filter((row) => OPEN_KINDS[row[3]] === kind);
  if (kept.length === 0) return [];
  const [pairs, stances] = await Promise.all([
    askPairs(
      context,
      kept.map(([low, high]) => [low, high] as const),
      options,
    ),
    askStances(
      context,
      kept.flatMap(([low, high]) => [low, high]),
      options,
    ),
  ]);
  const customers = await askCustomers(context, stances.values(), options);
  const apart = await KeptApart.read(context, customers, options);
  const ranked: Ranked[] = [];
  const seen = new Set<string>();
  for (const [index, row] of kept.entries()) {
    const [low, high, certainty, code, detail] = row;
    const [pair, left, right] = [pairs[index], stances.get(low), stances.get(high)];
    if (pair === null || pair === undefined || !left || !right) continue;
    // Decided since the row was read, or, of a customer's, at a home elsewhere.
    if (code === 0 && pair[0] !== certainty) continue;
    if (left[1] === right[1] || apart.keeps(left[1], right[1])) continue;
    if (namespace !== undefined && !pair[2].includes(namespace)) continue;
    const both = [left[1], right[1]].sort(compareText).join(' ');
    if (seen.has(both)) continue;
    seen.add(both);
    const sides = [
      sideOf(context, low, left, customers),
      sideOf(context, high, right, customers),
    ] as const;
    ranked.push({
      row,
      view: {
        left: sides[0],
        right: sides[1],
        certainty: probabilityOf(certainty),
        kind: OPEN_KINDS[code] ?? 'uncertain',
        detail,
        namespaces: pair[2],
        value: probabilityOf(certainty) * Math.min(sides[0].profiles, sides[1].profiles),
      },
    });
  }
  return ranked.sort(
    (left, right) =>
      right.view.value - left.view.value || compareText(keyOf(left.row), keyOf(right.row)),
  );
}

function sideOf(
  { references }: ReaderContext,
  profile: ProfileId,
  [, founder, namespace, value]: StanceAnswer,
  customers: ReadonlyMap<ProfileId, CustomerAnswer>,
): ReviewSide {
  return {
    profileRef: references.profileRef(profile),
    anchor: { namespace, value },
    customerId: references.customerId(founder),
    profiles: customers.get(founder)?.[0] ?? 1,
  };
}

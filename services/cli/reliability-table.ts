/** Reliability as a table for people. */
import type { ReliabilityView } from '../../shared/protocol/stewardship.ts';
import { alignColumns, formatCount } from './text-table.ts';

type Table = Omit<ReliabilityView, 'unpredicted'>;

/** One line for each range of certainty, then the sums. */
export function describeReliability({
  bins,
  pairs,
  same,
  brierScore,
  calibrationError,
}: Table): string[] {
  if (pairs === 0 || brierScore === null || calibrationError === null) {
    return ['no judged pair has a certainty: nothing to compare'];
  }
  const rows = bins.map((bin) => [
    `${bin.from} to ${bin.to}`,
    formatCount(bin.pairs),
    bin.predicted.toFixed(4),
    bin.observed.toFixed(4),
    `${bin.low.toFixed(4)} to ${bin.high.toFixed(4)}`,
  ]);
  return [
    ...alignColumns(
      [['certainty', 'pairs', 'predicted', 'observed', '95 % interval'], ...rows],
      '',
    ),
    '',
    `${formatCount(pairs)} pairs, ${formatCount(same)} of them one customer`,
    `Brier score ${brierScore.toFixed(5)}, expected calibration error ${calibrationError.toFixed(5)}`,
  ];
}

/** From stewards' decisions to floors, and to a candidate version with them. */
import { probabilityOf, quarterBitsOf } from '../domain/certainty.ts';
import { rulesVersionOf } from '../ingress/rules-version.ts';
import {
  calibrateThresholds,
  DECISIONS_MIN,
  ERROR_RATE_DEFAULT,
  ERROR_RATE_MAX,
  VERDICTS_MIN,
} from '../learning/calibrate-thresholds.ts';
import { ClusterError } from '../protocol/cluster.ts';
import type { CalibrationView, Stewardship } from '../protocol/stewardship.ts';
import type { Versions } from '../protocol/versions.ts';
import { judgedPairs } from './judged-pairs.ts';
import type { ReaderContext } from './reader.ts';

export async function calibrate(
  context: ReaderContext,
  versions: Versions,
  joinFrom: number,
  options: NonNullable<Parameters<Stewardship['calibrate']>[1]>,
): Promise<CalibrationView> {
  const { rules } = context.rules;
  const { pairs } = await judgedPairs(context, options);
  const { errorRate = ERROR_RATE_DEFAULT } = options;
  assertWithin('join_from', joinFrom, 0.5, 1);
  assertWithin('steward_error_rate', errorRate, 0, ERROR_RATE_MAX);
  const found = calibrateThresholds(rules, pairs, quarterBitsOf(joinFrom), errorRate);
  if (found.kind === 'too_few') {
    const { same, different } = found;
    throw new ClusterError(
      'failed_precondition',
      `floors are calibrated from ${DECISIONS_MIN} decisions on uncertain pairs on, ` +
        `${VERDICTS_MIN} of each verdict; there are ${same} "same" and ${different} "different"`,
    );
  }
  const { same, different, shift, slope, reviewFloor, clusterFloor } = found;
  const isChanged = reviewFloor !== rules.reviewFloor || clusterFloor !== rules.clusterFloor;
  let candidateVersion: string | null = null;
  if (options.isProposed === true && isChanged) {
    const content = { ...rules, reviewFloor, clusterFloor };
    candidateVersion = rulesVersionOf(content);
    const candidate = { ...content, version: candidateVersion };
    await versions.propose({ rules: candidate, isFitted: false }, options);
  }
  return {
    same,
    different,
    shiftBits: shift,
    slope,
    reviewFloorBefore: probabilityOf(rules.reviewFloor),
    clusterFloorBefore: probabilityOf(rules.clusterFloor),
    reviewFloor: probabilityOf(reviewFloor),
    clusterFloor: probabilityOf(clusterFloor),
    candidateVersion,
  };
}

function assertWithin(field: string, value: number, least: number, most: number): void {
  if (value >= least && value <= most) return;
  const description = `must be ${least} to ${most}`;
  throw new ClusterError('invalid_argument', `${field} ${description}`, {
    violations: [{ field, description }],
  });
}

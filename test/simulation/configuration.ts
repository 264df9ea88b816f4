/** What a seed decides before the first step: the cluster, its limits, the history, the faults. */
import type { RouterLimits } from '../../shared/cluster/router.ts';
import type { ShardLimits } from '../../shared/engine/shard.ts';
import type { Rules } from '../../shared/domain/rules.ts';
import type { Topology } from '../../shared/protocol/topology.ts';
import { makeHistory, shuffleHistory } from '../support/history.ts';
import type { OracleEvent } from '../support/oracle-events.ts';
import { testIds } from '../support/oracle-routing.ts';
import { createRandom, type Random } from '../support/random.ts';
import { countingPersons, scoredTestRules, testRules } from '../support/test-rules.ts';
import {
  CANDIDATES,
  INGRESS_IDS,
  routedUnder,
  TRIAL_RULES,
  type TrialPlan,
} from './generation-trial.ts';
import { drawFaults, drawRates, type FaultKind, type FaultRates } from './faults.ts';

export interface Configuration {
  readonly topology: Topology;
  /** Partitions of each shard. */
  readonly slots: readonly (readonly number[])[];
  readonly rules: Rules;
  /** Whether arrival order may show because of the size guard (S17). */
  readonly isCapped: boolean;
  readonly events: readonly OracleEvent[];
  readonly limits: ShardLimits;
  readonly router: Partial<RouterLimits>;
  readonly maxEntryBytes: number;
  readonly networkMs: number;
  readonly diskMs: number;
  /** Events are submitted, and faults happen, within this virtual time. */
  readonly activeMs: number;
  readonly rates: FaultRates;
  readonly faults: readonly (readonly [atMs: number, kind: FaultKind])[];
  /** A candidate generation beside the live one (S23); null: none. */
  readonly trial: TrialPlan | null;
}

const OPEN_CAP = 1000;
const LOW_CAP = 6;

export function drawConfiguration(random: Random): Configuration {
  const topology = { partitions: 1 + random.below(5), desks: 1 + random.below(2) };
  const isCapped = random.chance(0.05);
  const size = random.chance(0.85) ? 8 + random.below(18) : 25 + random.below(36);
  const historySeed = random.next();
  // Of every eight histories one scores its pairs; the others' draws stay as they were.
  const isScored = historySeed % 8 === 0;
  // Of every eleven one tries a candidate generation; its draws come from a source of their own.
  const isTrial = !isCapped && !isScored && historySeed % 11 === 0;
  const rules = isTrial ? TRIAL_RULES : rulesOf(isCapped, isScored);
  // Of every three one has deliveries, and orders about them and about values.
  const deliveries = historySeed % 3 === 0 && !isTrial ? 2 : 0;
  const orderShare = deliveries > 0 || isTrial ? 0.12 : 0;
  // Of every two of those one has orders about sources and rules as well.
  const wayShare = historySeed % 2 === 0 ? 0.4 : 0;
  const ids = isTrial ? INGRESS_IDS : testIds;
  const described = { events: size, rules, deliveries, orderShare, wayShare, ids };
  const made = makeHistory(historySeed, described);
  const history = isTrial ? made.map((event) => routedUnder(rules, event)) : made;
  const activeMs = random.pick([500, 2000, 6000]);
  const isTiny = random.chance(0.3);
  const faultCount = random.chance(0.15) ? 0 : 1 + random.below(7);
  return {
    topology,
    slots: drawSlots(random, topology),
    rules,
    isCapped,
    events: shuffleHistory(random.next(), history),
    limits: {
      maxActors: random.chance(0.3) ? topology.partitions * 3 : 300,
      fragmentBytes: isTiny ? random.pick([25, 60, 150, 400]) : 100_000,
      entryBytes: isTiny ? random.pick([200, 800]) : 100_000,
      resendMs: random.pick([300, 2000]),
      retryMs: random.pick([100, 500]),
      marksMs: random.pick([200, 500, 1000]),
      outboxBytes: random.chance(0.1) ? 3000 : 10_000_000,
      stuckMs: 5000,
      // Without a draw of its own: the others stay as they were.
      sliceMs: historySeed % 4 === 1 ? 0 : Number.POSITIVE_INFINITY,
    },
    router: {
      maxPending: random.chance(0.1) ? 5 : 5000,
      entryMessages: random.pick([1, 3, 100]),
      entryBytes: random.pick([500, 100_000]),
      appendsInFlight: 1 + random.below(4),
      resendMs: random.pick([500, 3000]),
      retryMs: random.pick([50, 250]),
    },
    maxEntryBytes: 150_000,
    networkMs: random.pick([2, 20, 100]),
    diskMs: random.pick([2, 20, 200]),
    activeMs,
    rates: drawRates(random),
    faults: drawFaults(random, faultCount).map(
      (kind) => [random.below(activeMs * 1.5), kind] as const,
    ),
    trial: isTrial ? drawTrial(createRandom(historySeed), activeMs) : null,
  };
}

function drawTrial(random: Random, activeMs: number): TrialPlan {
  const proposeMs = random.below(activeMs);
  return {
    candidate: random.pick(CANDIDATES),
    proposeMs,
    endMs: proposeMs + random.below(activeMs) + 500,
    end: random.pick(['keep', 'activate', 'activate', 'drop'] as const),
  };
}

const RULES = {
  open: countingPersons(testRules({ componentCap: OPEN_CAP })),
  capped: countingPersons(testRules({ componentCap: LOW_CAP })),
  openScored: countingPersons(scoredTestRules({ componentCap: OPEN_CAP })),
  cappedScored: countingPersons(scoredTestRules({ componentCap: LOW_CAP })),
};

function rulesOf(isCapped: boolean, isScored: boolean): Rules {
  if (isScored) return isCapped ? RULES.cappedScored : RULES.openScored;
  return isCapped ? RULES.capped : RULES.open;
}

function drawSlots(random: Random, topology: Topology): number[][] {
  const count = 1 + random.below(3);
  const slots: number[][] = Array.from({ length: count }, () => []);
  const total = topology.partitions + topology.desks;
  for (let partition = 0; partition < total; partition++)
    slots[random.below(count)]?.push(partition);
  return slots.filter((slot) => slot.length > 0);
}

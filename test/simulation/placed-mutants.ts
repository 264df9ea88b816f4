/**
 * Broken variants of placement: of who may go on with a log, of what followers do, of the assigner and
 * its table. Schedules under placement must catch them.
 */
import type { Mutant } from './mutant.ts';

const RUNNER = 'shared/engine/partition-runner.ts';
const FEED = 'shared/engine/settled-feed.ts';
const SHARD_PARTITION = 'shared/engine/shard-partition.ts';
const PLACED_LOG = 'shared/engine/placed-log.ts';
const PLACED_SHARD = 'shared/engine/placed-shard.ts';
const ANSWER = 'shared/engine/answer-asked.ts';
const AGENT = 'services/shard/placement-agent.ts';
const ASSIGNER = 'services/coordinator/assigner.ts';
const BEAT = 'shared/placement/beat.ts';
const PLAN = 'shared/placement/plan-placement.ts';
const TABLES = 'shared/cluster/assignment-log.ts';

/** Asked where no schedule catches it: what the fault would take does not happen often enough. */
const SUITES: Readonly<Record<string, string>> = {
  [PLACED_LOG]: 'unit/placed-log',
  [PLACED_SHARD]: 'unit/placed-shard',
  [SHARD_PARTITION]: 'unit/placed-shard',
  [RUNNER]: 'unit/claim-behind',
  [FEED]: 'unit/settled-feed',
  [ANSWER]: 'unit/answer-asked',
  [ASSIGNER]: 'unit/assigner',
  [PLAN]: 'unit/assigner',
  [BEAT]: 'unit/membership',
  [TABLES]: 'unit/assignment-log',
};

function placed(name: string, file: string, find: string, replace: string): Mutant {
  const suite = SUITES[file];
  const edits = [{ file, find, replace }];
  return { name, isPlaced: true, edits, ...(suite === undefined ? {} : { suite }) };
}

export const PLACED_MUTANTS: readonly Mutant[] = [
  // Placement: whose state may go on with a log.
  placed(
    'a state that the log went beyond is the authority',
    PLACED_LOG,
    "return { kind: 'stale', reason: `epoch ${current} was opened from another state` };",
    "return { kind: 'next', epoch: 0 };",
  ),
  placed(
    'any epoch that goes on is adopted',
    PLACED_LOG,
    "if (base === position.chain) return { kind: 'adopt', epoch: current };",
    "return { kind: 'adopt', epoch: current };",
  ),
  placed(
    'an old state with other entries after it opens the next epoch',
    PLACED_LOG,
    'if (hasMore && !(isMine && (last !== null || (await isNewest(position, claimant))))) {',
    'if (false as boolean) {',
  ),
  placed(
    'a follower opens epochs',
    PLACED_LOG,
    "return role === 'owner' ? { kind: 'next', epoch: 0 } : { kind: 'wait', reason };",
    "return role === 'x' ? { kind: 'wait', reason } : { kind: 'next', epoch: 0 };",
  ),
  placed(
    'a process without a state begins anew',
    PLACED_LOG,
    "return { verdict: { kind: 'stale', reason: 'no state here' }, lastKnown: 0 };",
    "return { verdict: { kind: 'next', epoch: current + 1 }, lastKnown: 0 };",
  ),
  placed(
    'the beginning of a trimmed log is not missed',
    PLACED_LOG,
    'if (current === 1 && bounds !== null && bounds.firstSequence <= 1) {',
    'if (current === 1 && bounds !== null) {',
  ),
  placed(
    'an epoch without a claim is waited for for ever',
    PLACED_LOG,
    "if (role === 'owner' && isWhole) return { kind: 'next', epoch: current };",
    '',
  ),
  placed(
    'what was lost from a log is taken for trimmed',
    PLACED_LOG,
    'if (newest === null || newest.epoch < epoch) return true;',
    'if (newest === null || newest.epoch <= epoch) return false;',
  ),
  placed(
    'a follower does not hear that the owner is in a later epoch',
    SHARD_PARTITION,
    'if (epoch > known) this.runner.leaveEpoch(epoch);',
    '',
  ),
  // Placement: states come and go.
  placed(
    'rows of a state that was given up stay',
    PLACED_SHARD,
    '    await this.#options.shard.drop(partition);\n    await this.#erase(partition);',
    '    await this.#options.shard.drop(partition);',
  ),
  placed(
    'a partition is given up before anybody claimed it',
    PLACED_SHARD,
    "const isInUse = runner?.role === 'owner' && runner.state !== 'deposed';",
    'const isInUse = false;',
  ),
  placed(
    'a stale state is not fetched anew',
    PLACED_SHARD,
    '      this.#later(partition, isAgain ? FETCH_RETRY_MS : 0);\n',
    '',
  ),
  placed(
    'an owner that was deposed and is to own again never claims',
    PLACED_SHARD,
    'this.#later(partition, isWanted ? RECLAIM_MS : 0);',
    'if (!isWanted) this.#later(partition, 0);',
  ),
  placed(
    'a partition that failed is left alone',
    PLACED_SHARD,
    "    if (state === 'failed') this.#later(partition, FAILED_RETRY_MS);\n",
    '',
  ),
  placed(
    'no snapshot is restored',
    PLACED_SHARD,
    'const isNew = (await log.currentEpoch(partition)) === 0;',
    'const isNew = (await log.currentEpoch(partition)) >= 0;',
  ),
  placed(
    'late rows of a dropped partition are written',
    SHARD_PARTITION,
    '    if (this.#isDiscarded) return [];\n',
    '',
  ),
  // Placement: roles.
  placed('followers send', RUNNER, "if (this.#role === 'follower') return false;\n", ''),
  placed(
    'a follower claims',
    RUNNER,
    "if (this.#role === 'follower' || this.#isClaimDue) {",
    'if (this.#isClaimDue) {',
  ),
  placed(
    'a follower that becomes the owner does not claim',
    RUNNER,
    "    if (this.state !== 'following') return;\n    this.#isClaimDue = true;\n",
    "    if (this.state !== 'following') return;\n",
  ),
  placed(
    'an owner lets go before a claim is read',
    RUNNER,
    "    if (this.state === 'running' || this.state === 'failed') return;\n    this.#role = 'follower';",
    "    if (this.state === 'failed') return;\n    this.#role = 'follower';",
  ),
  placed(
    'a follower forgets what it may have to confirm',
    SHARD_PARTITION,
    'const UNTOLD_MAX = 2000;',
    'const UNTOLD_MAX = 0;',
  ),
  placed(
    'a follower keeps what the owner told the feed',
    FEED,
    '    if (floor === undefined || through < 0) return;',
    '    if (floor !== undefined || through < 0) return;',
  ),
  placed(
    'owners say that everything is told',
    FEED,
    '    return least - 1;',
    '    return sequence;',
  ),
  placed(
    'answers may be older than what the asker knows',
    ANSWER,
    'if (isBehind) return encode(null);',
    '',
  ),
  // Placement: the assigner and its table.
  placed(
    'tables are written after whatever is there',
    TABLES,
    'const sequence = await this.#log.appendAfter(stream, EPOCH, encode(text), after);',
    'const sequence = await this.#log.append(stream, EPOCH, encode(text + (after < 0 ? " " : "")));',
  ),
  placed(
    'shards pass over tables',
    AGENT,
    'reader.onChange((assignment) => hosted.assign(rolesOf(assignment, name)));',
    '',
  ),
  placed(
    'an expired lease is nobody’s for ever',
    ASSIGNER,
    'if (this.#now() - this.#lease.changedAt < LEASE_MS) return;',
    'return;',
  ),
  placed(
    'a partition of a dead owner stays with it',
    PLAN,
    'if (owner === undefined) {',
    'if (owner === undefined && seat.owner === null) {',
  ),
  placed(
    'an owner without a state keeps its place',
    PLAN,
    '} else if (this.#input.stalled.has(partition) && this.#isWarm(partition, seat.standby)) {',
    '} else if (this.#input.stalled.has(-1)) {',
  ),
  placed(
    'whoever is not connected is waited for as long as others',
    BEAT,
    'refusals >= REFUSALS_MIN ? LOST_MS : patienceMs,',
    'refusals < 0 ? LOST_MS : patienceMs,',
  ),
  placed('nobody follows', PLAN, 'if (!isGood) seat.standby = this.#leastStandby(seat.owner);', ''),
];

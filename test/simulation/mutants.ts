/**
 * Deliberately broken variants of the engine: each removes one rule that the simulator must miss.
 */
import { ANSWER_MUTANTS } from './answer-mutants.ts';
import { GENERATION_MUTANTS } from './generation-mutants.ts';
import { inSuite, type Mutant, one } from './mutant.ts';
import { PLACED_MUTANTS } from './placed-mutants.ts';
import { WAY_MUTANTS } from './way-mutants.ts';

const ROOT = 'shared/domain/actors/root-actor.ts';
const PAIR_HOME = 'shared/domain/actors/pair-home.ts';
const SETTLING = 'shared/domain/actors/root-settling.ts';
const OBSERVATIONS = 'shared/domain/actors/profile-observations.ts';
const PARTITION = 'shared/engine/partition.ts';
const RUNNER = 'shared/engine/partition-runner.ts';
const FRAME = 'shared/protocol/frame.ts';
const FEED = 'shared/engine/settled-feed.ts';
const SENDER = 'shared/engine/sender.ts';
const SHARD_PARTITION = 'shared/engine/shard-partition.ts';
const ROUTER = 'shared/cluster/router.ts';
const COHESION = 'shared/domain/cohesion.ts';
const KEY = 'shared/domain/actors/key-actor.ts';
const BASES = 'shared/domain/actors/bases.ts';
const PROFILE = 'shared/domain/actors/profile-actor.ts';
const INTERACTION = 'shared/domain/actors/interaction-actor.ts';
const DELIVERY = 'shared/domain/actors/delivery-actor.ts';

const COPY = 'shared/engine/copy-actors.ts';
const MIRROR = 'shared/engine/partition-mirror.ts';
const VERSIONS = 'shared/engine/embedded-versions.ts';

function version(name: string, file: string, find: string, replace: string): Mutant {
  return inSuite('versions', one(name, file, find, replace));
}

export const MUTANTS: readonly Mutant[] = [
  ...PLACED_MUTANTS,
  // Versions: what the shadow generation must have.
  version(
    'changes are not noted for the shadow',
    PARTITION,
    'if (this.#mirror === 0) return;',
    'return;',
  ),
  version(
    'a version goes live before its copy is complete',
    VERSIONS,
    'await this.#untilCaughtUp(shadow);',
    '',
  ),
  version(
    'decisions are not copied',
    MIRROR,
    "const PHASES: readonly CopiedKind[] = ['i/', 'd/', 'a/', 'b/'];",
    "const PHASES: readonly CopiedKind[] = ['i/', 'a/', 'b/'];",
  ),
  version(
    'orders are not copied',
    MIRROR,
    "const PHASES: readonly CopiedKind[] = ['i/', 'd/', 'a/', 'b/'];",
    "const PHASES: readonly CopiedKind[] = ['i/', 'd/', 'a/'];",
  ),
  version(
    'retractions are not copied',
    COPY,
    'if (retraction !== null) messages.push([MessageKind.retractInteraction, id, ...retraction]);',
    '',
  ),
  version(
    'what normalising changed is not kept',
    'shared/ingress/original-input.ts',
    'if (isPlain) return [];',
    'return [];',
  ),
  version(
    'which delivery is live depends on the version',
    'shared/ingress/routing.ts',
    'digest: contentDigest(input),',
    'digest: digestOf([JSON.stringify(content)]),',
  ),
  // Cohesion.
  one(
    'clusters are not compared as wholes',
    COHESION,
    '    return this.#scorer.logOddsTogether(this.#digestsOf(few), this.#digestsOf(many)) >= 0;\n',
    '    return true;\n',
  ),
  // What is open to a decision.
  one(
    'a decided pair stays in the queue',
    PAIR_HOME,
    'listOpen(turn, id, high, pair, verdict === null ? review : null);',
    'listOpen(turn, id, high, pair, review);',
  ),
  one(
    'an open pair keeps its former row',
    PAIR_HOME,
    '  if (pair.open !== null) turn.space.putRow(openRowKey(low, high, pair.open), null);\n',
    '',
  ),
  one(
    'open rows of a root that merged away stay',
    ROOT,
    '  for (const key of root.openRows.keys()) turn.space.putRow(key, null);\n',
    '',
  ),
  one(
    'joins refused no longer stay open',
    SETTLING,
    '  for (const key of before.keys()) if (!rows.has(key)) turn.space.putRow(key, null);\n',
    '',
  ),
  one(
    'a refused join between customers that decisions keep apart is open',
    'shared/domain/open-reviews.ts',
    '    if (decisions.keepApart(left, right)) continue;\n',
    '',
  ),
  // Joins and splits.
  one('joins lead upwards', ROOT, 'if (id < fromRoot) {', 'if (id > fromRoot) {'),
  one(
    'a seek is answered without the member',
    ROOT,
    'if (root === null || !root.members.has(high)) {',
    'if (root === null) {',
  ),
  one('parts that lost connection stay', SETTLING, '  splitOff(turn, id, root);\n', ''),
  one(
    'parked seeks are dropped',
    ROOT,
    '  state.parked.push({ low, fromRoot, size, origin: turn.origin });\n',
    '',
  ),
  one(
    'a new holder is not given the full state',
    ROOT,
    '  if (knownVersion < state.version) sendFullState(turn, id, state);\n',
    '',
  ),
  one('token epochs are not compared', ROOT, '  if (tokenEpoch < state.tokenEpoch) return;\n', ''),
  one('acquired members do not seek', ROOT, "    own(touch, 'acquired').add(packed[0]);\n", ''),
  one('absorb is not forwarded', ROOT, '  if (profile.root !== id) {\n', '  if (false) {\n'),
  one(
    'a state is taken out of turn',
    ROOT,
    'if (isFull ? toVersion <= member.version : member.version !== fromVersion) return;',
    'if (toVersion <= member.version) return;',
  ),
  // Evidence.
  one(
    'received_at of the last delivery',
    INTERACTION,
    'known.receivedAt = Math.min(known.receivedAt, receivedAt);',
    'known.receivedAt = receivedAt;',
  ),
  one(
    'the last retraction to arrive wins',
    'shared/domain/actors/states.ts',
    'if (current === null || next[0] > current[0]) return true;',
    'return true;',
  ),
  one(
    'what is taken back takes the day from all of that day',
    OBSERVATIONS,
    "if (named.has(hold.ref) || !removeDay(hold.days, day)) continue;\n    own(touch, 'values').add(key);",
    "if (!removeDay(hold.days, day)) continue;\n    own(touch, 'values').add(key);",
  ),
  one(
    'person keys stay on a device',
    OBSERVATIONS,
    'if (!isElsewhere) device.keys.delete(key);',
    'if (isElsewhere) continue;',
  ),
  one(
    'who leaves a generic value is not told',
    KEY,
    'turn.send([MessageKind.mute, profile, id, isHolder ? 1 : 0]);',
    'if (isHolder) turn.send([MessageKind.mute, profile, id, 1]);',
  ),
  one(
    'generic values count as before',
    PROFILE,
    'else state.muted.delete(key);',
    'state.muted.delete(key);',
  ),
  one(
    'persons are counted once and for all',
    KEY,
    'state.isMuted = standing !== RELEASED || isGeneric(state, rules);',
    'state.isMuted ||= standing !== RELEASED || isGeneric(state, rules);',
  ),
  one(
    'derived keys outlive their identifiers',
    BASES,
    'hold.bases.filter(({ of }) => stands(state, of))',
    'hold.bases',
  ),
  one(
    'derived keys do not hear that their identifiers count no more',
    PROFILE,
    "  for (const resting of restingOn(state, key)) own(touch, 'values').add(resting);\n",
    '',
  ),
  one(
    'whom a profile shows is told once',
    PROFILE,
    "const signature = isCounted ? state.signature : '';",
    "const signature = isCounted && hold.sent === 0 ? state.signature : '';",
  ),
  one('rejected deliveries count', INTERACTION, '    if (standing === REJECTED) continue;\n', ''),
  one(
    'received_at of a rejected delivery counts',
    INTERACTION,
    '    if (standing === REJECTED) continue;\n    least = Math.min(least, receivedAt);\n',
    '    least = Math.min(least, receivedAt);\n    if (standing === REJECTED) continue;\n',
  ),
  one('held deliveries count', INTERACTION, 'isHeld ? heldParty(party) : party', 'party'),
  one(
    'who comes with a delivery later is not told of its order',
    DELIVERY,
    'if (standing !== RELEASED) turn.send(',
    'if (standing === 1 && id.length === 0) turn.send(',
  ),
  one(
    'an order reaches nobody who came before it',
    DELIVERY,
    "  if (standing !== before) sweepFrom(turn, id, state, '');\n",
    '',
  ),
  one(
    'the first order stays',
    'shared/domain/actors/orders.ts',
    'if (current === null || next[0] > current[0]) return true;',
    'if (current === null) return true;',
  ),
  one(
    'held values count',
    KEY,
    'state.isMuted = standing !== RELEASED || isGeneric(state, rules);',
    'state.isMuted = isGeneric(state, rules);',
  ),
  one(
    'a delivery held by the breaker goes on',
    DELIVERY,
    "  if (standing !== before) sweepFrom(turn, id, state, '');\n",
    '  const isBreaker = order[2] === BREAKER;\n' +
      "  if (standing !== before && !isBreaker) sweepFrom(turn, id, state, '');\n",
  ),
  one(
    'exclusive values are compared as texts',
    'shared/domain/gather-constraints.ts',
    'if (scorer === null || !scorer.compares(namespace)) return null;',
    'if (scorer !== null || namespace.length > 0) return null;',
  ),
  ...WAY_MUTANTS,
  ...ANSWER_MUTANTS,
  ...GENERATION_MUTANTS,
  // Links.
  one('link gaps are accepted', PARTITION, 'if (number !== last + 1) {', 'if (number <= 0) {'),
  {
    name: 'link repeats are applied',
    edits: [
      { file: PARTITION, find: 'if (number <= last) {', replace: 'if (number <= 0) {' },
      { file: PARTITION, find: 'if (number !== last + 1) {', replace: 'if (number > last + 1) {' },
    ],
  },
  one(
    'fragments are put together in text order',
    'shared/engine/link-numbers.ts',
    "String(part).padStart(6, '0')",
    'String(part)',
  ),
  one(
    'a batch leaves the outbox when it is sent',
    SENDER,
    '        outbox.sent(destination);\n',
    '        outbox.sent(destination);\n' +
      '        outbox.acknowledge(destination, batch.linkEpoch, batch.last);\n',
  ),
  one(
    'outputs are sent before they are durable',
    'shared/engine/outbox.ts',
    'lane.cursor >= lane.released',
    'lane.cursor >= lane.batches.length',
  ),
  {
    name: 'nothing is sent again',
    edits: [
      {
        file: SENDER,
        find: '    this.resends++;\n    this.#rewind(destination);\n',
        replace: '',
      },
    ],
  },
  one(
    'a destination with work of ours is never sent more',
    SENDER,
    'if (sent === null || applied >= sent.sequence || this.#isCovered(destination, sent))',
    'if (sent === null)',
  ),
  // Log, state and position.
  one(
    'the log is not compared at opening',
    RUNNER,
    'if (last === null || Partition.entryHash(last) !== position.lastHash)\n',
    'if (last === null)\n',
  ),
  one(
    'the entry applied last is not compared when a subscription begins',
    RUNNER,
    'if (Partition.entryHash(bytes) === this.partition.position.lastHash) continue;',
    'continue;',
  ),
  one(
    'two appends may be of equal bytes',
    FRAME,
    'this.#stamp = BigInt.asUintN(64, this.#stamp + 1n);',
    'this.#stamp = 0n;',
  ),
  one(
    'frames are not checked',
    FRAME,
    "throw new FrameError('frame checksum does not match');",
    'end;',
  ),
  one(
    'entries need not be contiguous',
    PARTITION,
    'if (sequence !== this.position.sequence + 1) {',
    'if (sequence <= this.position.sequence) {',
  ),
  one(
    'the position is committed before the state',
    'shared/engine/group-commit.ts',
    'this.#open = store.commit(writes).then(',
    "void store.commit(writes.filter(([key]) => key.endsWith('/m')));\n" +
      "    this.#open = store.commit(writes.filter(([key]) => !key.endsWith('/m'))).then(",
  ),
  one(
    'marks name what is applied',
    SHARD_PARTITION,
    '      durable: this.#durable.sequence,\n',
    '      durable: position.sequence,\n',
  ),
  one(
    'marks name links that are applied',
    SHARD_PARTITION,
    'of this.#durable.links) {',
    'of this.partition.position.received) {',
  ),
  one(
    'a former owner goes on',
    RUNNER,
    "if (term > this.#term) this.#stop('deposed', `term ${term} is owned by another process`);",
    'return;',
  ),
  one(
    'an equal term takes over',
    PARTITION,
    'subframe[3] === this.position.base && subframe[1] > this.position.term',
    'subframe[3] === this.position.base && subframe[1] >= this.position.term',
  ),
  one(
    'a claim that does not come back is awaited for ever',
    RUNNER,
    '    this.#watch(generation, null);\n',
    '',
  ),
  one(
    'a term is announced before it is durable',
    'shared/engine/shard.ts',
    'if (member.runner.isOwner && member.isTermDurable) {',
    'if (member.runner.isOwner) {',
  ),
  // Acknowledgements.
  one(
    'confirmations keep the sequence of an earlier epoch',
    SHARD_PARTITION,
    'entry.epoch === epoch ? entry.sequence : 0',
    'entry.sequence',
  ),
  one(
    'DURABLE at the acknowledgement of the log',
    ROUTER,
    '      entry.sequence = sequence;\n',
    '      entry.sequence = sequence;\n' +
      '      this.#confirm(lane, entry, entry.epoch, sequence);\n      return;\n',
  ),
  one(
    'DURABLE by sequence, not by tag',
    ROUTER,
    'const entry = lane.open.get(tag);',
    'const entry = Array.from(lane.open.values()).find((one) => one.sequence === sequence);',
  ),
  one('doubtful appends are not repeated', ROUTER, '        lane.again.push(entry);\n', ''),
  one(
    'what is not confirmed is not appended again',
    ROUTER,
    '    this.#appendAgain(lane, entry);\n    this.#queuePump(lane);\n',
    '    this.#queuePump(lane);\n',
  ),
  // Settledness and feed.
  one(
    'settled after one report',
    'shared/protocol/settled-rounds.ts',
    'return this.#round >= noted + 3 &&',
    'return this.#round >= noted &&',
  ),
  one(
    'parked seeks are no work',
    SHARD_PARTITION,
    'lowOrigin: least(this.outbox.lowOrigin, parkedOrigin),',
    'lowOrigin: this.outbox.lowOrigin,',
  ),
  one(
    'what a former owner may have told is not told again',
    FEED,
    'const isAgain = isShared && told?.isFormer !== true && told?.eventId !== eventId;',
    'const isAgain = false;',
  ),
  one(
    'events are published before they are durable',
    FEED,
    'return this.#decided.slice(0, this.#durable);',
    'return this.#decided.slice();',
  ),
  one(
    'the feed is not told that a value turned generic',
    'shared/domain/actors/key-actor.ts',
    'if (state.isMuted !== wasMuted || touch.isOrdered) {',
    'if (touch.isOrdered) {',
  ),
  one(
    'the feed is not told of orders about what is generic already',
    'shared/domain/actors/key-actor.ts',
    'if (state.isMuted !== wasMuted || touch.isOrdered) {',
    'if (state.isMuted !== wasMuted) {',
  ),
  one(
    'changes of standing are not numbered',
    'shared/domain/actors/evidence-standing.ts',
    '(row?.[3] ?? 0) + 1];',
    '1];',
  ),
];

/**
 * One schedule under placement: shards that follow the assignment table, followers, look-ups at
 * owners and standbys; run until everything rests, then compared with the oracle.
 */
import { createRandom, type Random } from '../support/random.ts';
import {
  breakerOrders,
  clusterOutcome,
  expectedOutcome,
  readObservations,
  readProfiles,
} from '../support/cluster-outcome.ts';
import { messageOf } from '../support/oracle-messages.ts';
import { runOracle } from '../support/oracle.ts';
import { Partition } from '../../shared/engine/partition.ts';
import { decode, encode } from '../../shared/protocol/codec.ts';
import { ownerSubject, standbySubject } from '../../shared/protocol/ingress-call.ts';
import { decodeMarks, MARKS_SUBJECT, MarkTable } from '../../shared/protocol/marks.ts';
import type { AskedQuestion } from '../../shared/protocol/query.ts';
import {
  check,
  checkDurable,
  checkHolds,
  checkLinks,
  checkMarks,
  checkTokens,
  FeedReader,
  OwnerCheck,
  difference,
} from './checkers.ts';
import { Client } from './client.ts';
import { ClusterLog } from './cluster-log.ts';
import { type Configuration, drawConfiguration } from './configuration.ts';
import { noFaults } from './faults.ts';
import { PlacedCluster } from './placed-cluster.ts';
import { drawPlacedFaults, type PlacedFault } from './placed-faults.ts';
import { type PlacedProcess, type PlacedSurroundings, SnapshotServer } from './placed-process.ts';
import { checkReplay, stateRows } from './replay-check.ts';
import { type Life, Scheduler } from './scheduler.ts';
import { BusServer } from './simulated-bus.ts';
import { damageLog } from './simulation.ts';

export interface PlacedResult {
  readonly steps: number;
  readonly virtualMs: number;
  readonly faults: readonly PlacedFault[];
  readonly takeOvers: number;
  readonly snapshots: number;
  readonly epochsOpened: number;
  /** Answers to look-ups, and how many of them a process gave that was not the owner. */
  readonly answers: number;
  readonly standbyAnswers: number;
}

const REST_MS = 240_000;
const STEPS_MAX = 600_000;
const REST_CHECK_MS = 500;
const LOOK_UP_MS = 60;

export class PlacedSimulation {
  readonly config: Configuration;
  readonly scheduler: Scheduler;
  readonly cluster: PlacedCluster;
  readonly log = new ClusterLog();
  readonly client: Client;
  readonly feed = new FeedReader();
  readonly #random: Random;
  readonly #bus: BusServer;
  readonly #snapshots: SnapshotServer;
  readonly #placement = new ClusterLog();
  readonly #owners = new OwnerCheck();
  readonly #processes = new Map<Life, PlacedProcess>();
  readonly #marks = new MarkTable();
  readonly #faults: readonly (readonly [atMs: number, kind: PlacedFault])[];
  readonly #activeMs: number;
  readonly #done: PlacedFault[] = [];
  readonly #counts = { answers: 0, standbyAnswers: 0 };
  #failure: Error | null = null;
  #restingChecks = 0;
  #isHealed = false;
  trace: ((line: string) => void) | null;

  constructor(seed: number, trace: ((line: string) => void) | null = null) {
    this.trace = trace;
    const random = createRandom(seed);
    this.#random = random;
    this.config = drawConfiguration(random.fork());
    this.#activeMs = random.pick([4000, 9000, 15_000]);
    this.#faults = drawPlacedFaults(random, random.chance(0.1) ? 0 : 2 + random.below(10)).map(
      (kind) => [2000 + random.below(this.#activeMs), kind] as const,
    );
    this.scheduler = new Scheduler(random.fork());
    const { config, scheduler } = this;
    if (trace !== null) scheduler.onStep = (at, label) => trace(`${at.toFixed(2)} ${label}`);
    this.#bus = new BusServer(scheduler, config.rates, config.networkMs, (life, bytes, subject) => {
      const sender = this.#processes.get(life);
      if (sender === undefined || subject !== MARKS_SUBJECT) return;
      this.#guard(() => checkMarks(sender, bytes));
    });
    this.#snapshots = new SnapshotServer(scheduler);
    const around: PlacedSurroundings = {
      ...config,
      trial: null,
      scheduler,
      bus: this.#bus,
      cluster: this.log,
      placement: this.#placement,
      snapshots: this.#snapshots,
      snapshotEntries: random.pick([3, 15]),
      keptEntries: random.pick([2, 30]),
      housekeepingMs: random.pick([400, 2000]),
      onBug: (error) => this.#fail(error),
    };
    this.cluster = new PlacedCluster(2 + random.below(3), around, {
      onFlushed: (process) => void this.#processes.set(process.life, process),
      onState: (process, partition, state, why) => {
        this.#processes.set(process.life, process);
        this.trace?.(`  ${process.name} p${partition} ${state}: ${why}`);
        if (state === 'running') this.#guard(() => this.#owners.running(process, partition));
      },
      onFeed: (_, events) => this.#guard(() => this.feed.take(events, false)),
      onShadowState: () => undefined,
      onFatal: (process, error) => this.trace?.(`  ${process.name} ends: ${String(error)}`),
    });
    const messages = config.events.map(messageOf);
    this.client = new Client(around, config.router, messages, this.#activeMs, {
      onDurable: (placement) =>
        this.#guard(() => checkDurable(placement, this.cluster.furthest(placement.partition))),
      onSettled: () => undefined,
    });
    this.#lookUp({ isAlive: true });
    for (const [at, kind] of this.#faults) {
      scheduler.after(at, `fault ${kind}`, () => this.#strike(kind));
    }
  }

  async run(): Promise<PlacedResult> {
    const { scheduler } = this;
    const endMs = Math.max(this.#activeMs, ...this.#faults.map(([at]) => at));
    let nextCheckMs = 0;
    await scheduler.run(() => {
      if (this.#failure !== null) throw this.#failure;
      const at = scheduler.elapsedMs;
      check('stuck', scheduler.steps < STEPS_MAX, () => `no rest: ${this.describe()}`);
      if (!this.#isHealed && at >= endMs) this.#heal();
      check('stuck', at < endMs + REST_MS, () => `no rest: ${this.describe()}`);
      if (!this.#isHealed || at < nextCheckMs) return false;
      nextCheckMs = at + REST_CHECK_MS;
      this.#restingChecks = this.#isAtRest() ? this.#restingChecks + 1 : 0;
      return this.#restingChecks >= 3;
    });
    this.#checkAtRest();
    return {
      steps: scheduler.steps,
      virtualMs: scheduler.elapsedMs,
      faults: this.#done,
      takeOvers: this.cluster.takeOvers,
      snapshots: this.#snapshots.taken,
      epochsOpened: this.#epochsOpened(),
      ...this.#counts,
    };
  }

  describe(): string {
    const { table } = this.cluster;
    const seats = table.seats.map(({ owner, standby }, one) => `${one}:${owner}/${standby}`);
    const lines = [
      `client open ${this.client.open}, router pending ${this.client.routerPending}`,
      `table ${table.revision} ${seats.join(' ')}`,
    ];
    for (const process of this.cluster.processes) {
      for (const [partition, member] of process.shard.partitions) {
        const { position, parkedOrigin } = member.partition;
        const stream = this.log.current(partition);
        lines.push(
          `${process.name} p${partition} ${member.runner.role} ${member.runner.state} ` +
            `${position.epoch}/${position.sequence} of ` +
            `${this.log.currentEpoch(partition)}/${stream?.first}..${stream?.last} ` +
            `term ${position.term} outbox ${member.outbox.messages} parked ${parkedOrigin} ` +
            `feed ${member.feed.size}`,
        );
      }
    }
    return lines.join('\n  ');
  }

  #guard(action: () => void): void {
    try {
      action();
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    this.#failure ??= error instanceof Error ? error : new Error(String(error));
  }

  /** A reader that knows what the marks told it, and asks owners and standbys alike. */
  #lookUp(life: Life): void {
    const { scheduler } = this;
    this.#bus.connect(life).subscribe(MARKS_SUBJECT, (bytes) => {
      for (const mark of decodeMarks(bytes).partitions) this.#marks.take(mark);
    });
    const ask = (): void => {
      scheduler.after(scheduler.draw(2 * LOOK_UP_MS), 'look-up', ask);
      const partition = scheduler.random.below(this.cluster.partitions);
      const mark = this.#marks.get(partition);
      const isStandby = scheduler.random.chance(0.5);
      if (mark === undefined) return;
      const asked: AskedQuestion = [mark.epoch, mark.durable, [[], [], [], [], 0]];
      const subject = isStandby ? standbySubject(partition) : ownerSubject(partition, mark.owner);
      this.#bus.ask(subject, encode(asked), (by, bytes) => {
        if (decode(bytes) === null) return;
        const process = this.#processes.get(by);
        if (process === undefined) return;
        this.#counts.answers++;
        if (this.cluster.ownerOf(partition) !== process) this.#counts.standbyAnswers++;
        this.#guard(() => this.#checkAnswer(process, partition, asked));
      });
    };
    ask();
  }

  /**
   * An answer is from no state before what the asker was told, and from one that the log made. (While
   * a log lacks what it had, only its owner can know: README.md.)
   */
  #checkAnswer(process: PlacedProcess, partition: number, [epoch, sequence]: AskedQuestion): void {
    const position = process.shard.partitions.get(partition)?.partition.position;
    if (position === undefined) return;
    const at = `${process.name} p${partition} answers at ${position.epoch}/${position.sequence}`;
    const isLate =
      position.epoch < epoch || (position.epoch === epoch && position.sequence < sequence);
    check('answers', !isLate, () => `${at}, before ${epoch}/${sequence}`);
    const stream = this.log.stream(partition, position.epoch);
    const entry = stream?.entries.get(position.sequence);
    if (stream === undefined || entry === undefined || stream.wasDamaged) return;
    const isSame = Partition.entryHash(entry) === position.lastHash;
    check('answers', isSame, () => `${at}, where the log has another entry`);
  }

  #strike(kind: PlacedFault): void {
    const { cluster, scheduler } = this;
    const random = this.#random;
    const machine = random.pick(cluster.machines);
    const partition = random.below(cluster.partitions);
    const index = random.below(cluster.coordinators.length);
    if (cluster.isFragile) return;
    this.#done.push(kind);
    switch (kind) {
      case 'kill':
      case 'power_loss':
      case 'disk_lost':
        return cluster.crash(machine, kind);
      case 'freeze':
        return cluster.freeze(machine, 1000 + random.below(7000));
      case 'leave':
        return cluster.leave(machine);
      case 'stay_away':
        // Somebody has to be left.
        machine.isAway = cluster.machines.some((one) => one !== machine && !one.isAway);
        return cluster.crash(machine, 'kill');
      case 'router_crash':
        this.client.crashRouter();
        scheduler.after(random.below(1000), 'router restart', () => this.client.startRouter());
        return;
      case 'coordinator_kill':
        return cluster.killCoordinator(index, true);
      case 'coordinator_freeze': {
        const coordinator = cluster.coordinators[index];
        if (coordinator != null) {
          coordinator.life.frozenUntil = scheduler.now + 1000 + random.below(7000);
        }
        return;
      }
      case 'assigners_gone':
        for (const one of cluster.coordinators.keys()) cluster.killCoordinator(one, false);
        return;
      case 'deaf':
        for (const reader of this.log.current(partition)?.readers ?? []) {
          if (random.chance(0.5)) reader.lose();
        }
        return;
      case 'leader_gap':
        this.log.gapUntil.set(partition, scheduler.now + 3000 + random.below(4000));
        return;
      case 'placement_gap':
        for (const one of [0, 1]) {
          this.#placement.gapUntil.set(one, scheduler.now + 2000 + random.below(6000));
        }
        return;
      case 'damage_behind':
        return this.#damageBehind();
      default:
        this.#damage(kind, this.#calmPartitions());
    }
  }

  #calmPartitions(): readonly number[] {
    const all = Array.from({ length: this.cluster.partitions }, (_, one) => one);
    return all.filter((one) => this.cluster.isCalm(one));
  }

  /** So that what the standby holds is no longer what the owner goes on with. */
  #damageBehind(): void {
    const { cluster, scheduler } = this;
    const random = this.#random;
    const calm = this.#calmPartitions();
    if (calm.length === 0) return;
    const partition = random.pick(calm);
    const standby = cluster.table.seats[partition]?.standby;
    const machine = cluster.machines.find(({ stableName }) => stableName === standby);
    if (machine === undefined) return;
    cluster.freeze(machine, 1500 + random.below(6000));
    const kind = random.pick(['tail_loss', 'purge', 'log_gone', 'log_emptied'] as const);
    scheduler.after(500 + random.below(3000), `damage behind ${kind}`, () => {
      if (cluster.isCalm(partition)) this.#damage(kind, [partition]);
    });
  }

  /** Of some partition where the design promises to survive it. */
  #damage(kind: PlacedFault, calm: readonly number[]): void {
    const { cluster } = this;
    if (calm.length === 0) return;
    const partition = this.#random.pick(calm);
    damageLog(this.log, this.#random, kind, partition);
    cluster.protect(partition);
  }

  #heal(): void {
    if (this.cluster.isFragile) return;
    this.#isHealed = true;
    this.trace?.('  the faults are over');
    Object.assign(this.config.rates, noFaults());
    this.log.gapUntil.clear();
    this.#placement.gapUntil.clear();
    this.client.startRouter();
    this.cluster.heal();
  }

  /** Everything is where the table has it, applied, sent, told. */
  #isAtRest(): boolean {
    const { cluster, client, log } = this;
    if (client.open > 0 || client.routerPending > 0 || log.openAppends > 0) return false;
    if (cluster.machines.some(({ process }) => process === null)) return false;
    const { members, seats } = cluster.table;
    if (members.length !== cluster.machines.length || seats.length < cluster.partitions)
      return false;
    for (let partition = 0; partition < cluster.partitions; partition++) {
      const owner = cluster.ownerOf(partition);
      const standby = seats[partition]?.standby;
      if (owner === null || standby == null) return false;
      for (const process of cluster.processes) {
        const member = process.shard.partitions.get(partition);
        const isExpected = process === owner || process.stableName === standby;
        if ((member !== undefined) !== isExpected) return false;
        if (member === undefined) continue;
        const { position, parkedOrigin } = member.partition;
        const isDone =
          member.feed.size === 0 && this.log.current(partition)?.last === position.sequence;
        if (!isDone || process.disk.flushed(partition)?.sequence !== position.sequence)
          return false;
        if (process !== owner && member.runner.state !== 'following') return false;
        if (process === owner && (member.outbox.messages > 0 || parkedOrigin !== null))
          return false;
      }
    }
    return true;
  }

  #checkAtRest(): void {
    const { config, cluster } = this;
    const owners = this.#ownersByPartition();
    checkLinks(owners);
    const stores = Array.from(owners, ([partition, { disk }]) => [partition, disk.store] as const);
    const profiles = readProfiles(stores);
    checkTokens(owners, profiles, config.rules.componentCap);
    checkHolds(profiles, readObservations(stores));
    const outcome = clusterOutcome(profiles, stores);
    if (!config.isCapped) {
      const found = JSON.stringify(outcome);
      const oracle = runOracle(config.rules, [...config.events, ...breakerOrders(stores)]);
      const expected = JSON.stringify(expectedOutcome(oracle));
      check('oracle', found === expected, () => difference(found, expected));
    }
    this.feed.checkAgainst(profiles, outcome.standings, config.rules.clusterFloor);
    for (const [partition, owner] of owners) {
      for (const process of cluster.processes) {
        if (process !== owner) this.#checkFollower(partition, owner, process);
      }
      this.#checkReplay(partition, owner);
    }
  }

  /** What answers in the owner's place, and takes over from it, is the same to the byte. */
  #checkFollower(partition: number, owner: PlacedProcess, process: PlacedProcess): void {
    const { store } = process.disk;
    // What is left on a disk from before a restart serves as a cache.
    if (process.shard.partitions.get(partition) === undefined) return;
    const [own, other] = [stateRows(owner.disk.store, partition), stateRows(store, partition)];
    const different = own.findIndex((row, index) => row !== other[index]);
    check('standby', different < 0 && own.length === other.length, () => {
      const row = own[different]?.slice(0, 40);
      return `${process.name} p${partition} has other rows than its owner, from ${row} on`;
    });
  }

  #checkReplay(partition: number, { disk, shard }: PlacedProcess): void {
    const stream = this.log.stream(partition, 1);
    const position = shard.partitions.get(partition)?.partition.position;
    if (stream === undefined || position?.epoch !== 1 || stream.first !== 1) return;
    const { topology, limits } = this.config;
    checkReplay(partition, topology, limits.fragmentBytes, stream, { store: disk.store, position });
  }

  #ownersByPartition(): Map<number, PlacedProcess> {
    const owners = new Map<number, PlacedProcess>();
    for (let partition = 0; partition < this.cluster.partitions; partition++) {
      const owner = this.cluster.ownerOf(partition);
      check('stuck', owner !== null, () => `p${partition} has no owner at the end`);
      owners.set(partition, owner as PlacedProcess);
    }
    return owners;
  }

  #epochsOpened(): number {
    let sum = 0;
    for (const [partition, { disk }] of this.#ownersByPartition()) {
      sum += (disk.flushed(partition)?.epoch ?? 1) - 1;
    }
    return sum;
  }
}

/** Runs the schedule of a seed. */
export function runPlacedSchedule(
  seed: number,
  trace: ((line: string) => void) | null = null,
): Promise<PlacedResult> {
  return new PlacedSimulation(seed, trace).run();
}

/**
 * One schedule: a cluster, clients and faults from a seed, run until everything has come to rest,
 * then compared with the oracle.
 */
import { hash } from 'node:crypto';
import { messageOf } from '../support/oracle-messages.ts';
import {
  breakerOrders,
  clusterOutcome,
  expectedOutcome,
  readObservations,
  readProfiles,
} from '../support/cluster-outcome.ts';
import { runOracle } from '../support/oracle.ts';
import { createRandom, type Random } from '../support/random.ts';
import { partitionPrefix } from '../../shared/engine/partition.ts';
import type { Position } from '../../shared/engine/position.ts';
import { decode } from '../../shared/protocol/codec.ts';
import type { LinkSubframe } from '../../shared/protocol/frame.ts';
import { partitionCount } from '../../shared/protocol/topology.ts';
import {
  check,
  checkContinued,
  checkDurable,
  checkHolds,
  checkLinks,
  checkMarks,
  checkPosition,
  checkTokens,
  FeedReader,
  OwnerCheck,
  difference,
  SimulationFailure,
} from './checkers.ts';
import { Client } from './client.ts';
import { ClusterLog } from './cluster-log.ts';
import { type Configuration, drawConfiguration } from './configuration.ts';
import { type FaultKind, noFaults } from './faults.ts';
import { GenerationTrial } from './generation-trial.ts';
import { checkReplay, stateRows } from './replay-check.ts';
import { Scheduler } from './scheduler.ts';
import type { ShardProcess, Surroundings } from './shard-process.ts';
import { SimulatedCluster } from './simulated-cluster.ts';
import { checkTrial, isTrialAtRest, TrialRun } from './trial-run.ts';
import { BusServer } from './simulated-bus.ts';

export interface ScheduleResult {
  readonly steps: number;
  readonly virtualMs: number;
  /** Over all rows but bookkeeping. */
  readonly stateHash: string;
  readonly faults: readonly FaultKind[];
  readonly epochsOpened: number;
}

/** Rest must come within this virtual time after the last fault. */
const REST_MS = 180_000;
const STEPS_MAX = 400_000;
/** How often the cluster is asked whether it rests. */
const REST_CHECK_MS = 500;

export class Simulation {
  readonly config: Configuration;
  readonly scheduler: Scheduler;
  readonly cluster: SimulatedCluster;
  readonly log = new ClusterLog();
  readonly client: Client;
  readonly feed = new FeedReader();
  readonly trial: GenerationTrial | null;
  readonly #random: Random;
  readonly #owners = new OwnerCheck();
  readonly #positions = new Map<string, Position>();
  readonly #processes = new Map<object, ShardProcess>();
  readonly #restored = new Set<number>();
  readonly #done: FaultKind[] = [];
  #failure: Error | null = null;
  #isResting = false;
  #isHealed = false;
  trace: ((line: string) => void) | null = null;

  constructor(seed: number, trace: ((line: string) => void) | null = null) {
    this.trace = trace;
    const random = createRandom(seed);
    this.#random = random;
    this.config = drawConfiguration(random.fork());
    const { config } = this;
    this.scheduler = new Scheduler(random.fork());
    const { scheduler } = this;
    if (trace !== null) scheduler.onStep = (at, label) => trace(`${at.toFixed(2)} ${label}`);
    const bus = new BusServer(scheduler, config.rates, config.networkMs, (life, bytes) => {
      const sender = this.#processes.get(life);
      if (sender !== undefined) this.#guard(() => checkMarks(sender, bytes));
    });
    this.trial = this.#planTrial();
    const around: Surroundings = {
      ...config,
      trial: this.trial,
      scheduler,
      bus,
      cluster: this.log,
      onBug: (error) => this.#fail(error),
    };
    this.cluster = new SimulatedCluster(config, around, {
      onFlushed: (process, partition, position) => this.#onFlushed(process, partition, position),
      onState: (process, partition, state, why) => this.#onState(process, partition, state, why),
      onFeed: (_, events) => this.#guard(() => this.feed.take(events, this.#restored.size === 0)),
      onShadowState: (process, state) => this.trace?.(`  ${process.name} shadow ${state}`),
      onFatal: (process, error) => this.trace?.(`  ${process.name} ends: ${String(error)}`),
    });
    const messages = config.events.map(messageOf);
    // Clients repeat themselves, also without a reason.
    for (const message of messages.slice()) if (random.chance(0.1)) messages.push(message);
    this.client = new Client(around, config.router, messages, config.activeMs, {
      onDurable: (placement, isShadow) => {
        // What the shadow's disks hold is not followed step by step; its outcome tells.
        if (isShadow) return;
        this.#guard(() => checkDurable(placement, this.cluster.furthest(placement.partition)));
      },
      onSettled: (origin) => this.#guard(() => this.#checkSettled(origin)),
    });
    if (this.trial !== null) new TrialRun(this.trial, scheduler, this.cluster, this.client).start();
    for (const [at, kind] of config.faults) {
      scheduler.after(at, `fault ${kind}`, () => this.#strike(kind));
    }
  }

  /** Runs the schedule; throws `SimulationFailure`, or what the code under test threw. */
  async run(): Promise<ScheduleResult> {
    const { scheduler, config } = this;
    const activeMs = Math.max(config.activeMs, ...config.faults.map(([at]) => at));
    let nextCheckMs = 0;
    await scheduler.run(() => {
      if (this.#failure !== null) throw this.#failure;
      const at = scheduler.elapsedMs;
      check('stuck', scheduler.steps < STEPS_MAX, () => `no rest: ${this.describe()}`);
      if (!this.#isHealed && at >= activeMs) {
        this.#isHealed = true;
        nextCheckMs = at;
        this.#heal();
      }
      if (!this.#isHealed || at < nextCheckMs) return false;
      nextCheckMs = at + REST_CHECK_MS;
      if (this.#isAtRest()) {
        if (this.#isResting) return true;
        this.#isResting = true;
      } else {
        this.#isResting = false;
      }
      check('stuck', at < activeMs + REST_MS, () => `no rest: ${this.describe()}`);
      return false;
    });
    this.#checkAtRest();
    return {
      steps: scheduler.steps,
      virtualMs: scheduler.elapsedMs,
      stateHash: this.#stateHash(),
      faults: this.#done,
      epochsOpened: this.#epochsOpened(),
    };
  }

  #planTrial(): GenerationTrial | null {
    const { trial, rates, networkMs, events } = this.config;
    if (trial === null) return null;
    const bus = new BusServer(this.scheduler, rates, networkMs, () => undefined);
    return new GenerationTrial(trial, bus, events);
  }

  /** State of every partition, for failures. */
  describe(): string {
    const lines = [`client open ${this.client.open}, router pending ${this.client.routerPending}`];
    for (const process of this.cluster.processes) {
      for (const [partition, member] of process.shard.partitions) {
        const { position, parkedOrigin } = member.partition;
        const stream = this.log.current(partition);
        const counters = JSON.stringify(member.partition.counters);
        lines.push(
          `${process.name} p${partition} ${member.runner.state} ${position.epoch}/${position.sequence}` +
            ` of ${this.log.currentEpoch(partition)}/${stream?.first}..${stream?.last}` +
            ` term ${position.term} outbox ${member.outbox.messages} parked ${parkedOrigin}` +
            ` feed ${member.feed.size} ${counters}`,
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

  #onFlushed(process: ShardProcess, partition: number, position: Position): void {
    this.#processes.set(process.life, process);
    const key = `${process.name} p${partition}`;
    this.#guard(() => checkPosition(this.#positions.get(key), position, key));
    this.#positions.set(key, position);
    this.trace?.(`  ${key} flushed ${position.epoch}/${position.sequence}`);
  }

  #onState(process: ShardProcess, partition: number, state: string, why: string): void {
    this.trace?.(`  ${process.name} p${partition} ${state}: ${why}`);
    if (state !== 'running' && state !== 'claiming') return;
    this.#guard(() => {
      if (state === 'running') this.#owners.running(process, partition);
      const position = process.shard.partitions.get(partition)?.partition.position;
      const stream = this.log.stream(partition, position?.epoch ?? 0);
      if (position === undefined || stream === undefined) return;
      checkContinued(stream, position, `${process.name} p${partition}`);
    });
  }

  #strike(kind: FaultKind): void {
    const { cluster } = this;
    const random = this.#random;
    const slot = random.pick(cluster.slots);
    const partition = random.below(partitionCount(this.config.topology));
    this.#done.push(kind);
    switch (kind) {
      case 'kill':
      case 'power_loss':
        return cluster.crashSlot(slot, kind);
      case 'disk_full':
        return cluster.fillDisk(slot);
      case 'power_cut':
        cluster.crashSlot(slot, 'power_loss');
        for (const one of slot.partitions) {
          if (random.chance(0.7) && cluster.isDamageable(one)) this.#damage('tail_loss', one);
        }
        return;
      case 'router_crash':
        this.client.crashRouter();
        this.scheduler.after(random.below(1000), 'router restart', () => this.client.startRouter());
        return;
      case 'owner_change':
        for (const one of slot.partitions) this.#restored.add(one);
        return cluster.changeOwner(slot);
      case 'take_snapshot':
        for (const one of slot.partitions) cluster.takeSnapshot(one);
        return;
      case 'restore':
        this.#restored.add(partition);
        return cluster.restore(partition);
      case 'leader_gap':
        this.log.gapUntil.set(partition, this.scheduler.now + 4000 + random.below(5000));
        return;
      default:
        if (random.chance(0.2)) this.#damageAtOpening(kind, partition);
        else if (cluster.isDamageable(partition)) this.#damage(kind, partition);
    }
  }

  /** The owner has to open its log again, and the damage comes while it looks. */
  #damageAtOpening(kind: FaultKind, partition: number): void {
    this.log.afterBounds.set(partition, () => {
      if (this.#isHealed || !this.cluster.isDamageable(partition)) return;
      this.#damage(kind, partition);
    });
    for (const reader of this.log.current(partition)?.readers ?? []) reader.lose();
  }

  #damage(kind: FaultKind, partition: number): void {
    damageLog(this.log, this.#random, kind, partition);
  }

  #heal(): void {
    this.trace?.('  the faults are over');
    Object.assign(this.config.rates, noFaults());
    this.log.gapUntil.clear();
    this.log.afterBounds.clear();
    this.client.startRouter();
    this.cluster.heal();
  }

  #isAtRest(): boolean {
    if (this.client.open > 0 || this.client.routerPending > 0 || this.log.openAppends > 0)
      return false;
    if (this.trial !== null && !isTrialAtRest(this.trial, this.cluster)) return false;
    for (const slot of this.cluster.slots) {
      const { process } = slot;
      if (process === null) return false;
      for (const [partition, { runner, outbox, feed }] of process.shard.partitions) {
        const { position, parkedOrigin } = runner.partition;
        const flushed = process.disk.flushed(partition);
        if (runner.state !== 'running' || outbox.messages > 0 || feed.size > 0) return false;
        if (parkedOrigin !== null || flushed?.sequence !== position.sequence) return false;
        if (this.log.current(partition)?.last !== position.sequence) return false;
      }
    }
    return true;
  }

  /** Nothing that follows from a settled origin is left anywhere. */
  #checkSettled(origin: number): void {
    for (const slot of this.cluster.slots) {
      for (const [partition, { outbox, partition: reducer }] of slot.process?.shard.partitions ??
        []) {
        // A replay of what was settled long ago makes the same messages once more.
        if (this.#restored.has(partition)) continue;
        const isSettled =
          reducer.parkedOrigin !== origin &&
          (outbox.lowOrigin !== origin ||
            !this.#isUntaken(slot.process as ShardProcess, partition, origin));
        check('settled', isSettled, () => {
          return `origin ${origin} is said to be settled; p${partition} still works on it`;
        });
      }
    }
  }

  /** Whether a batch of that origin waits whose destination does not have it on its disk. */
  #isUntaken(process: ShardProcess, partition: number, origin: number): boolean {
    const prefix = `${partitionPrefix(partition)}x/`;
    for (const [key, bytes] of process.disk.store.range(prefix, `${prefix}\x7f`)) {
      const [, , linkEpoch, first, messages] = decode(bytes) as LinkSubframe;
      if (!messages.some((message) => message[0] === origin)) continue;
      const destination = Number(key.slice(prefix.length).split('/')[0]);
      const holder = this.cluster.slotOf(destination).process;
      const [epoch, taken] = holder?.disk.flushed(destination)?.received.get(partition) ?? [0, 0];
      if (epoch < linkEpoch || (epoch === linkEpoch && taken < first + messages.length - 1))
        return true;
    }
    return false;
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
    // After an activation the former generation has not got what came since.
    if (!config.isCapped && this.trial?.phase !== 'live') {
      const found = JSON.stringify(outcome);
      const oracle = runOracle(config.rules, [...config.events, ...breakerOrders(stores)]);
      const expected = JSON.stringify(expectedOutcome(oracle));
      check('oracle', found === expected, () => difference(found, expected));
    }
    if (this.trial !== null) checkTrial(this.trial, owners);
    this.feed.checkAgainst(profiles, outcome.standings, config.rules.clusterFloor);
    this.#checkReplays(owners);
    check('stuck', cluster.zombies.size === 0, () => 'a zombie outlived the faults');
  }

  /** Every partition whose log goes back to its beginning. */
  #checkReplays(owners: ReadonlyMap<number, ShardProcess>): void {
    for (const [partition, { disk, shard }] of owners) {
      const stream = this.log.stream(partition, 1);
      const position = shard.partitions.get(partition)?.partition.position;
      if (stream === undefined || position?.epoch !== 1 || stream.first !== 1) continue;
      const { topology, limits } = this.config;
      const owner = { store: disk.store, position };
      checkReplay(partition, topology, limits.fragmentBytes, stream, owner);
    }
  }

  #ownersByPartition(): Map<number, ShardProcess> {
    const owners = new Map<number, ShardProcess>();
    const count = partitionCount(this.config.topology);
    for (let partition = 0; partition < count; partition++) {
      const { process } = this.cluster.slotOf(partition);
      if (process === null)
        throw new SimulationFailure('stuck', `p${partition} is down at the end`);
      owners.set(partition, process);
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

  #stateHash(): string {
    const parts: string[] = [];
    for (const [partition, { disk }] of this.#ownersByPartition()) {
      parts.push(...stateRows(disk.store, partition));
    }
    return hash('sha256', parts.join('\n'), 'hex').slice(0, 16);
  }
}

/** Damages the log of a partition, if it has entries; other kinds are no damage of a log. */
export function damageLog(log: ClusterLog, random: Random, kind: string, partition: number): void {
  const stream = log.current(partition);
  if (stream === undefined || stream.last < stream.first) return;
  // Mostly near the end, where it hurts.
  const near = Math.max(stream.first, stream.last - random.below(4));
  switch (kind) {
    case 'tail_loss':
      return log.loseTail(stream, 1 + random.below(5));
    case 'hole':
      return log.makeHole(stream, near);
    case 'flip': {
      const length = stream.entries.get(near)?.length ?? 0;
      if (length > 0) log.flipBit(stream, near, random.below(length * 8));
      return;
    }
    case 'purge':
      return log.purge(stream, near);
    case 'log_gone':
      return log.remove(partition, log.currentEpoch(partition));
    case 'log_emptied':
      return log.empty(stream);
    default:
      throw new Error(`${kind} is no damage of a log`);
  }
}

/** Runs the schedule of a seed. */
export function runSchedule(
  seed: number,
  trace: ((line: string) => void) | null = null,
): Promise<ScheduleResult> {
  return new Simulation(seed, trace).run();
}

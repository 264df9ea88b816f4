/**
 * A real cluster that also fails on demand: the namespace, source or reference `fault` with the
 * name of a fault as its value makes that one call fail. Everything else reaches the cluster behind
 * it.
 */
import {
  type CallOptions,
  type Cluster,
  type Command,
  ClusterError,
  type ClusterErrorCode,
  type FeedEvent,
  type ReadOptions,
} from '../../shared/protocol/cluster.ts';
import type { Audited, AuditTrail } from '../../shared/protocol/audit.ts';
import type { Stewardship } from '../../shared/protocol/stewardship.ts';
import type { Versions } from '../../shared/protocol/versions.ts';

/**
 * Errors of the port, a bug, silence until cancelled, a pause of 50 ms, `onStop`, the audit trail out
 * of reach and back, all out of reach for `OUTAGE_MS`, and a standby that stands in for an owner.
 */
type Fault =
  | ClusterErrorCode
  | 'bug'
  | 'silence'
  | 'slow'
  | 'stop'
  | 'audit_away'
  | 'audit_back'
  | 'outage'
  | 'standby';

const OUTAGE_MS = 500;
/** Entries that the standby has not applied. */
const STANDBY_LAG = 7;

const FAULT = 'fault';
/** Text that a bug leaks into its message, and that no client or log may ever see. */
const LEAKED_VALUE = 'leaked.person@example.com';

function untilAborted(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
}

export class FaultCluster implements Cluster, Audited {
  readonly versions: Versions;
  readonly stewardship: Stewardship;
  readonly audit: AuditTrail;
  readonly #inner: Cluster;
  /** Items per call of `ingest`, in order. */
  readonly ingestBatches: number[] = [];
  /** Signals of calls that were left unanswered. */
  readonly silenced: AbortSignal[] = [];
  /** Calls of `resolve`. */
  resolveCalls = 0;
  /** Change feeds that were ended from outside. */
  watchEnds = 0;
  /** Deadlines as passed on, epoch milliseconds. */
  readonly deadlines: number[] = [];
  /** As passed on. */
  readonly commands: Command[] = [];
  /** Next calls of `ingest` that are refused as overloaded. */
  overloadedCalls = 0;
  /** What the fault `stop` does: lets a client in another process stop the gateway. */
  onStop = (): void => {};
  isAuditAway = false;
  /** When set, `status` and all calls fail with it. */
  outage: ClusterErrorCode | null = null;

  constructor(inner: Cluster & Audited) {
    this.#inner = inner;
    this.versions = inner.versions;
    this.stewardship = inner.stewardship;
    this.audit = this.#faultyTrail(inner.audit);
  }

  /** The trail, which cannot be written while `isAuditAway`. */
  #faultyTrail(trail: AuditTrail): AuditTrail {
    const write: AuditTrail['write'] = async (record) => {
      if (this.isAuditAway) throw new ClusterError('unavailable', 'The trail is out of reach.');
      return trail.write(record);
    };
    return new Proxy(trail, {
      get: (target, name) => {
        if (name === 'write') return write;
        const member: unknown = Reflect.get(target, name, target);
        return typeof member === 'function' ? (member.bind(target) as unknown) : member;
      },
    });
  }

  async #play(name: string | undefined, options: ReadOptions = {}): Promise<void> {
    if (options.deadlineMs !== undefined) this.deadlines.push(options.deadlineMs);
    if (this.outage !== null) throw new ClusterError(this.outage, 'The cluster is out of reach.');
    if (name === undefined) return;
    const fault = name as Fault;
    if (fault === 'bug') throw new TypeError(`cannot handle ${LEAKED_VALUE}`);
    if (fault === 'silence') {
      if (options.signal !== undefined) this.silenced.push(options.signal);
      await untilAborted(options.signal);
    } else if (fault === 'audit_away' || fault === 'audit_back') {
      this.isAuditAway = fault === 'audit_away';
    } else if (fault === 'standby') {
      options.onStandIn?.(STANDBY_LAG);
      options.onStandIn?.(STANDBY_LAG - 1);
    } else if (fault === 'outage') {
      this.outage = 'unavailable';
      setTimeout(() => (this.outage = null), OUTAGE_MS);
    } else if (fault === 'stop') {
      this.onStop();
    } else if (fault === 'slow') {
      await new Promise((resolve) => {
        setTimeout(resolve, 50);
      });
    } else if (fault === 'overloaded') {
      throw new ClusterError(fault, 'Too much work.', { retryAfterMs: 1_500 });
    } else if (fault === 'invalid_argument') {
      const violations = [{ field: 'options.min_certainty', description: 'Below the floor.' }];
      throw new ClusterError(fault, 'Not acceptable.', { violations });
    } else throw new ClusterError(fault, `Played: ${fault}.`);
  }

  async ingest(...[items, options]: Parameters<Cluster['ingest']>) {
    this.ingestBatches.push(items.length);
    if (this.overloadedCalls > 0) {
      this.overloadedCalls--;
      throw new ClusterError('overloaded', 'Too much work.', { retryAfterMs: 5 });
    }
    const faulty = items.find(({ source }) => source === FAULT);
    await this.#play(faulty?.interactionId, options);
    return this.#inner.ingest(items, options);
  }

  async resolve(...[identifiers, options]: Parameters<Cluster['resolve']>) {
    this.resolveCalls++;
    const faulty = identifiers.find(({ namespace }) => namespace === FAULT);
    await this.#play(faulty?.value, options);
    return this.#inner.resolve(identifiers, options);
  }

  async getCustomer(...[ref, options]: Parameters<Cluster['getCustomer']>) {
    await this.#play(ref.startsWith('fault:') ? ref.slice(6) : undefined, options);
    return this.#inner.getCustomer(ref, options);
  }

  async explain(...[left, right, options]: Parameters<Cluster['explain']>) {
    await this.#play(undefined, options);
    return this.#inner.explain(left, right, options);
  }

  async matchRecord(...[record, options]: Parameters<Cluster['matchRecord']>) {
    const [fault] = record.identifiers.filter(({ namespace }) => namespace === FAULT);
    await this.#play(fault?.value, options);
    return this.#inner.matchRecord(record, options);
  }

  async getAttribution(...[source, interactionId, options]: Parameters<Cluster['getAttribution']>) {
    await this.#play(source === FAULT ? interactionId : undefined, options);
    return this.#inner.getAttribution(source, interactionId, options);
  }

  async command(...[command, options]: Parameters<Cluster['command']>) {
    this.commands.push(command);
    const isFaulty = command.kind === 'retract_interaction' && command.source === FAULT;
    await this.#play(isFaulty ? command.interactionId : undefined, options);
    return this.#inner.command(command, options);
  }

  async listOrders(...[options]: Parameters<Cluster['listOrders']>) {
    await this.#play(undefined, options);
    return this.#inner.listOrders(options);
  }

  watch(...[resumeToken, options]: Parameters<Cluster['watch']>): AsyncIterable<FeedEvent> {
    options.signal.addEventListener('abort', () => void this.watchEnds++, { once: true });
    return this.#inner.watch(resumeToken, options);
  }

  async status(options?: CallOptions) {
    // Without the deadline: readiness asks all the time.
    await this.#play(undefined);
    return this.#inner.status(options);
  }

  async settle(options?: CallOptions) {
    await this.#play(undefined, options);
    return this.#inner.settle(options);
  }

  close() {
    return this.#inner.close();
  }
}

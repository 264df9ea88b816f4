/**
 * Rates per tenant and per client: token buckets that fill continuously. Each gateway counts for
 * itself. Memory is bounded: the clients seen least recently are forgotten, and begin anew, full.
 */
import { GatewayError } from '../../shared/grpc/status.ts';
import type { SecurityConfig } from './security-config.ts';
import type { Caller } from './tokens.ts';

const CLIENTS_MAX = 10_000;

interface Bucket {
  level: number;
  atMs: number;
}

/** Buckets of one kind, by name. A `rate` of 0 limits nothing. */
export class Buckets {
  readonly #rate: number;
  readonly #capacity: number;
  readonly #max: number;
  readonly #buckets = new Map<string, Bucket>();

  /** `rate`: units a second; `burst`: seconds of it that may be used at once. */
  constructor(rate: number, burst: number, max: number) {
    this.#rate = rate;
    this.#capacity = rate * burst;
    this.#max = max;
  }

  get size(): number {
    return this.#buckets.size;
  }

  /**
   * Takes units, or tells in how many milliseconds they can be taken; 0: taken. More than the capacity
   * is taken from a full bucket, which then owes it, so that no call is too large for ever.
   */
  take(name: string, units: number, nowMs: number): number {
    if (this.#rate === 0) return 0;
    const bucket = this.#buckets.get(name) ?? { level: this.#capacity, atMs: nowMs };
    this.#buckets.delete(name);
    this.#buckets.set(name, bucket);
    if (this.#buckets.size > this.#max) {
      const oldest = this.#buckets.keys().next().value;
      if (oldest !== undefined) this.#buckets.delete(oldest);
    }
    const gained = (Math.max(0, nowMs - bucket.atMs) / 1000) * this.#rate;
    bucket.level = Math.min(this.#capacity, bucket.level + gained);
    bucket.atMs = nowMs;
    const missing = Math.min(units, this.#capacity) - bucket.level;
    if (missing > 0) return Math.ceil((missing / this.#rate) * 1000);
    bucket.level -= units;
    return 0;
  }
}

export class Quotas {
  readonly #tenantCalls: Buckets;
  readonly #tenantItems: Buckets;
  readonly #clientCalls: Buckets;
  readonly #now: () => number;

  constructor(config: SecurityConfig, now: () => number = () => performance.now()) {
    const burst = config.quotaBurstSeconds;
    const tenants = Math.max(1, config.tenantNames.length);
    this.#tenantCalls = new Buckets(config.quotaCalls, burst, tenants);
    this.#tenantItems = new Buckets(config.quotaItems, burst, tenants);
    this.#clientCalls = new Buckets(config.quotaClientCalls, burst, CLIENTS_MAX);
    this.#now = now;
  }

  /** Counts a call or stream. Throws QUOTA_EXCEEDED with the time after which it fits. */
  takeCall({ tenant, subject }: Caller): void {
    const now = this.#now();
    // The client first: one that is over its own rate must not use up its tenant's.
    refuse('client_calls', this.#clientCalls.take(`${tenant} ${subject}`, 1, now));
    refuse('calls', this.#tenantCalls.take(tenant, 1, now));
  }

  /** Counts the items of a unary call. Throws QUOTA_EXCEEDED as well. */
  takeItems({ tenant }: Caller, items: number): void {
    refuse('items', this.#tenantItems.take(tenant, items, this.#now()));
  }

  /** Milliseconds that a stream has to wait before its next batch is counted; 0: it is. */
  delayOfItems({ tenant }: Caller, items: number): number {
    return this.#tenantItems.take(tenant, items, this.#now());
  }
}

function refuse(limited: string, waitMs: number): void {
  if (waitMs === 0) return;
  const message = 'The quota is used up; try again after the given delay.';
  throw new GatewayError('QUOTA_EXCEEDED', message, {
    metadata: { limited },
    retryAfterMs: waitMs,
  });
}

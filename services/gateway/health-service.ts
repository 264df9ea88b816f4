/** gRPC health checking, version 1: per service and for the server as a whole (empty name). */
import { once } from 'node:events';
import type { HealthHandlers } from '../../shared/grpc/generated/grpc/health/v1/Health.ts';
import { GatewayError } from '../../shared/grpc/status.ts';
import { drainingError } from './bind-service.ts';
import type { RpcsOf } from './rpc.ts';

export type ServingStatus = 'SERVING' | 'NOT_SERVING';

/** State of a set of services that are ready together. */
export class Health {
  readonly #names: ReadonlySet<string>;
  readonly #listeners = new Set<() => void>();
  #status: ServingStatus = 'NOT_SERVING';

  constructor(serviceNames: readonly string[]) {
    this.#names = new Set(['', ...serviceNames]);
  }

  get status(): ServingStatus {
    return this.#status;
  }

  set(next: ServingStatus): void {
    if (next === this.#status) return;
    this.#status = next;
    for (const listener of this.#listeners) listener();
  }

  rpcs(): RpcsOf<HealthHandlers> {
    return {
      Check: {
        kind: 'unary',
        handle: async ({ service }) => {
          if (!this.#names.has(service)) {
            throw new GatewayError('NOT_FOUND', 'No such service; see List.');
          }
          return { status: this.#status };
        },
      },
      List: {
        kind: 'unary',
        handle: async () => {
          const entries = [...this.#names].map((name) => [name, { status: this.#status }] as const);
          return { statuses: Object.fromEntries(entries) };
        },
      },
      Watch: {
        kind: 'server_stream',
        handle: async ({ service }, stream, { signal, draining }) => {
          const isKnown = this.#names.has(service);
          const write = (): void => {
            stream.write({ status: isKnown ? this.#status : 'SERVICE_UNKNOWN' });
          };
          write();
          if (isKnown) this.#listeners.add(write);
          try {
            if (!draining.aborted) await once(draining, 'abort', { signal });
          } finally {
            this.#listeners.delete(write);
          }
          throw drainingError();
        },
      },
    };
  }
}

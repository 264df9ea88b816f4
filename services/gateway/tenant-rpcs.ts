/**
 * One gateway before several clusters: each call goes to the cluster of its caller's tenant, which
 * its token alone decides. Rpcs of one tenant hold nothing but that tenant's cluster.
 */
import type { Cluster, ClusterStatus } from '../../shared/protocol/cluster.ts';
import type { Admission, Release } from './admission.ts';
import { pause } from './pause.ts';
import type { Quotas } from './quotas.ts';
import type { BidiRpc, CallContext, Rpc, ServerStreamRpc, UnaryRpc } from './rpc.ts';
import type { Caller } from './tokens.ts';

type Rpcs = Readonly<Record<string, Rpc>>;

function ofCaller(tenants: ReadonlyMap<string, Rpcs>, name: string, context: CallContext): Rpc {
  const rpc = tenants.get(context.caller.tenant)?.[name];
  // Tokens are only taken for tenants that are served.
  if (rpc === undefined) throw new Error('a call of a tenant without a cluster');
  return rpc;
}

/** The Rpcs of a service for all tenants. `quotas` counts the items of unary calls. */
export function tenantRpcs(tenants: ReadonlyMap<string, Rpcs>, quotas: Quotas): Rpcs {
  const [first] = tenants.values();
  const entries = Object.entries(first ?? {}).map(([name, shape]): [string, Rpc] => {
    switch (shape.kind) {
      case 'unary': {
        const items = shape.items as ((request: object) => number) | undefined;
        const rpc: UnaryRpc<object, object> = {
          kind: 'unary',
          ...(items === undefined ? {} : { items }),
          handle: async (request, context) => {
            quotas.takeItems(context.caller, items?.(request) ?? 1);
            const own = ofCaller(tenants, name, context) as unknown as typeof rpc;
            return own.handle(request, context);
          },
        };
        return [name, rpc];
      }
      case 'server_stream': {
        const rpc: ServerStreamRpc<object, object> = {
          kind: 'server_stream',
          handle: (request, stream, context) => {
            const own = ofCaller(tenants, name, context) as unknown as typeof rpc;
            return own.handle(request, stream, context);
          },
        };
        return [name, rpc];
      }
      case 'bidi_stream': {
        const rpc: BidiRpc<object, object> = {
          kind: 'bidi_stream',
          handle: (stream, context) => {
            const own = ofCaller(tenants, name, context) as unknown as typeof rpc;
            return own.handle(stream, context);
          },
        };
        return [name, rpc];
      }
    }
  });
  return Object.fromEntries(entries);
}

/** Batches of streams wait for the tenant's quota before they wait for room in the gateway. */
export function tenantAdmission(
  admission: Admission,
  quotas: Quotas,
  tenant: string,
): Pick<Admission, 'admitBatch'> {
  const caller: Caller = { tenant, subject: '', scopes: new Set() };
  return {
    admitBatch: async (items: number, signal: AbortSignal): Promise<Release> => {
      for (;;) {
        const waitMs = quotas.delayOfItems(caller, items);
        if (waitMs === 0) return admission.admitBatch(items, signal);
        await pause(waitMs, signal);
        signal.throwIfAborted();
      }
    },
  };
}

/** What readiness and metrics ask: the state of all tenants whose cluster answers, as of one. */
export function statusOfAll(clusters: readonly Pick<Cluster, 'status'>[]): Pick<Cluster, 'status'> {
  return {
    status: async (options): Promise<ClusterStatus> => {
      const asked = await Promise.allSettled(clusters.map((cluster) => cluster.status(options)));
      const answers = asked.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
      const [first] = answers;
      if (first === undefined) throw (asked[0] as PromiseRejectedResult).reason;
      const counters: Record<string, number> = {};
      for (const answer of answers) {
        for (const [name, count] of Object.entries(answer.counters)) {
          counters[name] = (counters[name] ?? 0) + count;
        }
      }
      return {
        ...first,
        partitions: answers.flatMap(({ partitions }) => [...partitions]),
        settledLagMs: Math.max(...answers.map(({ settledLagMs }) => settledLagMs)),
        counters,
      };
    },
  };
}

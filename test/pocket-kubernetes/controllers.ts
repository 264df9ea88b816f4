/**
 * The controllers: each looks at the whole store and takes the next step, again and again until
 * nothing changes. They hold no state of their own.
 */
import { createHash } from 'node:crypto';
import { markDeleted } from './api-server.ts';
import {
  carries,
  isAvailable,
  isOwnedBy,
  isReady,
  isTerminating,
  ownerReference,
  type Deployment,
  type KubeObject,
  type Pod,
  type PodTemplate,
  type Service,
} from './objects.ts';
import { DEPLOYMENTS, ENDPOINTS, PODS, SERVICES } from './resources.ts';
import type { ObjectStore } from './store.ts';

export function hashOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 10);
}

/** Owned pods that still do something: a pod that ended for good is not counted. */
export function podsOf(store: ObjectStore, owner: KubeObject): Pod[] {
  return store
    .list<Pod>(PODS, owner.metadata.namespace)
    .filter((pod) => isOwnedBy(pod, owner))
    .filter(({ status }) => status?.phase !== 'Failed' && status?.phase !== 'Succeeded');
}

export function makePod(
  owner: KubeObject,
  { metadata, spec }: PodTemplate,
  name: string,
  labels: Readonly<Record<string, string>>,
): Pod {
  const { namespace = '' } = owner.metadata;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace,
      labels: { ...metadata?.labels, ...labels },
      annotations: { ...metadata?.annotations },
      ownerReferences: [ownerReference(owner)],
    },
    spec,
    status: { phase: 'Pending', conditions: [], containerStatuses: [] },
  };
}

export function endPod(store: ObjectStore, pod: Pod): void {
  markDeleted(store, pod, pod.spec.terminationGracePeriodSeconds ?? 30);
}

function absolute(value: number | string | undefined, of: number, round: 'up' | 'down'): number {
  const text = value ?? '25%';
  if (typeof text === 'number') return text;
  const share = (Number(text.replace('%', '')) / 100) * of;
  return round === 'up' ? Math.ceil(share) : Math.floor(share);
}

export function reconcileDeployment(store: ObjectStore, deployment: Deployment): void {
  const { spec, metadata } = deployment;
  const { replicas = 1, minReadySeconds = 0, strategy } = spec;
  const rolling = strategy?.rollingUpdate;
  const isRecreate = strategy?.type === 'Recreate';
  const surge = isRecreate ? 0 : absolute(rolling?.maxSurge, replicas, 'up');
  const unavailable = isRecreate
    ? replicas
    : absolute(rolling?.maxUnavailable, replicas, 'down') || (surge === 0 ? 1 : 0);
  const hash = hashOf(spec.template);
  const all = podsOf(store, deployment);
  const pods = all.filter((pod) => !isTerminating(pod));
  const current = pods.filter((pod) => pod.metadata.labels?.['pod-template-hash'] === hash);
  const old = pods.filter((pod) => !current.includes(pod));
  const available = pods.filter((pod) => isAvailable(pod, minReadySeconds));
  // Not ready first, then the youngest: what a replica set gives up first.
  const byWorth = (list: readonly Pod[]) =>
    list.toSorted((left, right) => {
      const difference = Number(isReady(left)) - Number(isReady(right));
      return (
        difference || Number(right.metadata.resourceVersion) - Number(left.metadata.resourceVersion)
      );
    });
  const wanted = isRecreate && all.length > current.length ? 0 : replicas;
  const room = Math.max(0, replicas + surge - pods.length);
  for (let made = 0; made < Math.min(room, wanted - current.length); made++) {
    const name = `${metadata.name}-${hash}-${Math.random().toString(36).slice(2, 7)}`;
    store.create(PODS, makePod(deployment, spec.template, name, { 'pod-template-hash': hash }));
  }
  for (const pod of byWorth(current).slice(0, Math.max(0, current.length - replicas))) {
    endPod(store, pod);
  }
  let spare = available.length - (replicas - unavailable);
  for (const pod of byWorth(old)) {
    const counts = available.includes(pod);
    if (counts && spare <= 0) continue;
    if (counts) spare--;
    endPod(store, pod);
  }
  store.setStatus(DEPLOYMENTS, deployment, {
    observedGeneration: metadata.generation,
    replicas: pods.length,
    updatedReplicas: current.length,
    readyReplicas: pods.filter(isReady).length,
    availableReplicas: available.length,
    unavailableReplicas: Math.max(0, replicas - available.length),
    conditions: [
      {
        type: 'Available',
        status: available.length >= replicas - unavailable ? 'True' : 'False',
        reason: 'MinimumReplicas',
      },
      { type: 'Progressing', status: 'True', reason: 'ReplicaSetUpdated' },
    ],
  });
}

/** Addresses behind a service: of its ready pods, or of all when it says so. */
export function addressesOf(
  store: ObjectStore,
  service: Service,
): readonly (readonly [string, Pod])[] {
  const { selector, publishNotReadyAddresses = false } = service.spec;
  if (selector === undefined) return [];
  return store
    .list<Pod>(PODS, service.metadata.namespace)
    .filter((pod) => carries(pod.metadata.labels, selector))
    .filter((pod) => publishNotReadyAddresses || (isReady(pod) && !isTerminating(pod)))
    .flatMap((pod) => (pod.status?.podIP === undefined ? [] : [[pod.status.podIP, pod] as const]));
}

/** For `kubectl get endpoints`; names are answered from the pods themselves. */
export function reconcileEndpoints(store: ObjectStore): void {
  for (const service of store.list<Service>(SERVICES)) {
    const { name, namespace = '' } = service.metadata;
    const addresses = addressesOf(store, service).map(([ip, pod]) => ({
      ip,
      targetRef: { kind: 'Pod', name: pod.metadata.name, namespace },
    }));
    const ports = (service.spec.ports ?? []).map((one) => ({ name: one.name, port: one.port }));
    const next = {
      apiVersion: 'v1',
      kind: 'Endpoints',
      metadata: { name, namespace },
      subsets: addresses.length === 0 ? [] : [{ addresses, ports }],
    };
    if (store.get(ENDPOINTS, namespace, name) === undefined) store.create(ENDPOINTS, next);
    else store.update(ENDPOINTS, next);
  }
  for (const { metadata } of store.list(ENDPOINTS)) {
    const { name, namespace = '' } = metadata;
    if (store.get(SERVICES, namespace, name) === undefined)
      store.remove(ENDPOINTS, namespace, name);
  }
}

/**
 * The controller of StatefulSets: stable names, one claim for each ordinal, rolling updates from the
 * highest ordinal, each pod available before the next goes.
 */
import { endPod, hashOf, makePod, podsOf } from './controllers.ts';
import {
  isAvailable,
  isReady,
  isTerminating,
  ownerReference,
  type Pod,
  type StatefulSet,
  type Volume,
} from './objects.ts';
import { CLAIMS, PODS, STATEFUL_SETS } from './resources.ts';
import type { ObjectStore } from './store.ts';

const REVISION = 'controller-revision-hash';

function revisionOf(pod: Pod): string {
  return pod.metadata.labels?.[REVISION] ?? '';
}

export function ordinalOf(pod: Pod): number {
  return Number(pod.metadata.name.slice(pod.metadata.name.lastIndexOf('-') + 1));
}

function createOrdinal(store: ObjectStore, set: StatefulSet, ordinal: number, hash: string): void {
  const { name, namespace = '' } = set.metadata;
  const { template, volumeClaimTemplates = [], serviceName } = set.spec;
  const { whenDeleted } = set.spec.persistentVolumeClaimRetentionPolicy ?? {};
  const podName = `${name}-${ordinal}`;
  const claimed: Volume[] = volumeClaimTemplates.map(({ metadata, spec }) => {
    const claimName = `${metadata.name}-${podName}`;
    if (store.get(CLAIMS, namespace, claimName) === undefined) {
      // An owned claim goes with its owner (garbage.ts).
      const owners = whenDeleted === 'Delete' ? [ownerReference(set)] : [];
      store.create(CLAIMS, {
        apiVersion: 'v1',
        kind: 'PersistentVolumeClaim',
        metadata: { name: claimName, namespace, ownerReferences: owners },
        spec,
        status: { phase: 'Bound' },
      });
    }
    return { name: metadata.name, persistentVolumeClaim: { claimName } };
  });
  const names = new Set(claimed.map((volume) => volume.name));
  const others = (template.spec.volumes ?? []).filter((volume) => !names.has(volume.name));
  const spec = {
    ...template.spec,
    hostname: podName,
    subdomain: serviceName,
    volumes: [...others, ...claimed],
  };
  const labels = {
    [REVISION]: hash,
    'statefulset.kubernetes.io/pod-name': podName,
    'apps.kubernetes.io/pod-index': String(ordinal),
  };
  store.create(PODS, makePod(set, { ...template, spec }, podName, labels));
}

/** Creates what is missing and ends what is too much; true when the number of pods is as wanted. */
function keepNumber(
  store: ObjectStore,
  set: StatefulSet,
  pods: readonly Pod[],
  hash: string,
): boolean {
  const { replicas = 1, podManagementPolicy = 'OrderedReady' } = set.spec;
  const isParallel = podManagementPolicy === 'Parallel';
  const { name, namespace = '' } = set.metadata;
  for (let ordinal = 0; ordinal < replicas; ordinal++) {
    const pod = store.get<Pod>(PODS, namespace, `${name}-${ordinal}`);
    if (pod === undefined) {
      createOrdinal(store, set, ordinal, hash);
      if (!isParallel) return false;
    } else if (!isParallel && (!isReady(pod) || isTerminating(pod))) return false;
  }
  const surplus = pods
    .filter((pod) => ordinalOf(pod) >= replicas)
    .sort((left, right) => ordinalOf(right) - ordinalOf(left));
  for (const pod of surplus) {
    if (!isTerminating(pod)) endPod(store, pod);
    if (!isParallel) return false;
  }
  return surplus.length === 0 && pods.length === replicas;
}

function roll(store: ObjectStore, set: StatefulSet, pods: readonly Pod[], hash: string): void {
  const { minReadySeconds = 0, updateStrategy } = set.spec;
  if (updateStrategy?.type === 'OnDelete') return;
  const from = updateStrategy?.rollingUpdate?.partition ?? 0;
  const fromHighest = pods.toSorted((left, right) => ordinalOf(right) - ordinalOf(left));
  for (const pod of fromHighest) {
    if (ordinalOf(pod) < from) return;
    if (revisionOf(pod) !== hash) {
      if (!isTerminating(pod)) endPod(store, pod);
      return;
    }
    if (!isAvailable(pod, minReadySeconds)) return;
  }
}

/** Claims of ordinals that are no more, when the policy says so. */
function releaseClaims(store: ObjectStore, set: StatefulSet): void {
  const { replicas = 1, persistentVolumeClaimRetentionPolicy, volumeClaimTemplates } = set.spec;
  if (persistentVolumeClaimRetentionPolicy?.whenScaled !== 'Delete') return;
  const { name, namespace = '' } = set.metadata;
  const prefixes = (volumeClaimTemplates ?? []).map((one) => `${one.metadata.name}-${name}-`);
  for (const { metadata } of store.list(CLAIMS, namespace)) {
    const prefix = prefixes.find((one) => metadata.name.startsWith(one));
    const ordinal = Number(metadata.name.slice(prefix?.length ?? 0));
    if (prefix === undefined || !(ordinal >= replicas)) continue;
    if (store.get(PODS, namespace, `${name}-${ordinal}`) !== undefined) continue;
    store.remove(CLAIMS, namespace, metadata.name);
  }
}

export function reconcileStatefulSet(store: ObjectStore, set: StatefulSet): void {
  const { replicas = 1, minReadySeconds = 0, template } = set.spec;
  const hash = hashOf(template);
  const before = podsOf(store, set);
  if (keepNumber(store, set, before, hash)) roll(store, set, before, hash);
  releaseClaims(store, set);
  const pods = podsOf(store, set);
  const updated = pods.filter((pod) => revisionOf(pod) === hash);
  const isDone = updated.length === replicas && pods.length === replicas && updated.every(isReady);
  const known = set.status?.currentRevision;
  const current = isDone || known === undefined ? hash : known;
  store.setStatus(STATEFUL_SETS, set, {
    observedGeneration: set.metadata.generation,
    replicas: pods.length,
    readyReplicas: pods.filter(isReady).length,
    availableReplicas: pods.filter((pod) => isAvailable(pod, minReadySeconds)).length,
    currentReplicas: pods.filter((pod) => revisionOf(pod) === current).length,
    updatedReplicas: updated.length,
    currentRevision: current,
    updateRevision: hash,
    collisionCount: 0,
  });
}

/**
 * Policies over the rendered manifests of both overlays, and that what they say of ports, settings
 * and budgets is what the code has.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { COORDINATOR_SETTINGS } from '../../services/coordinator/config.ts';
import { SCALER_METRIC } from '../../services/coordinator/scaling/scaler-server.ts';
import { describeConfig } from '../../services/gateway/config.ts';
import { GRACE_MS } from '../../services/gateway/main.ts';
import { SHARD_SETTINGS } from '../../services/shard/config.ts';
import { describeSettings } from '../../shared/adapters/env-config.ts';
import { CLUSTER_SETTINGS } from '../../shared/cluster/settings.ts';
import { packageVersion } from '../../shared/cluster/service-process.ts';
import { packageRoot } from '../../shared/ingress/package-root.ts';
import {
  hasKubectl,
  KUBECTL_MISSING,
  type Loose,
  objectsOf,
  OVERLAYS,
  renderOverlay,
  selects,
  workloadsOf,
} from '../support/kubernetes-manifests.ts';

const MEBIBYTE = 1024 ** 2;

const rendered = new Map<string, Loose[]>();
beforeAll(() => {
  if (!hasKubectl()) return;
  for (const overlay of OVERLAYS) rendered.set(overlay, renderOverlay(overlay));
});

function podsOf(objects: readonly Loose[]): Loose[] {
  return workloadsOf(objects).map((one) => ({ name: one.metadata.name, ...one.spec.template }));
}

function ourPods(objects: readonly Loose[]): Loose[] {
  return podsOf(objects).filter(
    ({ metadata }) => metadata.labels['app.kubernetes.io/name'] === 'selfsame',
  );
}

/** Bytes of a quantity such as 512Mi. */
function bytesOf(quantity: string): number {
  const found = /^(\d+)(Ki|Mi|Gi)?$/.exec(quantity);
  if (found === null) throw new Error(`not a quantity that is used here: ${quantity}`);
  const units: Readonly<Record<string, number>> = { Ki: 1024, Mi: MEBIBYTE, Gi: 1024 ** 3 };
  return Number(found[1]) * (units[found[2] ?? ''] ?? 1);
}

function settingsOf(objects: readonly Loose[]): Loose {
  return objectsOf(objects, 'ConfigMap').find(({ metadata }) =>
    metadata.name.startsWith('selfsame-settings'),
  ).data;
}

function environmentOf(pod: Loose): Map<string, string | undefined> {
  const [container] = pod.spec.containers;
  return new Map(container.env.map((one: Loose) => [one.name, one.value]));
}

function describeBoth(name: string, body: (objects: Loose[], overlay: string) => void): void {
  describe(name, () => {
    for (const overlay of OVERLAYS) {
      test(overlay, (context) => {
        const objects = rendered.get(overlay);
        if (objects === undefined) {
          context.skip(KUBECTL_MISSING);
          return;
        }
        body(objects, overlay);
      });
    }
  });
}

describeBoth(
  'pods are fit for Pod Security "restricted", and the namespace enforces it',
  (objects) => {
    const [namespace] = objectsOf(objects, 'Namespace');
    expect(namespace.metadata.labels['pod-security.kubernetes.io/enforce']).toBe('restricted');
    const pods = podsOf(objects);
    expect(pods.length).toBeGreaterThanOrEqual(3);
    for (const { name, spec } of pods) {
      expect(spec.securityContext, name).toMatchObject({
        runAsNonRoot: true,
        seccompProfile: { type: 'RuntimeDefault' },
      });
      expect(spec.securityContext.runAsUser, name).toBeGreaterThan(0);
      expect(spec.hostNetwork ?? spec.hostPID ?? spec.hostIPC ?? false, name).toBe(false);
      for (const container of [...(spec.initContainers ?? []), ...spec.containers]) {
        expect(container.securityContext, name).toMatchObject({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        });
        expect(container.securityContext.capabilities.add ?? [], name).toEqual([]);
      }
      for (const volume of spec.volumes ?? []) {
        const { name: _name, ...kinds } = volume;
        expect(['emptyDir', 'configMap', 'secret', 'projected'], name).toContain(
          Object.keys(kinds)[0],
        );
      }
    }
  },
);

describeBoth('no token, no latest, requests and a memory limit, heap well below it', (objects) => {
  for (const pod of podsOf(objects)) {
    expect(pod.spec.automountServiceAccountToken, pod.name).toBe(false);
    expect(pod.spec.enableServiceLinks, pod.name).toBe(false);
    for (const { image, resources } of pod.spec.containers) {
      expect(image, pod.name).toMatch(/:[^:/]*\d[^:/]*$/);
      expect(image, pod.name).not.toMatch(/:latest$/);
      expect(resources.requests, pod.name).toHaveProperty('cpu');
      expect(resources.requests, pod.name).toHaveProperty('memory');
      expect(resources.limits, pod.name).toHaveProperty('memory');
    }
  }
  for (const pod of ourPods(objects)) {
    const [{ image, resources }] = pod.spec.containers;
    expect(image.endsWith(`:${packageVersion()}`), image).toBe(true);
    const heap = /--max-old-space-size=(\d+)/.exec(environmentOf(pod).get('NODE_OPTIONS') ?? '');
    const heapBytes = Number(heap?.[1]) * MEBIBYTE;
    expect(heapBytes / bytesOf(resources.limits.memory), pod.name).toBeLessThanOrEqual(0.6);
    // Whatever is written goes to a volume.
    const mounts = pod.spec.containers[0].volumeMounts.map((one: Loose) => one.mountPath);
    expect(mounts).toContain('/tmp');
    const dataDir = environmentOf(pod).get('SELFSAME_DATA_DIR');
    if (dataDir !== undefined) expect(mounts).toContain(dataDir);
  }
});

describeBoth('three probes ask three questions on the plaintext port', (objects) => {
  for (const pod of ourPods(objects)) {
    const [container] = pod.spec.containers;
    const probes = ['startupProbe', 'readinessProbe', 'livenessProbe'].map((one) => container[one]);
    expect(probes.map((probe) => probe.httpGet.path)).toEqual(['/startupz', '/readyz', '/livez']);
    expect(probes.map((probe) => probe.httpGet.port)).toEqual(['observe', 'observe', 'observe']);
    const [startup, , liveness] = probes;
    // A whole log may have to be replayed; a busy event loop is no reason to kill.
    expect(startup.periodSeconds * startup.failureThreshold).toBeGreaterThanOrEqual(300);
    expect(liveness.periodSeconds * liveness.failureThreshold).toBeGreaterThanOrEqual(60);
  }
});

describeBoth('ports and settings are those of the code', (objects) => {
  const known = new Set(
    [
      ...describeSettings({ ...SHARD_SETTINGS, ...COORDINATOR_SETTINGS, ...CLUSTER_SETTINGS }),
      ...describeConfig(),
    ].map((line) => line.split('=')[0]),
  );
  // Read by services that place partitions; unknown to those with static placement.
  known.add('SELFSAME_SHARD_NAME').add('SELFSAME_DRAIN_MS');
  const settings = settingsOf(objects);
  for (const name of Object.keys(settings)) expect(known, name).toContain(name);
  for (const pod of ourPods(objects)) {
    const environment = environmentOf(pod);
    for (const name of environment.keys()) {
      if (name.startsWith('SELFSAME_')) expect(known, name).toContain(name);
    }
    const ports = new Map<string, number>(
      pod.spec.containers[0].ports.map((one: Loose) => [one.name, one.containerPort]),
    );
    expect(String(ports.get('observe'))).toBe(settings.SELFSAME_METRICS_PORT);
    expect(settings.SELFSAME_METRICS_HOST).toBe('0.0.0.0');
    for (const [port, setting] of [
      ['grpc', 'SELFSAME_GATEWAY_PORT'],
      ['scaler', 'SELFSAME_SCALER_PORT'],
    ] as const) {
      expect(environment.get(setting)).toBe(ports.has(port) ? String(ports.get(port)) : undefined);
    }
  }
  // Every service leads to pods that have its port.
  for (const service of objectsOf(objects, 'Service')) {
    const pods = podsOf(objects).filter((pod) =>
      selects(service.spec.selector, pod.metadata.labels),
    );
    expect(pods.length, service.metadata.name).toBe(1);
    const names = pods[0].spec.containers[0].ports.map((one: Loose) => one.name);
    for (const { targetPort } of service.spec.ports) expect(names).toContain(targetPort);
  }
});

describeBoth('the time to end is longer than what the code takes, by 5 s', (objects) => {
  for (const pod of ourPods(objects)) {
    const environment = environmentOf(pod);
    const drainMs = Number(environment.get('SELFSAME_DRAIN_MS') ?? 0);
    const delayMs = Number(environment.get('SELFSAME_GATEWAY_DRAIN_DELAY_MS') ?? 0);
    const budgetMs = Math.max(drainMs, GRACE_MS, delayMs);
    expect(pod.spec.terminationGracePeriodSeconds * 1000, pod.name).toBeGreaterThanOrEqual(
      budgetMs + 5_000,
    );
    expect(delayMs).toBeLessThanOrEqual(GRACE_MS / 2);
  }
});

describeBoth('disruption budgets and spreading reach the pods they are meant for', (objects) => {
  const budgets = objectsOf(objects, 'PodDisruptionBudget');
  for (const pod of podsOf(objects)) {
    const own = budgets.filter((one) => selects(one.spec.selector, pod.metadata.labels));
    expect(own.length, pod.name).toBe(1);
    expect(own[0].spec).toMatchObject({
      maxUnavailable: 1,
      unhealthyPodEvictionPolicy: 'AlwaysAllow',
    });
    const spread = pod.spec.topologySpreadConstraints;
    expect(spread.map((one: Loose) => one.topologyKey).toSorted()).toEqual([
      'kubernetes.io/hostname',
      'topology.kubernetes.io/zone',
    ]);
    for (const one of spread) expect(selects(one.labelSelector, pod.metadata.labels)).toBe(true);
  }
});

describeBoth(
  'an autoscaler finds its target, and owns the number of replicas',
  (objects, overlay) => {
    const scalers = [
      ...objectsOf(objects, 'HorizontalPodAutoscaler'),
      ...objectsOf(objects, 'ScaledObject'),
    ];
    expect(scalers.length).toBe(overlay === 'prod' ? 2 : 0);
    for (const { spec } of scalers) {
      const { kind, name } = spec.scaleTargetRef;
      expect(objectsOf(objects, kind).map(({ metadata }) => metadata.name)).toContain(name);
    }
    // What is scaled, by a scaler or in dev by hand, must outlive the next `kubectl apply`.
    const scaled = scalers.map(({ spec }) => spec.scaleTargetRef.name);
    for (const { metadata, spec } of workloadsOf(objects)) {
      const isScaled =
        overlay === 'prod' ? scaled.includes(metadata.name) : metadata.name !== 'nats';
      expect(spec.replicas === undefined, metadata.name).toBe(isScaled);
    }
    for (const { metadata, spec } of objectsOf(objects, 'ScaledObject')) {
      const address = new URL(`http://${spec.triggers[0].metadata.scalerAddress}`);
      const service = objectsOf(objects, 'Service').find(
        (one) => `${one.metadata.name}.${metadata.namespace}` === address.hostname,
      );
      expect(service.spec.ports.map((one: Loose) => String(one.port))).toContain(address.port);
      expect(spec.triggers[0]).toMatchObject({ type: 'external-push', metricType: 'AverageValue' });
      const { scaleDown } = spec.advanced.horizontalPodAutoscalerConfig.behavior;
      expect(scaleDown.stabilizationWindowSeconds).toBeGreaterThanOrEqual(600);
      expect(SCALER_METRIC).toBe('selfsame_desired_shards');
    }
  },
);

describeBoth('in prod nothing hangs on one pod or one node', (objects, overlay) => {
  if (overlay !== 'prod') return;
  const leasts = new Map<string, number>([
    ...workloadsOf(objects).map((one) => [one.metadata.name, one.spec.replicas ?? 1] as const),
    ...objectsOf(objects, 'HorizontalPodAutoscaler').map(
      ({ spec }) => [spec.scaleTargetRef.name, spec.minReplicas ?? 1] as const,
    ),
    ...objectsOf(objects, 'ScaledObject').map(
      ({ spec }) => [spec.scaleTargetRef.name, spec.minReplicaCount ?? 0] as const,
    ),
  ]);
  for (const { name, metadata } of ourPods(objects)) {
    const least = leasts.get(name) ?? 0;
    expect(least, name).toBeGreaterThanOrEqual(2);
    const budget = objectsOf(objects, 'PodDisruptionBudget').find((one) =>
      selects(one.spec.selector, metadata.labels),
    );
    expect(least - budget.spec.maxUnavailable, name).toBeGreaterThanOrEqual(1);
  }
  // Two that may share a node are one.
  const [coordinator] = ourPods(objects).filter(({ name }) => name === 'selfsame-coordinator');
  const byNode = coordinator?.spec.topologySpreadConstraints.find(
    (one: Loose) => one.topologyKey === 'kubernetes.io/hostname',
  );
  expect(byNode).toMatchObject({
    maxSkew: 1,
    whenUnsatisfiable: 'DoNotSchedule',
    matchLabelKeys: ['pod-template-hash'],
  });
});

describeBoth(
  'volumes of shards are a cache, and NATS has room for every stream',
  (objects, overlay) => {
    const settings = settingsOf(objects);
    const shard = objectsOf(objects, 'StatefulSet').find(
      (one) => one.metadata.name === 'selfsame-shard',
    );
    expect(shard.spec).toMatchObject({
      podManagementPolicy: 'Parallel',
      persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Delete', whenScaled: 'Delete' },
    });
    expect(shard.spec.minReadySeconds).toBeGreaterThan(0);
    const headless = objectsOf(objects, 'Service').find(
      (one) => one.metadata.name === shard.spec.serviceName,
    );
    expect(headless.spec).toMatchObject({ clusterIP: 'None', publishNotReadyAddresses: true });
    expect(Number(settings.SELFSAME_REPLICAS)).toBe(3);
    // Twice: while another generation is built beside the live one; feed, agreement and the two
    // streams of the audit trail beside.
    const logs = Number(settings.SELFSAME_PARTITIONS) + Number(settings.SELFSAME_DESKS);
    const beside = 320 * MEBIBYTE + 2 * CLUSTER_SETTINGS.auditBytes.fallback;
    const wanted = logs * Number(settings.SELFSAME_STREAM_BYTES) * 2 + beside;
    if (overlay === 'dev') {
      const config = objectsOf(objects, 'ConfigMap').find(({ data }) => 'nats.conf' in data);
      const store = /max_file_store: (\d+)GB/.exec(config.data['nats.conf']);
      expect(Number(store?.[1]) * 1e9).toBeGreaterThanOrEqual(wanted);
      const nats = objectsOf(objects, 'StatefulSet').find((one) => one.metadata.name === 'nats');
      const { storage } = nats.spec.volumeClaimTemplates[0].spec.resources.requests;
      expect(bytesOf(storage)).toBeGreaterThanOrEqual(Number(store?.[1]) * 1e9);
    } else {
      const values = readFileSync(join(packageRoot(), 'k8s/nats/values.yaml'), 'utf8');
      const size = /fileStore:[\s\S]*?size: (\S+)/.exec(values)?.[1] ?? '';
      expect(bytesOf(size)).toBeGreaterThanOrEqual(wanted);
    }
  },
);

test('files that manifests and compose name are there', () => {
  for (const path of ['k8s/base/settings.env', 'k8s/components/nats/nats.conf', 'k8s/README.md']) {
    expect(existsSync(join(packageRoot(), path)), path).toBe(true);
  }
});

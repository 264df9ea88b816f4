/**
 * Goal: an overlay with the component `tracing` sends spans, and its network policies let them through;
 * without it nothing more is open. Method: the endpoint that the pods are given, against the policies.
 */
import { expect, test } from 'vitest';
import {
  hasKubectl,
  KUBECTL_MISSING,
  type Loose,
  objectsOf,
  renderOverlay,
  renderWithComponent,
  selects,
  workloadsOf,
} from '../support/kubernetes-manifests.ts';

/** Namespaces that pods of these labels may reach at that port. */
function reachable(objects: readonly Loose[], labels: Loose, port: number): unknown[] {
  return objectsOf(objects, 'NetworkPolicy')
    .filter(({ spec }) => selects(spec.podSelector, labels))
    .flatMap(({ spec }) => spec.egress ?? [])
    .filter((rule: Loose) => rule.ports?.some((one: Loose) => one.port === port) ?? true)
    .flatMap((rule: Loose) => rule.to ?? [{}])
    .map((to: Loose) => to.namespaceSelector?.matchLabels['kubernetes.io/metadata.name'] ?? 'any');
}

/** What the pods of a workload get from its ConfigMaps. */
function settingsOf(objects: readonly Loose[], pod: Loose): Readonly<Record<string, string>> {
  const names = (pod.spec.containers[0].envFrom ?? []).map((one: Loose) => one.configMapRef?.name);
  const found = objectsOf(objects, 'ConfigMap').filter(({ metadata }) =>
    names.includes(metadata.name),
  );
  return Object.assign({}, ...found.map(({ data }) => data));
}

test('with the component -> every service is told of the collector and reaches it', (context) => {
  if (!hasKubectl()) return context.skip(KUBECTL_MISSING);
  const [plain, traced] = [renderOverlay('prod'), renderWithComponent('prod', 'tracing')];
  const pods = workloadsOf(traced).map(({ spec }) => spec.template);
  expect(pods.length).toBe(3);
  for (const pod of pods) {
    const { labels } = pod.metadata;
    const address = new URL(settingsOf(traced, pod)['OTEL_EXPORTER_OTLP_ENDPOINT'] ?? '');
    // OTLP over HTTP, which is what the services speak.
    expect(address.port).toBe('4318');
    const [, namespace] = address.hostname.split('.');
    expect(reachable(traced, labels, 4318)).toEqual([namespace]);
    expect(reachable(plain, labels, 4318)).toEqual([]);
  }
  for (const { spec } of workloadsOf(plain)) {
    expect(settingsOf(plain, spec.template)).not.toHaveProperty('OTEL_EXPORTER_OTLP_ENDPOINT');
  }
  expect(reachable(traced, { 'app.kubernetes.io/name': 'nats' }, 4318)).toEqual([]);
});

/**
 * Goal: a namespace with the gateways of all tenants and NATS, and one for each tenant's coordinators and
 * shards, find each other and nobody else, and no alert is told twice. Method: rules over the rendered
 * overlays `tenants` and `tenant`.
 */
import { beforeAll, expect, test } from 'vitest';
import {
  hasKubectl,
  KUBECTL_MISSING,
  type Loose,
  objectsOf,
  renderOverlay,
  workloadsOf,
} from '../support/kubernetes-manifests.ts';
import { NetworkPolicies, type Party } from '../support/network-policies.ts';

const isMissing = !hasKubectl();
let tenants: Loose[] = [];
let tenant: Loose[] = [];
beforeAll(() => {
  if (isMissing) return;
  tenants = renderOverlay('tenants');
  tenant = renderOverlay('tenant');
});

const namesOf = (objects: readonly Loose[], kind: string): string[] =>
  objectsOf(objects, kind).map(({ metadata }) => metadata.name);

const settingsOf = (objects: readonly Loose[]): Readonly<Record<string, string>> =>
  objectsOf(objects, 'ConfigMap').find(({ metadata }) =>
    metadata.name.startsWith('selfsame-settings'),
  ).data;

/** Labels of the namespace that an overlay makes; every namespace has its name as one. */
function spaceOf(objects: readonly Loose[]): Readonly<Record<string, string>> {
  const [{ metadata }] = objectsOf(objects, 'Namespace');
  return { 'kubernetes.io/metadata.name': metadata.name, ...metadata.labels };
}

function podsOf(objects: readonly Loose[]): readonly Party[] {
  return workloadsOf(objects).map(({ spec: { template } }) => ({
    space: spaceOf(objects),
    pod: template.metadata.labels,
    ports: Object.fromEntries(
      template.spec.containers[0].ports.map((one: Loose) => [one.name, one.containerPort]),
    ),
  }));
}

const policiesOf = (objects: readonly Loose[]): NetworkPolicies =>
  new NetworkPolicies(objectsOf(objects, 'NetworkPolicy'), spaceOf(objects));

test.skipIf(isMissing)('each part has its services, and rules are there once', () => {
  const services = (objects: readonly Loose[]): string[] =>
    workloadsOf(objects).map(({ metadata }) => metadata.name);
  expect(services(tenants)).toEqual(['selfsame-gateway']);
  expect(services(tenant)).toEqual(['selfsame-coordinator', 'selfsame-shard']);
  expect(namesOf(tenants, 'PrometheusRule')).toEqual(['selfsame']);
  expect(namesOf(tenant, 'PrometheusRule')).toEqual([]);
  for (const objects of [tenants, tenant]) {
    expect(namesOf(objects, 'PodMonitor')).toEqual(['selfsame']);
    // Everything is in the namespace that the overlay makes.
    const [space] = namesOf(objects, 'Namespace');
    const elsewhere = objects.filter(
      ({ kind, metadata }) => kind !== 'Namespace' && metadata.namespace !== space,
    );
    expect(elsewhere).toEqual([]);
  }
});

test.skipIf(isMissing)('a tenant is one of those that gateways serve, with the same NATS', () => {
  const [all, own] = [settingsOf(tenants), settingsOf(tenant)];
  const served = (all['SELFSAME_TENANTS'] ?? '').split(',');
  expect(served).toContain(own['SELFSAME_TENANT']);
  expect(own['SELFSAME_PREFIX']).toBe(all['SELFSAME_PREFIX']);
  const [space] = namesOf(tenants, 'Namespace');
  expect(new URL(all['SELFSAME_NATS_URL'] ?? '').hostname).toBe('nats');
  expect(new URL(own['SELFSAME_NATS_URL'] ?? '').hostname).toBe(`nats.${space}`);
  // The user of each tenant is mounted where the setting looks for it.
  const [{ spec }] = workloadsOf(tenants);
  const { volumes, containers } = spec.template.spec;
  const users = volumes.find((one: Loose) => one.name === 'nats-user');
  const { mountPath } = containers[0].volumeMounts.find((one: Loose) => one.name === 'nats-user');
  const mounted = users.secret.items.map(({ path }: Loose) => `${mountPath}/${path}`);
  const file = all['SELFSAME_NATS_USER_FILE'] ?? '';
  expect(mounted).toEqual(served.map((name) => file.replace('{tenant}', name)));
  const [{ spec: scaled, metadata }] = objectsOf(tenant, 'ScaledObject');
  expect(scaled.triggers[0].metadata.scalerAddress).toBe(
    `selfsame-coordinator.${metadata.namespace}:7410`,
  );
});

test.skipIf(isMissing)('services of a tenant reach NATS, and nobody comes in by that', () => {
  const [central, own] = [policiesOf(tenants), policiesOf(tenant)];
  const nats: Party = { space: spaceOf(tenants), pod: { 'app.kubernetes.io/name': 'nats' } };
  const natsHere: Party = { space: spaceOf(tenant), pod: nats.pod };
  const client: Party = { space: { 'selfsame-client': 'true' }, pod: {} };
  const ours = podsOf(tenant);
  expect(ours.length).toBe(2);
  for (const pod of ours) {
    expect(own.allows('egress', pod, nats, 4222)).toBe(true);
    expect(own.allows('egress', pod, natsHere, 4222)).toBe(false);
    expect(own.allows('egress', pod, nats, 6222)).toBe(false);
    expect(central.allows('ingress', nats, pod, 4222)).toBe(true);
    expect(central.allows('ingress', nats, pod, 6222)).toBe(false);
    // Not without the label of the namespace, and not other pods of it.
    const unlabelled = { ...pod, space: { 'kubernetes.io/metadata.name': 'selfsame-acme' } };
    expect(central.allows('ingress', nats, unlabelled, 4222)).toBe(false);
    const lodger = { ...pod, pod: { 'app.kubernetes.io/name': 'lodger' } };
    expect(central.allows('ingress', nats, lodger, 4222)).toBe(false);
    expect(own.allows('ingress', pod, client, 9464)).toBe(false);
  }
  const [gateway] = podsOf(tenants);
  if (gateway === undefined) throw new Error('no gateway');
  expect(central.allows('ingress', gateway, client, 7400)).toBe(true);
  expect(central.allows('egress', gateway, nats, 4222)).toBe(true);
});

if (isMissing) test('tenants', (context) => context.skip(KUBECTL_MISSING));

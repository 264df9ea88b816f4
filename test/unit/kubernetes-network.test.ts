/**
 * Goal: pods talk along the edges that are written down here, and along no other. Method: every pair of
 * parties and every port is asked of the rendered policies, as their specification has it; policies that
 * open more, as somebody might write them, must be noticed.
 */
import { expect, test } from 'vitest';
import {
  hasKubectl,
  KUBECTL_MISSING,
  type Loose,
  objectsOf,
  type Overlay,
  renderOverlay,
  workloadsOf,
} from '../support/kubernetes-manifests.ts';
import { type Direction, NetworkPolicies, type Party } from '../support/network-policies.ts';

const OWN = { 'kubernetes.io/metadata.name': 'selfsame' };
const PORTS: Readonly<Record<string, number>> = {
  dns: 53,
  grpc: 7400,
  scaler: 7410,
  observe: 9464,
  nats: 4222,
  routes: 6222,
  monitor: 8222,
  exporter: 7777,
  other: 443,
};
const OURS = ['shard', 'coordinator', 'gateway'] as const;

const inSpace = (name: string, pod: Readonly<Record<string, string>> = {}): Party => ({
  space: { 'kubernetes.io/metadata.name': name },
  pod,
});
const OUTSIDE: Readonly<Record<string, Party>> = {
  client: {
    space: { 'kubernetes.io/metadata.name': 'shop', 'selfsame-client': 'true' },
    pod: {},
  },
  stranger: inSpace('default'),
  keda: inSpace('keda', { app: 'keda-operator' }),
  prometheus: inSpace('monitoring', { 'app.kubernetes.io/name': 'prometheus' }),
  // Of the same namespaces, but not those that are meant.
  alertmanager: inSpace('monitoring', { 'app.kubernetes.io/name': 'alertmanager' }),
  system: inSpace('kube-system', { 'k8s-app': 'metrics-server' }),
  dns: inSpace('kube-system', { 'k8s-app': 'kube-dns' }),
  // In our namespace, of no program that is ours.
  lodger: { space: OWN, pod: { 'app.kubernetes.io/name': 'lodger' } },
};

/** Whom a pod takes from, and at which port: `who -> pod:port`. */
const INGRESS = [
  ...OURS.map((pod) => `prometheus -> ${pod}:observe`),
  'client -> gateway:grpc',
  'keda -> coordinator:scaler',
  ...OURS.map((pod) => `${pod} -> nats:nats`),
  'nats -> nats:routes',
  'prometheus -> nats:monitor',
  'prometheus -> nats:exporter',
];
/** What it sends to. */
const EGRESS = [
  ...[...OURS, 'nats'].map((pod) => `${pod} -> dns:dns`),
  ...OURS.map((pod) => `${pod} -> nats:nats`),
  'nats -> nats:routes',
  'lodger -> dns:dns',
];

function partiesOf(objects: readonly Loose[]): ReadonlyMap<string, Party> {
  const parties = new Map(Object.entries(OUTSIDE));
  // Of NATS's own chart, where the overlay has none.
  parties.set('nats', { space: OWN, pod: { 'app.kubernetes.io/name': 'nats' } });
  for (const { metadata, spec } of workloadsOf(objects)) {
    const { metadata: pod, spec: podSpec } = spec.template;
    const ports = podSpec.containers.flatMap((one: Loose) => one.ports ?? []);
    parties.set(metadata.name.replace('selfsame-', ''), {
      space: OWN,
      pod: pod.labels,
      ports: Object.fromEntries(ports.map((one: Loose) => [one.name, one.containerPort])),
    });
  }
  return parties;
}

/** Edges that are open and should not be (`+`), and those that are closed and should not be (`-`). */
function differences(objects: readonly Loose[]): readonly string[] {
  const policies = new NetworkPolicies(objectsOf(objects, 'NetworkPolicy'), OWN);
  const parties = partiesOf(objects);
  const inside = [...OURS, 'nats', 'lodger'];
  const open = (direction: Direction): string[] =>
    inside.flatMap((pod) =>
      Array.from(parties, ([other, party]) =>
        Object.entries(PORTS)
          .filter(([, port]) => policies.allows(direction, need(parties, pod), party, port))
          .map(([port]) =>
            direction === 'ingress' ? `${other} -> ${pod}:${port}` : `${pod} -> ${other}:${port}`,
          ),
      ).flat(),
    );
  return [
    ...compared('ingress', open('ingress'), INGRESS),
    ...compared('egress', open('egress'), EGRESS),
  ];
}

function compared(what: string, found: readonly string[], wanted: readonly string[]): string[] {
  return [
    ...found.filter((edge) => !wanted.includes(edge)).map((edge) => `+ ${what} ${edge}`),
    ...wanted.filter((edge) => !found.includes(edge)).map((edge) => `- ${what} ${edge}`),
  ];
}

function need(parties: ReadonlyMap<string, Party>, name: string): Party {
  const party = parties.get(name);
  if (party === undefined) throw new Error(`there is no ${name}`);
  return party;
}

const known = new Map<Overlay, Loose[]>();
function rendered(overlay: Overlay): Loose[] {
  const objects = known.get(overlay) ?? renderOverlay(overlay);
  known.set(overlay, objects);
  return structuredClone(objects);
}

test.for(['dev', 'prod', 'secured'] as const)(
  'overlay %s -> these edges alone',
  (overlay, context) => {
    if (!hasKubectl()) return context.skip(KUBECTL_MISSING);
    expect(differences(rendered(overlay))).toEqual([]);
  },
);

test('names are looked up by UDP and by TCP', (context) => {
  if (!hasKubectl()) return context.skip(KUBECTL_MISSING);
  const objects = rendered('prod');
  const policies = new NetworkPolicies(objectsOf(objects, 'NetworkPolicy'), OWN);
  const parties = partiesOf(objects);
  const [shard, dns] = [need(parties, 'shard'), need(parties, 'dns')];
  expect(policies.allows('egress', shard, dns, 53, 'UDP')).toBe(true);
  expect(policies.allows('egress', shard, need(parties, 'stranger'), 53, 'UDP')).toBe(false);
});

const policy = (spec: Loose) => (all: Loose[]) =>
  all.push({ kind: 'NetworkPolicy', metadata: { name: 'seeded' }, spec });
const change = (name: string, edit: (spec: Loose) => void) => (all: Loose[]) =>
  edit(objectsOf(all, 'NetworkPolicy').find(({ metadata }) => metadata.name === name).spec);

test.for([
  [
    'everyone, at every port',
    policy({ podSelector: {}, ingress: [{}] }),
    /\+ ingress stranger -> shard:observe/,
  ],
  [
    'an empty list of peers',
    policy({ podSelector: {}, ingress: [{ from: [] }] }),
    /\+ ingress stranger -> nats:routes/,
  ],
  [
    'to everywhere',
    policy({ podSelector: {}, policyTypes: ['Egress'], egress: [{}] }),
    /\+ egress gateway -> stranger:other/,
  ],
  [
    'no ports',
    change('allow-clients', (spec) => delete spec.ingress[0].ports),
    /\+ ingress client -> gateway:observe/,
  ],
  [
    'an empty list of ports',
    change('allow-scrape', (spec) => (spec.ingress[0].ports = [])),
    /\+ ingress prometheus -> coordinator:scaler/,
  ],
  [
    'a range of ports',
    change('allow-nats', (spec) => Object.assign(spec.ingress[0].ports[0], { endPort: 7000 })),
    /\+ ingress shard -> nats:routes/,
  ],
  [
    'every namespace',
    change('allow-clients', (spec) => (spec.ingress[0].from[0].namespaceSelector = {})),
    /\+ ingress stranger -> gateway:grpc/,
  ],
  [
    'every pod of a namespace',
    change('allow-scrape', (spec) => delete spec.ingress[0].from[0].podSelector),
    /\+ ingress alertmanager -> shard:observe/,
  ],
  [
    'two peers instead of one',
    change('allow-scrape', (spec) => {
      const [{ namespaceSelector, podSelector }] = spec.ingress[0].from;
      spec.ingress[0].from = [{ namespaceSelector }, { podSelector }];
    }),
    /\+ ingress alertmanager -> shard:observe/,
  ],
  [
    'every pod of ours',
    change('allow-nats', (spec) => (spec.ingress[1].from[0].podSelector = {})),
    /\+ ingress lodger -> nats:routes/,
  ],
  [
    'an expression',
    change(
      'allow-clients',
      (spec) =>
        (spec.ingress[0].from[0].namespaceSelector = {
          matchExpressions: [{ key: 'selfsame-client', operator: 'DoesNotExist' }],
        }),
    ),
    /\+ ingress stranger -> gateway:grpc/,
  ],
  [
    'nothing denied',
    change('default-deny', (spec) => (spec.policyTypes = ['Egress'])),
    /\+ ingress stranger -> lodger:other/,
  ],
  [
    'no policy at all',
    (all: Loose[]) => {
      for (let at = all.length - 1; at >= 0; at--)
        if (all[at].kind === 'NetworkPolicy') all.splice(at, 1);
    },
    /\+ ingress stranger -> nats:nats/,
  ],
  [
    'a port that is not there',
    change('allow-scaler', (spec) => (spec.ingress[0].ports[0].port = 'scale')),
    /- ingress keda -> coordinator:scaler/,
  ],
] as const)('seeded: %s -> noticed', ([, seed, complaint], context) => {
  if (!hasKubectl()) return context.skip(KUBECTL_MISSING);
  const objects = rendered('secured');
  seed(objects);
  expect(differences(objects).join('\n')).toMatch(complaint);
});

test('a peer by addresses is not interpreted -> refused', (context) => {
  if (!hasKubectl()) return context.skip(KUBECTL_MISSING);
  const objects = rendered('secured');
  const block = { ipBlock: { cidr: '0.0.0.0/0' } };
  policy({ podSelector: {}, ingress: [{ from: [block] }] })(objects);
  expect(() => differences(objects)).toThrow(/not interpreted/);
});

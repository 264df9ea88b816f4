/**
 * What network policies let through, as their specification says (networking.k8s.io/v1, as read on
 * 2026-11-26): a pod that no policy of a direction selects is open in that direction; a rule without
 * peers is for everyone, one without ports for all ports. What is not interpreted here is refused.
 */
import type { Loose } from './kubernetes-manifests.ts';

type Labels = Readonly<Record<string, string>>;

/** A pod, or somebody outside. */
export interface Party {
  /** Of its namespace. */
  readonly space: Labels;
  readonly pod: Labels;
  /** Of its containers, by name. */
  readonly ports?: Readonly<Record<string, number>>;
}

export type Direction = 'ingress' | 'egress';

/** Throws for operators that there are none of. */
function selects(selector: Loose, labels: Labels): boolean {
  const { matchLabels = {}, matchExpressions = [], ...rest } = selector;
  if (Object.keys(rest).length > 0) throw new Error(`a selector with ${Object.keys(rest)}`);
  const isLabelled = Object.entries(matchLabels).every(([key, value]) => labels[key] === value);
  return isLabelled && matchExpressions.every((one: Loose) => holds(one, labels));
}

function holds({ key, operator, values = [] }: Loose, labels: Labels): boolean {
  const value = labels[key];
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    default:
      throw new Error(`no such operator: ${operator}`);
  }
}

/** Whether the peer of a rule is this party; `own` are the labels of the policy's namespace. */
function isPeer(rule: Loose, party: Party, own: Labels): boolean {
  const { namespaceSelector, podSelector, ipBlock, ...rest } = rule;
  if (ipBlock !== undefined || Object.keys(rest).length > 0) {
    throw new Error(`a peer that is not interpreted: ${JSON.stringify(rule)}`);
  }
  if (namespaceSelector === undefined && podSelector === undefined) throw new Error('no peer');
  const isInSpace =
    namespaceSelector === undefined
      ? party.space['kubernetes.io/metadata.name'] === own['kubernetes.io/metadata.name']
      : selects(namespaceSelector, party.space);
  return isInSpace && selects(podSelector ?? {}, party.pod);
}

/** `target` is the pod whose port it is: names of ports are its own. */
function isPort(
  { port, endPort, protocol = 'TCP' }: Loose,
  asked: number,
  askedProtocol: string,
  target: Party,
): boolean {
  if (protocol !== askedProtocol) return false;
  if (port === undefined) return true;
  const first = typeof port === 'string' ? target.ports?.[port] : port;
  return first !== undefined && asked >= first && asked <= (endPort ?? first);
}

export class NetworkPolicies {
  readonly #policies: readonly Loose[];
  readonly #own: Labels;

  /** `own` are the labels of the namespace that the policies are in. */
  constructor(policies: readonly Loose[], own: Labels) {
    this.#policies = policies;
    this.#own = own;
  }

  /** Whether `pod`, of the policies' namespace, may take from or send to `other`. */
  allows(
    direction: Direction,
    pod: Party,
    other: Party,
    port: number,
    protocol: 'TCP' | 'UDP' = 'TCP',
  ): boolean {
    const binding = this.#policies.filter(
      ({ spec }) => typesOf(spec).includes(direction) && selects(spec.podSelector, pod.pod),
    );
    if (binding.length === 0) return true;
    const target = direction === 'ingress' ? pod : other;
    return binding
      .flatMap(({ spec }) => spec[direction] ?? [])
      .some((rule: Loose) => {
        const peers: readonly Loose[] = rule[direction === 'ingress' ? 'from' : 'to'] ?? [];
        const ports: readonly Loose[] = rule.ports ?? [];
        return (
          (peers.length === 0 || peers.some((one) => isPeer(one, other, this.#own))) &&
          (ports.length === 0 || ports.some((one) => isPort(one, port, protocol, target)))
        );
      });
  }
}

/** Ingress unless it says otherwise, egress where there are rules for it. */
function typesOf({ policyTypes, egress }: Loose): readonly string[] {
  const types: readonly string[] =
    policyTypes ?? (egress === undefined ? ['Ingress'] : ['Ingress', 'Egress']);
  return types.map((type) => type.toLowerCase());
}

/**
 * A candidate generation that a schedule tries beside the live one (ARCHITECTURE S23): which rules, when,
 * and what becomes of it.
 *
 * Owns the shadow's log servers and bus, which outlive processes, and the events as the candidate routes
 * them. Its history has ids of ingress, because copies are routed by ingress.
 */
import type { Rules } from '../../shared/domain/rules.ts';
import type { IngressMessage } from '../../shared/domain/messages.ts';
import {
  deliveryIdOf,
  digestOf,
  interactionIdOf,
  keyIdOf,
  profileIdOf,
} from '../../shared/ingress/hashing.ts';
import { originalInput } from '../../shared/ingress/original-input.ts';
import { compileRules, routeInteraction } from '../../shared/ingress/routing.ts';
import { deliver } from '../../shared/protocol/pack-interaction.ts';
import type { OracleEvent } from '../support/oracle-events.ts';
import { messageOf } from '../support/oracle-messages.ts';
import type { IdFunctions } from '../support/oracle-routing.ts';
import { countingPersons, testRules } from '../support/test-rules.ts';
import { ClusterLog } from './cluster-log.ts';
import type { BusServer } from './simulated-bus.ts';

export const INGRESS_IDS: IdFunctions = {
  profile: profileIdOf,
  key: keyIdOf,
  interaction: interactionIdOf,
  digest: (content) => digestOf([content]),
  delivery: deliveryIdOf,
};

export type TrialEnd = 'keep' | 'activate' | 'drop';

export interface TrialPlan {
  readonly candidate: Rules;
  /** Virtual times after the start. */
  readonly proposeMs: number;
  readonly endMs: number;
  readonly end: TrialEnd;
}

const known = testRules({
  namespaces: testRules().namespaces.map((entry) => ({ ...entry, normaliser: 'trim' })),
});

/** The live version of schedules with a trial. */
export const TRIAL_RULES = countingPersons(known);

/** What anchors and values are called is the same in all: see `profileTranslator` for where it is not. */
export const CANDIDATES: readonly Rules[] = [
  changed(({ name }) => (name === 'crm' ? { kind: 'evidence', holderCap: 3 } : {})),
  changed(({ kind }) => (kind === 'evidence' ? { holderCap: 2, limit: null } : {})),
  changed(({ name }) => (name === 'login' ? { limit: null, priority: 12 } : {})),
  changed(({ name }) => (name === 'email' ? { certainty: 20 } : {})),
];

function changed(
  change: (entry: Rules['namespaces'][number]) => Partial<Rules['namespaces'][number]>,
): Rules {
  const { version: _, ...content } = TRIAL_RULES;
  const namespaces = TRIAL_RULES.namespaces.map((entry) => ({ ...entry, ...change(entry) }));
  return testRules({ ...content, namespaces });
}

const compiled = new Map<Rules, ReturnType<typeof compileRules>>();

/** The event as ingress routes it under the rules. */
export function routedUnder(rules: Rules, event: OracleEvent): OracleEvent {
  if (event.kind !== 'interaction') return event;
  const own = compiled.get(rules) ?? compileRules(rules);
  compiled.set(rules, own);
  const input = originalInput(deliver(event.interaction)[2]);
  const routed = routeInteraction(own, input, event.interaction.receivedAt);
  if (routed.kind !== 'routed') throw new Error(`refused: ${JSON.stringify(routed.violations)}`);
  return { kind: 'interaction', interaction: routed.interaction };
}

export class GenerationTrial {
  readonly plan: TrialPlan;
  readonly cluster = new ClusterLog();
  readonly bus: BusServer;
  /** As the candidate routes them. */
  readonly events: readonly OracleEvent[];
  phase: 'waiting' | 'building' | 'live' | 'dropped' = 'waiting';
  readonly #candidateOf = new Map<string, IngressMessage>();

  /** `events` are those of the live version. */
  constructor(plan: TrialPlan, bus: BusServer, events: readonly OracleEvent[]) {
    this.plan = plan;
    this.bus = bus;
    this.events = events.map((event) => routedUnder(plan.candidate, event));
    for (const [index, event] of events.entries()) {
      const own = this.events[index] as OracleEvent;
      this.#candidateOf.set(JSON.stringify(messageOf(event)), messageOf(own));
    }
  }

  get isHosted(): boolean {
    return this.phase === 'building' || this.phase === 'live';
  }

  /** What a router that knows of the activation sends instead. */
  candidateMessage(message: unknown): IngressMessage {
    const found = this.#candidateOf.get(JSON.stringify(message));
    if (found === undefined) throw new Error('a message of no event');
    return found;
  }
}

/**
 * A short notation for hand-worked cases, and readable results.
 *
 * Identifiers are written `namespace:value`, a party as identifiers apart by blanks with an
 * optional role (`buyer| login:a email:x`), a persona as `cookie:c+email:x` or `+email:x`.
 */
import { DAY_MS } from '../../shared/domain/rules.ts';
import type { Rules } from '../../shared/domain/rules.ts';
import type { ProfileId } from '../../shared/domain/identifier.ts';
import type { OracleEvent } from './oracle-events.ts';
import type { OracleOutcome } from './oracle.ts';
import { routeForTest, testIds } from './oracle-routing.ts';
import type { NormalisedParty } from './oracle-routing.ts';
import { testRules } from './test-rules.ts';

const SOURCE = 'case';
const nameById = new Map<ProfileId, string>();

function parse(text: string): { namespace: string; value: string } {
  const [namespace = '', value = ''] = text.split(':');
  return { namespace, value };
}

/** Profile id of `login:a`, or of the persona `cookie:c+email:x`. */
export function idOf(name: string): ProfileId {
  const [device, evidence] = name.split('+');
  const anchor =
    evidence === undefined
      ? parse(name)
      : {
          namespace: 'persona',
          value: JSON.stringify(
            [device === '' || device === undefined ? ':' : device, evidence].flatMap((part) =>
              Object.values(parse(part)),
            ),
          ),
        };
  const id = testIds.profile(anchor.namespace, anchor.value);
  nameById.set(id, name);
  return id;
}

/** The name under which `idOf` met an id, else the id. */
export function nameOf(id: ProfileId): string {
  return nameById.get(id) ?? id;
}

function parseParty(text: string): NormalisedParty {
  const [role, identifiers] = text.includes('|') ? text.split('|') : ['subject', text];
  const parsed = (identifiers ?? '').split(' ').filter((part) => part !== '');
  for (const part of parsed) if (/^(crm|login|loyalty|cookie|app):/.test(part)) idOf(part);
  return { role: role ?? '', identifiers: parsed.map(parse), attributes: {} };
}

export interface Delivery {
  /** UTC day of `occurred_at`, from 1970-01-01 (a Thursday). */
  readonly day?: number;
  readonly revision?: number;
  readonly receivedAt?: number;
  readonly rules?: Rules;
}

/** One delivery of interaction `id`. */
export function seen(id: string, delivery: Delivery, ...parties: string[]): OracleEvent {
  const interaction = routeForTest(delivery.rules ?? testRules(), {
    source: SOURCE,
    interactionId: id,
    revision: delivery.revision ?? 0,
    type: 'visit',
    channel: 'web',
    occurredAt: (delivery.day ?? 0) * DAY_MS,
    receivedAt: delivery.receivedAt ?? 0,
    parties: parties.map(parseParty),
    propertiesJson: '{}',
  });
  return { kind: 'interaction', interaction };
}

/** The same party on several days, in one interaction a day. */
export function seenOn(days: readonly number[], party: string): OracleEvent[] {
  return days.map((day) => seen(`${party}@${day}`, { day }, party));
}

export function linked(
  verdict: 'must_link' | 'cannot_link',
  decisionId: string,
  decidedAt: number,
  left: string,
  right: string,
  digest = '',
): OracleEvent {
  const ends = { left: idOf(left), right: idOf(right) };
  return { kind: 'link_decision', decisionId, verdict, ...ends, decidedAt, digest };
}

/** A split decision: profile name -> label. */
export function split(
  decisionId: string,
  decidedAt: number,
  labels: Readonly<Record<string, string>>,
): OracleEvent {
  const named = Object.entries(labels).map(([name, label]) => [idOf(name), label] as const);
  return { kind: 'split_decision', decisionId, labels: named, decidedAt, digest: '' };
}

export function undecided(decisionId: string, decidedAt: number, withdrawn = false): OracleEvent {
  return { kind: 'retract_decision', decisionId, decidedAt, withdrawn };
}

export function retracted(id: string, decidedAt: number, withdrawn = false): OracleEvent {
  const interaction = testIds.interaction(SOURCE, id);
  return { kind: 'retract_interaction', interaction, decidedAt, withdrawn };
}

export function suppressed(
  profile: string,
  identifier: string,
  decidedAt: number,
  withdrawn = false,
): OracleEvent {
  const carried = parse(identifier);
  return { kind: 'retract_identifier', profile: idOf(profile), ...carried, decidedAt, withdrawn };
}

/** Edges as `login:a ~ login:b 40/0/5` (certainty/support/priority, `!` for a must-link). */
export function edgesOf(outcome: OracleOutcome): string[] {
  return outcome.edges
    .map(({ low, high, certainty, support, priority, mustLink }) => {
      const ends = [nameOf(low), nameOf(high)].sort().join(' ~ ');
      return `${ends} ${certainty}/${support}/${priority}${mustLink ? '!' : ''}`;
    })
    .sort();
}

/** Customers of two profiles and more, as `founder < other other`. */
export function customersOf(outcome: OracleOutcome): string[] {
  const byFounder = new Map<ProfileId, string[]>();
  for (const { profile, founder } of outcome.customers) {
    if (profile === founder) continue;
    byFounder.set(founder, [...(byFounder.get(founder) ?? []), nameOf(profile)]);
  }
  return [...byFounder]
    .map(([founder, others]) => `${nameOf(founder)} < ${others.sort().join(' ')}`)
    .sort();
}

/** Refusals as `login:a ~ login:b contested`. */
export function refusalsOf(outcome: OracleOutcome): string[] {
  return outcome.refused
    .map(({ edge, reason }) => {
      const ends = [nameOf(edge.low), nameOf(edge.high)].sort().join(' ~ ');
      return `${ends} ${reason.kind}`;
    })
    .sort();
}

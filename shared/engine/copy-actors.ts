/**
 * From the actors of one generation to the input of another: what an interaction, a decision or a
 * suppression is known of, as messages routed under the other version's rules.
 *
 * Actors are functions of everything delivered (S4, S5, S10), so what is copied leads to the state
 * that all deliveries would have led to. Pure; repeating it does no harm.
 */
import { unpackProfile } from '../domain/actors/profile-codec.ts';
import { unpackDecision, unpackInteractionState } from '../domain/actors/state-codec.ts';
import type { OrderRow } from '../domain/actors/orders.ts';
import type { Packed, Verdict } from '../domain/actors/states.ts';
import { RULE, SOURCE } from '../domain/actors/ways.ts';
import type { InteractionId, ProfileId } from '../domain/identifier.ts';
import { type DecisionContent, type IngressMessage, MessageKind } from '../domain/messages.ts';
import type { CompiledRules } from '../ingress/compiled-rules.ts';
import { normaliseIdentifier } from '../ingress/compiled-rules.ts';
import { originalInput } from '../ingress/original-input.ts';
import { routeInteraction } from '../ingress/routing.ts';
import { deliver } from '../protocol/pack-interaction.ts';
import type { CopiedKind } from './change-rows.ts';

export interface Copied {
  readonly messages: readonly IngressMessage[];
  /** Interactions that the other version's rules refuse. */
  readonly refused: number;
}

export interface CopyContext {
  readonly candidate: CompiledRules;
  /** The profile that the candidate names where the live version names this one. */
  readonly translate: (profile: ProfileId) => Promise<ProfileId>;
}

const NOTHING: Copied = { messages: [], refused: 0 };

export async function copyActor(
  context: CopyContext,
  kind: CopiedKind,
  id: string,
  packed: Packed,
): Promise<Copied> {
  switch (kind) {
    case 'i/':
      return copyInteraction(context, id as InteractionId, packed);
    case 'd/':
      return copyDecision(context, id, packed);
    case 'a/':
      return copySuppressions(context, id as ProfileId, packed);
    case 'b/':
      return copyOrder(context, id, packed as OrderRow);
  }
}

function copyInteraction({ candidate }: CopyContext, id: InteractionId, packed: Packed): Copied {
  const { versions, retraction } = unpackInteractionState(packed);
  const messages: IngressMessage[] = [];
  let refused = 0;
  for (const { best, receivedAt } of versions.values()) {
    const routed = routeInteraction(candidate, originalInput(best), receivedAt);
    if (routed.kind === 'routed') messages.push(deliver(routed.interaction));
    else refused++;
  }
  if (retraction !== null) messages.push([MessageKind.retractInteraction, id, ...retraction]);
  return { messages, refused };
}

/** An order names its subject itself; the standing of a delivery's interactions follows from it. */
function copyOrder({ candidate }: CopyContext, id: string, row: OrderRow): Copied {
  const [subject, first, second, order] = row;
  if (subject === 1) {
    return { messages: [[MessageKind.orderDelivery, id, first, second, ...order]], refused: 0 };
  }
  if (subject === SOURCE || subject === RULE) {
    return { messages: [[MessageKind.orderWay, id, subject, first, ...order]], refused: 0 };
  }
  const name = normaliseIdentifier(candidate, first, second);
  if (name.kind !== 'ok' || name.target !== 'key') return NOTHING;
  const { value } = name.identifier;
  return { messages: [[MessageKind.orderValue, name.keyId, first, value, ...order]], refused: 0 };
}

async function copyDecision(context: CopyContext, id: string, packed: Packed): Promise<Copied> {
  const { decisionId, decidedAt, digest, content, decidedBy, reason, retraction } =
    unpackDecision(packed);
  const messages: IngressMessage[] = [];
  if (content !== null) {
    const translated = await translateContent(context, content);
    messages.push([
      MessageKind.decide,
      id,
      decisionId,
      decidedAt,
      digest,
      translated,
      decidedBy,
      reason,
    ]);
  }
  if (retraction !== null) messages.push([MessageKind.retractDecision, id, ...retraction]);
  return { messages, refused: 0 };
}

async function translateContent(
  { translate }: CopyContext,
  content: DecisionContent,
): Promise<DecisionContent> {
  if (content[0] !== 2) {
    return [content[0], await translate(content[1]), await translate(content[2])];
  }
  // Two profiles that the candidate makes one keep the label that comes first.
  const labels = new Map<ProfileId, string>();
  for (const [profile, label] of content[1]) {
    const translated = await translate(profile);
    if (!labels.has(translated)) labels.set(translated, label);
  }
  const sorted = Array.from(labels).sort((left, right) => (left[0] < right[0] ? -1 : 1));
  return [2, sorted];
}

async function copySuppressions(
  context: CopyContext,
  id: ProfileId,
  packed: Packed,
): Promise<Copied> {
  const { suppressed } = unpackProfile(packed);
  if (suppressed.size === 0) return NOTHING;
  const profile = await context.translate(id);
  const messages: IngressMessage[] = [];
  for (const [pair, verdict] of suppressed) {
    const [namespace = '', value = ''] = pair.split('\u0000');
    const name = normaliseIdentifier(context.candidate, namespace, value);
    const known = name.kind === 'ok' ? name.identifier.value : value;
    messages.push(suppression(profile, namespace, known, verdict));
  }
  return { messages, refused: 0 };
}

function suppression(
  profile: ProfileId,
  namespace: string,
  value: string,
  verdict: Verdict,
): IngressMessage {
  return [MessageKind.suppress, profile, namespace, value, ...verdict];
}

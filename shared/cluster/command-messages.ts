/**
 * Commands of stewards as messages for the log: selectors resolved to profiles, values normalised.
 */
import { HELD, REJECTED, RELEASED, type Standing } from '../domain/actors/orders.ts';
import { RULE, SOURCE, wayIdOf } from '../domain/actors/ways.ts';
import type { ProfileId } from '../domain/identifier.ts';
import {
  type AuditNote,
  type DecisionContent,
  type IngressMessage,
  MessageKind,
  type WayKind,
} from '../domain/messages.ts';
import { type CompiledRules, normaliseIdentifier } from '../ingress/compiled-rules.ts';
import { deliveryIdOf, digestOf, interactionIdOf } from '../ingress/hashing.ts';
import type {
  Command,
  FieldViolation,
  OrderStanding,
  OrderSubject,
  ProfileSelector,
} from '../protocol/cluster.ts';
import { decisionActor } from './decision-actor-id.ts';
import type { ReferenceCodec } from './references.ts';

export type CommandMessage =
  | { readonly kind: 'message'; readonly message: IngressMessage }
  | { readonly kind: 'rejected'; readonly violations: readonly FieldViolation[] };

export interface CommandContext {
  readonly rules: CompiledRules;
  readonly references: ReferenceCodec;
}

const STANDINGS: Readonly<Record<OrderStanding, Standing>> = {
  rejected: REJECTED,
  released: RELEASED,
  held: HELD,
};
const ID_LENGTH_MAX = 200;
const TEXT_LENGTH_MAX = 1000;
const SPLIT_PROFILES_MAX = 1000;

export function commandMessage(context: CommandContext, command: Command): CommandMessage {
  const check = new Check(context);
  check.time('decided_at', command.decidedAt);
  const message = check.message(command);
  if (check.violations.length > 0 || message === null) {
    return { kind: 'rejected', violations: check.violations };
  }
  return { kind: 'message', message };
}

/** The profile a selector names, or a violation. */
export function selectProfile(
  context: CommandContext,
  selector: ProfileSelector,
  field: string,
): ProfileId | FieldViolation {
  if (selector.kind === 'ref') {
    const profile = context.references.profileOf(selector.ref);
    return (
      profile ?? { field, description: 'is no customer id or profile reference of this cluster' }
    );
  }
  const name = normaliseIdentifier(context.rules, selector.namespace, selector.value);
  if (name.kind !== 'ok') return { field, description: name.description };
  if (name.target === 'profile') return name.profileId;
  const description = `namespace ${name.nsRules.name} is no anchor and may be shared; name an anchor, a profile reference or a customer id`;
  return { field, description };
}

class Check {
  readonly violations: FieldViolation[] = [];
  readonly #context: CommandContext;

  constructor(context: CommandContext) {
    this.#context = context;
  }

  time(field: string, value: number): void {
    if (!Number.isSafeInteger(value) || value < 0) {
      this.violations.push({ field, description: 'must be a time in epoch milliseconds' });
    }
  }

  text(field: string, value: string, max: number): void {
    if (value.length > max) {
      this.violations.push({ field, description: `must have at most ${max} characters` });
    }
  }

  id(field: string, value: string): void {
    if (value.length === 0) this.violations.push({ field, description: 'must not be empty' });
    this.text(field, value, ID_LENGTH_MAX);
  }

  profile(field: string, selector: ProfileSelector): ProfileId | null {
    const found = selectProfile(this.#context, selector, field);
    if (typeof found === 'string') return found;
    this.violations.push(found);
    return null;
  }

  message(command: Command): IngressMessage | null {
    switch (command.kind) {
      case 'must_link':
      case 'cannot_link':
        return this.#link(command);
      case 'split':
        return this.#split(command);
      case 'retract_decision':
        this.id('decision_id', command.decisionId);
        return [
          MessageKind.retractDecision,
          decisionActor(command.decisionId),
          command.decidedAt,
          command.withdrawn ? 1 : 0,
          ...this.#auditNote(command),
        ];
      case 'retract_interaction':
        this.id('source', command.source);
        this.id('interaction_id', command.interactionId);
        return [
          MessageKind.retractInteraction,
          interactionIdOf(command.source, command.interactionId),
          command.decidedAt,
          command.withdrawn ? 1 : 0,
          ...this.#auditNote(command),
        ];
      case 'retract_identifier':
        return this.#suppress(command);
      case 'order_evidence':
        return this.#order(command);
    }
  }

  #order(command: Extract<Command, { kind: 'order_evidence' }>): IngressMessage | null {
    const { subject, decidedAt, decidedBy, reason } = command;
    this.id('decided_by', decidedBy);
    this.text('reason', reason, TEXT_LENGTH_MAX);
    const standing = STANDINGS[command.standing];
    if (subject.kind === 'delivery') {
      const { source, delivery } = subject;
      this.id('delivery.source', source);
      this.id('delivery.delivery', delivery);
      const id = deliveryIdOf(source, delivery);
      return [
        MessageKind.orderDelivery,
        id,
        source,
        delivery,
        decidedAt,
        standing,
        decidedBy,
        reason,
      ];
    }
    if (subject.kind === 'source' || subject.kind === 'rule') {
      const [kind, way] = this.#way(subject);
      const id = wayIdOf(kind, way);
      return [MessageKind.orderWay, id, kind, way, decidedAt, standing, decidedBy, reason];
    }
    const name = normaliseIdentifier(this.#context.rules, subject.namespace, subject.value);
    if (name.kind !== 'ok') {
      this.violations.push({ field: 'value', description: name.description });
      return null;
    }
    if (name.target !== 'key' || name.nsRules.kind !== 'evidence') {
      const description = 'is no evidence: only values of evidence namespaces can be held';
      this.violations.push({ field: 'value', description });
      return null;
    }
    const { namespace, value } = name.identifier;
    const id = name.keyId;
    return [MessageKind.orderValue, id, namespace, value, decidedAt, standing, decidedBy, reason];
  }

  #way(subject: Extract<OrderSubject, { kind: 'source' | 'rule' }>): [kind: WayKind, name: string] {
    if (subject.kind === 'source') {
      this.id('source', subject.source);
      return [SOURCE, subject.source];
    }
    const kind = this.#context.rules.byName.get(subject.namespace)?.rules.kind ?? 'context';
    if (kind === 'context') {
      const description = 'is no namespace of the live version that proposes pairs';
      this.violations.push({ field: 'rule', description });
    }
    return [RULE, subject.namespace];
  }

  #link(command: Extract<Command, { kind: 'must_link' | 'cannot_link' }>): IngressMessage | null {
    const left = this.profile('left', command.left);
    const right = this.profile('right', command.right);
    if (left !== null && left === right) {
      const description = 'names the same profile as left: nothing to decide';
      this.violations.push({ field: 'right', description });
    }
    if (left === null || right === null) return null;
    const verdict = command.kind === 'must_link' ? 1 : 0;
    return this.#decide(command, [verdict, left, right]);
  }

  #split(command: Extract<Command, { kind: 'split' }>): IngressMessage | null {
    if (command.groups.length < 2) {
      const description = 'must hold at least two groups of profiles to keep apart';
      this.violations.push({ field: 'groups', description });
    }
    const labels: [ProfileId, string][] = [];
    const labelOf = new Map<ProfileId, number>();
    for (const [group, selectors] of command.groups.entries()) {
      for (const [index, selector] of selectors.entries()) {
        const field = `groups[${group}].profiles[${index}]`;
        const profile = this.profile(field, selector);
        if (profile === null) continue;
        const known = labelOf.get(profile);
        if (known !== undefined && known !== group) {
          this.violations.push({ field, description: `is also in groups[${known}]` });
        }
        if (known !== undefined) continue;
        labelOf.set(profile, group);
        labels.push([profile, String(group)]);
      }
    }
    if (labels.length > SPLIT_PROFILES_MAX) {
      const description = `must name at most ${SPLIT_PROFILES_MAX} profiles`;
      this.violations.push({ field: 'groups', description });
    }
    return this.#decide(command, [2, labels.sort((left, right) => (left[0] < right[0] ? -1 : 1))]);
  }

  #decide(
    command: Extract<Command, { decidedBy: string; decisionId: string }>,
    content: DecisionContent,
  ): IngressMessage {
    this.id('decision_id', command.decisionId);
    this.text('decided_by', command.decidedBy, ID_LENGTH_MAX);
    this.text('reason', command.reason, TEXT_LENGTH_MAX);
    return [
      MessageKind.decide,
      decisionActor(command.decisionId),
      command.decisionId,
      command.decidedAt,
      digestOf([JSON.stringify(content), command.decidedBy, command.reason]),
      content,
      command.decidedBy,
      command.reason,
    ];
  }

  /** Who and why, of a command that may come without. */
  #auditNote({ decidedBy = '', reason = '' }: Extract<Command, { withdrawn: boolean }>): AuditNote {
    this.text('decided_by', decidedBy, ID_LENGTH_MAX);
    this.text('reason', reason, TEXT_LENGTH_MAX);
    return decidedBy === '' && reason === '' ? [] : [decidedBy, reason];
  }

  #suppress(command: Extract<Command, { kind: 'retract_identifier' }>): IngressMessage | null {
    const profile = this.profile('profile', command.profile);
    const name = normaliseIdentifier(this.#context.rules, command.namespace, command.value);
    if (name.kind !== 'ok') {
      this.violations.push({ field: 'value', description: name.description });
      return null;
    }
    if (profile === null) return null;
    if (name.target === 'profile' && name.profileId === profile) {
      const description =
        'is the anchor of the profile itself; split or retract interactions instead';
      this.violations.push({ field: 'value', description });
    }
    return [
      MessageKind.suppress,
      profile,
      name.identifier.namespace,
      name.identifier.value,
      command.decidedAt,
      command.withdrawn ? 1 : 0,
      ...this.#auditNote(command),
    ];
  }
}

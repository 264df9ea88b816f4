/** Explanations and profile selectors between the wire and the port. */
import {
  ClusterError,
  type ExplainedEdge,
  type Explanation,
  type ExplanationVersions,
  type ProfileSelector,
} from '../protocol/cluster.ts';
import type { ExplainedEdge as WireEdge } from './generated/selfsame/v1/ExplainedEdge.ts';
import type { ExplainedEdge__Output } from './generated/selfsame/v1/ExplainedEdge.ts';
import type { Explanation as WireExplanation } from './generated/selfsame/v1/Explanation.ts';
import type { Explanation__Output } from './generated/selfsame/v1/Explanation.ts';
import type { ProfileSelector as WireSelector } from './generated/selfsame/v1/ProfileSelector.ts';
import type { ProfileSelector__Output } from './generated/selfsame/v1/ProfileSelector.ts';
import { CONTRACT_LIMITS } from './limits.ts';
import { checkIdentifier } from './map-resolution.ts';
import type { Violations } from './violations.ts';

/** The selector; meaningless when violations were added. */
export function selectorFromWire(
  selector: ProfileSelector__Output | null,
  field: string,
  violations: Violations,
): ProfileSelector {
  if (selector?.selector === 'identifier' && selector.identifier) {
    checkIdentifier(selector.identifier, `${field}.identifier`, violations);
    const { namespace, value } = selector.identifier;
    return { kind: 'identifier', namespace, value };
  }
  if (selector?.selector === 'ref') {
    const ref = selector.ref ?? '';
    violations.text(ref, `${field}.ref`, CONTRACT_LIMITS.refCharacters);
    return { kind: 'ref', ref };
  }
  violations.add(field, 'Required; give `identifier` or `ref`.');
  return { kind: 'ref', ref: '' };
}

export function selectorToWire(selector: ProfileSelector): WireSelector {
  if (selector.kind === 'ref') return { ref: selector.ref };
  return { identifier: { namespace: selector.namespace, value: selector.value } };
}

function edgeToWire(edge: ExplainedEdge): WireEdge {
  return {
    left: edge.left,
    right: edge.right,
    leftRef: edge.leftRef,
    rightRef: edge.rightRef,
    certainty: edge.certainty,
    quarterBits: edge.quarterBits,
    contributions: [...edge.contributions],
    reasons: edge.reasons.map(({ decisionId, ...reason }) => ({
      ...reason,
      decisionId: decisionId ?? '',
    })),
    outcome: edge.outcome,
    refusal: edge.refusal ?? '',
  };
}

function edgeFromWire(edge: ExplainedEdge__Output): ExplainedEdge {
  return {
    left: edge.left ?? { namespace: '', value: '' },
    right: edge.right ?? { namespace: '', value: '' },
    leftRef: edge.leftRef,
    rightRef: edge.rightRef,
    certainty: edge.certainty,
    quarterBits: edge.quarterBits,
    contributions: edge.contributions,
    reasons: edge.reasons.map(({ decisionId, supportDays, ...reason }) => ({
      ...reason,
      supportDays: Number(supportDays),
      decisionId: decisionId === '' ? null : decisionId,
    })),
    outcome: edge.outcome,
    refusal: edge.refusal === '' ? null : edge.refusal,
  };
}

function versionsToWire({ rulesVersion, modelVersion, generation }: ExplanationVersions) {
  return { rulesVersion, modelVersion: modelVersion ?? '', generation };
}

function versionsFromWire(message: Explanation__Output): ExplanationVersions {
  const { rulesVersion, modelVersion, generation } = message;
  return { rulesVersion, modelVersion: modelVersion === '' ? null : modelVersion, generation };
}

/** The explanation, or null for `not_found`, which the wire reports as an error. */
export function explanationToWire(explanation: Explanation): WireExplanation | null {
  switch (explanation.kind) {
    case 'not_found':
      return null;
    case 'joined':
      return {
        ...versionsToWire(explanation.versions),
        joined: {
          customerId: explanation.customerId,
          path: explanation.path.map(edgeToWire),
          weakest: explanation.weakest === null ? null : edgeToWire(explanation.weakest),
        },
      };
    case 'apart':
      return {
        ...versionsToWire(explanation.versions),
        apart: {
          leftCustomerId: explanation.leftCustomerId,
          rightCustomerId: explanation.rightCustomerId,
          refused: explanation.refused.map(edgeToWire),
        },
      };
    case 'how':
      return {
        ...versionsToWire(explanation.versions),
        history: {
          customerId: explanation.customerId,
          steps: explanation.steps.map(edgeToWire),
          refused: explanation.refused.map(edgeToWire),
        },
      };
  }
}

export function explanationFromWire(message: Explanation__Output | null): Explanation {
  if (message?.joined) {
    const { customerId, path, weakest } = message.joined;
    return {
      kind: 'joined',
      versions: versionsFromWire(message),
      customerId,
      path: path.map(edgeFromWire),
      weakest: weakest === null ? null : edgeFromWire(weakest),
    };
  }
  if (message?.apart) {
    const { leftCustomerId, rightCustomerId, refused } = message.apart;
    return {
      kind: 'apart',
      versions: versionsFromWire(message),
      leftCustomerId,
      rightCustomerId,
      refused: refused.map(edgeFromWire),
    };
  }
  if (message?.history) {
    const { customerId, steps, refused } = message.history;
    return {
      kind: 'how',
      versions: versionsFromWire(message),
      customerId,
      steps: steps.map(edgeFromWire),
      refused: refused.map(edgeFromWire),
    };
  }
  throw new ClusterError('internal', 'The gateway sent an answer that this client cannot read.');
}

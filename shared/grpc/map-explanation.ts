/** Explanations and profile selectors between the wire and the port. */
import { ClusterError, type ProfileSelector } from '../protocol/cluster.ts';
import type {
  ExplainedEdge,
  Explanation,
  ExplanationVersions,
  JoinStepView,
  UncountedEvidence,
} from '../protocol/explanations.ts';
import type { ExplainedEdge as WireEdge } from './generated/selfsame/v1/ExplainedEdge.ts';
import type { ExplainedEdge__Output } from './generated/selfsame/v1/ExplainedEdge.ts';
import type { Explanation as WireExplanation } from './generated/selfsame/v1/Explanation.ts';
import type { Explanation__Output } from './generated/selfsame/v1/Explanation.ts';
import type { JoinStep as WireStep } from './generated/selfsame/v1/JoinStep.ts';
import type { JoinStep__Output } from './generated/selfsame/v1/JoinStep.ts';
import type { ProfileSelector as WireSelector } from './generated/selfsame/v1/ProfileSelector.ts';
import type { ProfileSelector__Output } from './generated/selfsame/v1/ProfileSelector.ts';
import type { UncountedEvidence__Output as Uncounted__Output } from './generated/selfsame/v1/UncountedEvidence.ts';
import { bandFromWire, bandToWire } from './map-band.ts';
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
    band: bandToWire(edge.band),
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
    band: bandFromWire(edge.band),
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

function stepToWire({ edge, ...step }: JoinStepView): WireStep {
  return { ...step, edge: edge === null ? null : edgeToWire(edge) };
}

function stepFromWire({ edge, ...step }: JoinStep__Output): JoinStepView {
  return { ...step, edge: edge === null ? null : edgeFromWire(edge) };
}

function uncountedFromWire({
  reason,
  valueRef,
  ...evidence
}: Uncounted__Output): UncountedEvidence {
  return {
    ...evidence,
    reason: reason as UncountedEvidence['reason'],
    valueRef: valueRef === '' ? null : valueRef,
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
          split: explanation.split.edges.map(edgeToWire),
          splitIncomplete: !explanation.split.isComplete,
        },
      };
    case 'apart':
      return {
        ...versionsToWire(explanation.versions),
        apart: {
          leftCustomerId: explanation.leftCustomerId,
          rightCustomerId: explanation.rightCustomerId,
          refused: explanation.refused.map(edgeToWire),
          asked: explanation.asked === null ? null : edgeToWire(explanation.asked),
          uncounted: explanation.uncounted.map(({ valueRef, ...evidence }) => ({
            ...evidence,
            valueRef: valueRef ?? '',
          })),
          joins: explanation.joins.map((steps) => ({ steps: steps.map(stepToWire) })),
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
    const { customerId, path, weakest, split, splitIncomplete } = message.joined;
    return {
      kind: 'joined',
      versions: versionsFromWire(message),
      customerId,
      path: path.map(edgeFromWire),
      weakest: weakest === null ? null : edgeFromWire(weakest),
      split: { edges: split.map(edgeFromWire), isComplete: !splitIncomplete },
    };
  }
  if (message?.apart) {
    const { leftCustomerId, rightCustomerId, refused, asked, joins, uncounted } = message.apart;
    return {
      kind: 'apart',
      versions: versionsFromWire(message),
      leftCustomerId,
      rightCustomerId,
      refused: refused.map(edgeFromWire),
      asked: asked === null ? null : edgeFromWire(asked),
      uncounted: uncounted.map(uncountedFromWire),
      joins: joins.map(({ steps }) => steps.map(stepFromWire)),
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

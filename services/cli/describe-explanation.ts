/** Explanations as text for people. */
import type {
  Contribution,
  ExplainedEdge,
  Explanation,
  ExplanationVersions,
  JoinStepView,
  SmallestSplitView,
  UncountedEvidence,
} from '../../shared/protocol/explanations.ts';
import { alignColumns, formatCertainty, formatCount } from './text-table.ts';

/** Brief: which edges, and why; full: also what each certainty is made of, and by which versions. */
export type Detail = 'brief' | 'full';

/** The explanation as lines of text. */
export function describeExplanation(explanation: Explanation, detail: Detail = 'full'): string[] {
  switch (explanation.kind) {
    case 'joined': {
      const { weakest, path } = explanation;
      const isWeakest = (edge: ExplainedEdge): boolean =>
        weakest !== null && edge.leftRef === weakest.leftRef && edge.rightRef === weakest.rightRef;
      return [
        `one customer: ${explanation.customerId}`,
        ...describeVersions(explanation.versions, detail),
        ...(path.length === 0 ? ['  the same profile'] : []),
        ...path.flatMap((edge) =>
          describeEdge(edge, isWeakest(edge) ? '  <- weakest link' : '', detail),
        ),
        ...(detail === 'full' ? describeSplit(explanation.split) : []),
      ];
    }
    case 'apart':
      return [
        `two customers: ${explanation.leftCustomerId} and ${explanation.rightCustomerId}`,
        ...describeVersions(explanation.versions, detail),
        ...(explanation.refused.length === 0
          ? ['  no evidence that counts between them']
          : [
              '  evidence that did not join them:',
              ...explanation.refused.flatMap((edge) => describeRefusal(edge, detail)),
            ]),
        ...(explanation.uncounted.length === 0
          ? []
          : ['  what both have and what counts for nothing:', ...describeUncounted(explanation)]),
        ...(detail === 'full' ? describeChances(explanation) : []),
      ];
    case 'how':
      return [
        `customer ${explanation.customerId}`,
        ...describeVersions(explanation.versions, detail),
        ...(explanation.steps.length === 0 ? ['  one profile, joined with nothing'] : []),
        ...explanation.steps.flatMap((edge, index) =>
          describeEdge(edge, `  (${index + 1})`, detail),
        ),
        ...(explanation.refused.length === 0
          ? []
          : [
              '  refused:',
              ...explanation.refused.flatMap((edge) => describeRefusal(edge, detail)),
            ]),
      ];
    case 'not_found':
      return ['not found'];
  }
}

function describeSplit({ edges, isComplete }: SmallestSplitView): string[] {
  if (edges.length === 0) return [];
  const doubt = isComplete ? '' : ' (the search was cut short: there may be others)';
  return [`  two customers without${doubt}`, ...edges.map((edge) => `    ${endsOf(edge)}`)];
}

const WHY_NOT_ASKED: Readonly<Record<string, string>> = {
  no_common_key: 'they share nothing that would propose them',
  uncounted: 'nothing that they share counts',
  below_review: 'too weak to be listed',
};

const WHY_UNCOUNTED: Readonly<Record<UncountedEvidence['reason'], string>> = {
  generic: 'generic: too many have it',
  held: 'held by an order',
  rejected: 'rejected by an order',
  over_cap: 'too many have it',
  retracted: 'taken back by a steward from a profile that carries it',
  rule_held: 'pairs by it are held by an order about the rule',
  rule_rejected: 'pairs by it are rejected by an order about the rule',
  delivery_held: 'is held, and with it what it brought',
};

function describeUncounted({ uncounted }: Extract<Explanation, { kind: 'apart' }>): string[] {
  const rows = uncounted.map(({ namespace, reason, holders, valueRef, source, delivery }) => {
    const what = delivery === '' ? `source ${source}` : `delivery ${source} ${delivery}`;
    const many = holders === 0 ? '' : ` (${formatCount(holders)})`;
    return [namespace === '' ? what : namespace, `${WHY_UNCOUNTED[reason]}${many}`, valueRef ?? ''];
  });
  return alignColumns(rows, '    ');
}

function describeChances({ asked, joins }: Extract<Explanation, { kind: 'apart' }>): string[] {
  const scored = asked === null ? [] : describeEdge(asked, '', 'full');
  const why = WHY_NOT_ASKED[asked?.outcome ?? ''] ?? '';
  return [
    ...(asked === null ? [] : [`  the two themselves, scored anyway (${why}):`, ...scored]),
    ...joins.flatMap((steps) => [
      '  one customer with',
      ...steps.map((step) => `    ${describeStep(step)}`),
    ]),
  ];
}

function describeStep({ kind, edge, quarterBits, namespace, decisionId }: JoinStepView): string {
  const ends = edge === null ? '' : endsOf(edge);
  switch (kind) {
    case 'must_link':
      return `a must-link ${ends}`;
    case 'raise_certainty':
      return `${quarterBits} quarter bits more for ${ends}`;
    case 'withdraw_cannot_link':
      return `the cannot-link withdrawn ${ends}`;
    case 'withdraw_split':
      return `the split ${decisionId} withdrawn`;
    case 'lift_limit':
      return `no limit of ${namespace}`;
    case 'lift_exclusivity':
      return `${namespace} not exclusive`;
    default:
      return `${kind} ${ends}`;
  }
}

function endsOf({ left, right }: ExplainedEdge): string {
  return `${left.namespace} ${left.value} -- ${right.namespace} ${right.value}`;
}

function describeRefusal(edge: ExplainedEdge, detail: Detail): string[] {
  const refusal = edge.refusal === null ? '' : `: ${edge.refusal}`;
  return describeEdge(edge, `  ${edge.outcome}${refusal}`, detail);
}

function describeEdge(edge: ExplainedEdge, note: string, detail: Detail): string[] {
  return [
    `  ${endsOf(edge)}  ${formatCertainty(edge.certainty)}${note}`,
    ...edge.reasons.map((reason) => {
      const days = reason.supportDays > 0 ? `, ${reason.supportDays} or more days` : '';
      const decision = reason.decisionId === null ? '' : ` ${reason.decisionId}`;
      const subject = reason.namespace === '' ? decision : ` ${reason.namespace}${decision}`;
      return `      ${reason.kind.replaceAll('_', ' ')}${subject}${days}`;
    }),
    ...(detail === 'full' ? describeContributions(edge) : []),
  ];
}

/** The terms of a certainty, in quarter bits: they add up to it. One that stands alone says nothing. */
function describeContributions({ contributions, quarterBits }: ExplainedEdge): string[] {
  if (contributions.length < 2) return [];
  const rows = alignColumns(contributionRows(contributions), '        ');
  return [`      ${signed(quarterBits)} quarter bits of`, ...rows];
}

/** What it is, the level, quarter bits, bits: columns to align. */
export function contributionRows(contributions: readonly Contribution[]): string[][] {
  return contributions.map(({ kind, name, level, quarterBits, logOdds }) => [
    kind === 'comparison' ? name : `${kind.replaceAll('_', ' ')} ${name}`.trim(),
    kind === 'comparison' ? level : '',
    signed(quarterBits),
    `(${signed(Number(logOdds.toFixed(2)))} bits)`,
  ]);
}

function signed(value: number): string {
  return value < 0 ? String(value) : `+${value}`;
}

function describeVersions(versions: ExplanationVersions, detail: Detail): string[] {
  if (detail === 'brief') return [];
  const { rulesVersion, modelVersion, generation } = versions;
  const model = modelVersion === null ? '' : `, model ${modelVersion}`;
  return [`  by rules ${rulesVersion}${model}, generation ${generation}`];
}

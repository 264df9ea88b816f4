/**
 * Goal: the edges named as holding two together do split them, none of them is superfluous, and the
 * steps named to join two do join them. Method: random components; what is named is removed or done
 * and clustered by `naive-clustering.ts`, which shares no code with what named it.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { clusterComponent } from '../../shared/domain/clustering.ts';
import type { ComponentEdge } from '../../shared/domain/component.ts';
import type { ProfileId } from '../../shared/domain/identifier.ts';
import { smallestJoins, withSteps } from '../../shared/domain/smallest-join.ts';
import {
  areTogether,
  pathBetween,
  type Question,
  runsMax,
  smallestSplit,
} from '../../shared/domain/smallest-split.ts';
import { anyComponent, type Component } from './arbitrary-component.ts';
import { clusterWith, floodComponents, naiveCluster } from './naive-clustering.ts';

const BOUNDS = { interruptAfterTimeLimit: 60_000, markInterruptAsFailure: true };

const cases = anyComponent.chain((component) =>
  fc.record({
    component: fc.constant(component),
    ends: fc.tuple(fc.nat(component.members.length - 1), fc.nat(component.members.length - 1)),
    minCertainty: fc.constantFrom(4, 12, 20, 119),
  }),
);

function questionOf(
  { members }: Component,
  [one, two]: readonly [number, number],
  minCertainty: number,
): Question {
  const [left, right] = [one, two].map((index) => members[index]?.profile as ProfileId);
  return { left: left as ProfileId, right: right as ProfileId, minCertainty };
}

/** Whether the naive implementation has the two in one cluster of the view. */
function areOne(component: Component, { left, right, minCertainty }: Question): boolean {
  const { accepted } = naiveCluster(component);
  const profiles = component.members.map(({ profile }) => profile);
  const inView = accepted.filter(({ certainty }) => certainty >= minCertainty);
  return clusterWith(floodComponents(profiles, inView), left).has(right);
}

test('edges that hold two together -> without them they are apart, with any one left they are not', () => {
  const found = { single: 0, several: 0, cutShort: 0, notTheWeakest: 0 };
  fc.assert(
    fc.property(cases, ({ component, ends, minCertainty }) => {
      const question = questionOf(component, ends, minCertainty);
      const { rules, members, edges } = component;
      const result = clusterComponent(rules, members, edges);
      const isOne = areOne(component, question);
      expect(areTogether(result, question)).toBe(isOne);
      if (!isOne || question.left === question.right) return;
      const split = smallestSplit(component, question);
      if (!split.isComplete) {
        found.cutShort++;
        return;
      }
      const without = (removed: readonly ComponentEdge[]) =>
        areOne({ ...component, edges: edges.filter((edge) => !removed.includes(edge)) }, question);
      expect(split.edges.length).toBeGreaterThan(0);
      expect(without(split.edges)).toBe(false);
      for (const edge of split.edges) {
        expect(without(split.edges.filter((other) => other !== edge))).toBe(true);
      }
      if (split.edges.length > 1) found.several++;
      else found.single++;
      const path = pathBetween(result.accepted, question.left, question.right);
      const weakest = result.accepted.findLast((edge) => path.includes(edge));
      if (split.edges[0] !== weakest) found.notTheWeakest++;
    }),
    { numRuns: 1_500, ...BOUNDS },
  );
  expect(found.single).toBeGreaterThan(50);
  expect(found.several).toBeGreaterThan(50);
  expect(found.notTheWeakest).toBeGreaterThan(5);
  expect(found.cutShort).toBeLessThan(0.1 * (found.single + found.several));
});

test('steps that would join two -> with them taken the two are one, before they were not', () => {
  const kinds = new Map<string, number>();
  let answered = 0;
  let unanswered = 0;
  let several = 0;
  let needless = 0;
  let contained = 0;
  fc.assert(
    fc.property(cases, ({ component, ends, minCertainty }) => {
      const question = questionOf(component, ends, minCertainty);
      if (areOne(component, question)) return;
      const joins = smallestJoins(component, question);
      if (joins.length === 0) unanswered++;
      else answered++;
      for (const steps of joins) {
        expect(steps.length).toBeGreaterThan(0);
        for (const { kind } of steps) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
        const changed = withSteps(component, steps);
        expect(areOne({ ...component, ...changed }, question)).toBe(true);
        for (const step of steps) {
          const rest = steps.filter((other) => other !== step);
          if (
            rest.length === 0 ||
            !areOne({ ...component, ...withSteps(component, rest) }, question)
          )
            continue;
          needless++;
        }
        if (steps.length > 1) several++;
      }
      const [first = [], second = []] = joins.map((steps) =>
        steps.map((step) => JSON.stringify(step)),
      );
      const areBoth = first.length > 0 && second.length > 0;
      if (areBoth && (isPart(first, second) || isPart(second, first))) contained++;
    }),
    { numRuns: 1_500, ...BOUNDS },
  );
  // What a later step made needless is left out, unless the search was cut short.
  expect(several).toBeGreaterThan(50);
  expect(needless).toBeLessThan(0.01 * several);
  expect(contained).toBe(0);
  // More steps than are looked for.
  expect(unanswered).toBeLessThan(0.03 * answered);
  expect([...kinds.keys()].toSorted()).toEqual([
    'lift_exclusivity',
    'lift_limit',
    'must_link',
    'raise_certainty',
    'withdraw_cannot_link',
    'withdraw_split',
  ]);
});

function isPart(steps: readonly string[], whole: readonly string[]): boolean {
  return steps.every((step) => whole.includes(step));
}

test('a larger component -> fewer runs, never none', () => {
  const rules = {} as Component['rules'];
  const sized = (edges: number) =>
    runsMax({ rules, members: [], edges: Array.from({ length: edges }, () => EDGE) });
  expect([sized(0), sized(10_000), sized(1_000_000)]).toEqual([64, 29, 4]);
});

const EDGE = {} as ComponentEdge;

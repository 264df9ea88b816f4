/** The actor of a decision, by the decision's id. */
import { digestOf } from '../ingress/hashing.ts';

export function decisionActor(decisionId: string): string {
  return digestOf(['decision', decisionId]);
}

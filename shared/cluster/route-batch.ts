/** Routes a batch of interactions: what goes to the log, and what is refused with its reasons. */
import type { InteractionInput } from '../domain/interaction.ts';
import type { CompiledRules } from '../ingress/compiled-rules.ts';
import { routeInteraction } from '../ingress/routing.ts';
import type { FieldViolation, IngestResult } from '../protocol/cluster.ts';
import type { Stamped } from '../protocol/frame.ts';
import { deliver } from '../protocol/pack-interaction.ts';

export interface RoutedBatch {
  readonly messages: readonly Stamped[];
  /** For each message the index of its item and what was dropped of it. */
  readonly items: readonly (readonly [index: number, dropped: readonly FieldViolation[]])[];
  /** Results of the refused items, by index; holes are filled when the messages are placed. */
  readonly results: (IngestResult | undefined)[];
}

/** `origin` stamps all messages (settled watermark); `receivedAt` is input (files: 0). */
export function routeBatch(
  rules: CompiledRules,
  inputs: readonly InteractionInput[],
  receivedAt: number,
  origin: number,
): RoutedBatch {
  const messages: Stamped[] = [];
  const items: (readonly [number, readonly FieldViolation[]])[] = [];
  const results = Array.from({ length: inputs.length }, (): IngestResult | undefined => undefined);
  for (const [index, input] of inputs.entries()) {
    const routed = routeInteraction(rules, input, receivedAt);
    if (routed.kind === 'rejected') {
      results[index] = { kind: 'rejected', violations: routed.violations };
      continue;
    }
    messages.push([origin, deliver(routed.interaction)]);
    items.push([index, routed.dropped]);
  }
  return { messages, items, results };
}

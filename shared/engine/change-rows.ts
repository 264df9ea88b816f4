/**
 * Change rows: while a shadow generation is built, a partition of the live one notes with each entry
 * which actors ingress reached. What a scan passed before it changed is copied again from these.
 *
 * Written in the transaction of the change itself and by a log entry's order, so every owner and
 * every replay notes the same. A copier deletes a row once what it names is durable in the shadow.
 */
import { type Message, MessageKind } from '../domain/messages.ts';

/** Row of the generation that is mirrored. */
export const MIRROR_ROW = 'vm';
/** Not under `x/`, where the outbox of the same partition keeps its messages. */
export const CHANGE_ROWS = 'vx/';

/** Kinds of actors that ingress reaches, by the beginning of their rows. */
export type CopiedKind = 'i/' | 'd/' | 'a/' | 'b/';

function copiedKind(message: Message): CopiedKind | null {
  switch (message[0]) {
    case MessageKind.deliver:
    case MessageKind.retractInteraction:
      return 'i/';
    case MessageKind.decide:
    case MessageKind.retractDecision:
      return 'd/';
    case MessageKind.suppress:
      return 'a/';
    case MessageKind.orderValue:
    case MessageKind.orderDelivery:
    case MessageKind.orderWay:
      return 'b/';
    default:
      return null;
  }
}

/** Key of the row that notes the message; null: it came from another reducer, or from none. */
export function changeRow(epoch: number, sequence: number, message: Message): string | null {
  const kind = copiedKind(message);
  if (kind === null) return null;
  const place = `${String(epoch).padStart(6, '0')}.${String(sequence).padStart(12, '0')}`;
  return `${CHANGE_ROWS}${place}/${kind}${message[1]}`;
}

/** The actor that a change row (without the partition's prefix) names. */
export function changedActor(row: string): { readonly kind: CopiedKind; readonly id: string } {
  const actor = row.slice(row.indexOf('/', CHANGE_ROWS.length) + 1);
  return { kind: actor.slice(0, 2) as CopiedKind, id: actor.slice(2) };
}

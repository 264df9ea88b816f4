/**
 * Shapes of messages: what a handler may rely on without looking.
 *
 * A message of another shape need not make its handler throw: a missing number becomes NaN in a
 * state, and nothing would show. So every message is checked before its turn; a wrong one is
 * quarantined alone. Longer messages than known are refused too: they come from a later version.
 */
import { type Message, MessageKind } from '../domain/messages.ts';

type Check = (value: unknown) => boolean;

const text: Check = (value) => typeof value === 'string';
const number: Check = (value) => Number.isFinite(value);
const standing: Check = (value) => value === 0 || value === 1 || value === 2;
const way: Check = (value) => value === 2 || value === 3;
const maybe =
  (check: Check): Check =>
  (value) =>
    value === null || check(value);

function list(check: Check): Check {
  return (value) => {
    if (!Array.isArray(value)) return false;
    for (const item of value) if (!check(item)) return false;
    return true;
  };
}

function tuple(...checks: readonly Check[]): Check {
  return (value) => {
    if (!Array.isArray(value) || value.length !== checks.length) return false;
    for (let index = 0; index < checks.length; index++) {
      if (!(checks[index] as Check)(value[index])) return false;
    }
    return true;
  };
}

function either(one: Check, other: Check): Check {
  return (value) => one(value) || other(value);
}

/** With who ordered it and why behind it, or without. */
function noted(...checks: readonly Check[]): Check {
  const plain = tuple(...checks);
  const withNote = tuple(...checks, text, text);
  return (value) => plain(value) || withNote(value);
}

const anchor = tuple(text, text, text, number);
const plainValue = tuple(text, text, text, number);
const basedValue = tuple(text, text, text, number, list(list(text)));
const value = either(plainValue, basedValue);
const attribute = tuple(text, text);
const facts = list(tuple(text, text));
const digest = text;
const party = tuple(
  text,
  text,
  number,
  text,
  text,
  list(anchor),
  list(value),
  list(attribute),
  facts,
);
const interactionFields = [
  text,
  text,
  text,
  number,
  text,
  text,
  text,
  number,
  number,
  list(party),
  text,
  text,
  text,
] as const;
const original = tuple(either(text, number), text);
const interaction = either(
  tuple(...interactionFields),
  tuple(...interactionFields, list(list(original))),
);
const header = tuple(text, number, text, text, text, text, number, number, text, text);
const verdict = tuple(number, text, text);
const split = tuple(number, list(tuple(text, text)));
const vertex = tuple(
  maybe(number),
  list(tuple(text, number, text)),
  list(tuple(text, text)),
  list(text),
  digest,
);
const edges = list(tuple(text, maybe(number), number, number, number));
const members = list(
  tuple(text, number, number, vertex, edges, list(text), list(tuple(text, text))),
);
const steps = list(tuple(number, text));
const ladder = either(tuple(maybe(number), steps), tuple(maybe(number), steps, number));
const content: Check = (found) => (Array.isArray(found) && found[0] === 2 ? split : verdict)(found);

const K = MessageKind;
const SHAPES: Readonly<Record<Message[0], Check>> = {
  [K.deliver]: tuple(number, text, interaction),
  [K.retractInteraction]: noted(number, text, number, number),
  [K.decide]: tuple(number, text, text, number, text, content, text, text),
  [K.retractDecision]: noted(number, text, number, number),
  [K.suppress]: noted(number, text, text, text, number, number),
  [K.observe]: tuple(number, text, number, header, party, list(tuple(text, text))),
  [K.hold]: tuple(number, text, text, text, text, number, number, digest, text, text),
  [K.deviceSeen]: tuple(
    number,
    text,
    text,
    text,
    list(number),
    list(number),
    list(text),
    list(text),
  ),
  [K.propose]: tuple(number, text, text, text, maybe(number), number, number, number, text, text),
  [K.pairDecision]: tuple(number, text, text, text, maybe(number), number),
  [K.label]: tuple(number, text, text, maybe(text)),
  [K.review]: tuple(number, text, text, maybe(number)),
  [K.state]: tuple(number, text, text, number, number, vertex, edges),
  [K.proposal]: tuple(number, text, text, text, number),
  [K.seek]: tuple(number, text, text, text, number),
  [K.seekRoot]: tuple(number, text, text, text, text, number, number),
  [K.seekMiss]: tuple(number, text, text, text, number, number),
  [K.offer]: tuple(number, text, text, text, text, number),
  [K.absorb]: tuple(number, text, text, members),
  [K.transfer]: tuple(number, text, members, number),
  [K.member]: tuple(number, text, text, number, number, number, ladder),
  [K.holdJoin]: tuple(number, text, text, text, number),
  [K.waits]: tuple(number, text, text, text, text, number),
  [K.tryAgain]: tuple(number, text, text, text),
  [K.tryHeld]: tuple(number, text, number, number, number),
  [K.tryHeldOn]: tuple(number, text, number, number, number),
  [K.mute]: tuple(number, text, text, number),
  [K.orderValue]: noted(number, text, text, text, number, standing),
  [K.orderDelivery]: noted(number, text, text, text, number, standing),
  [K.inDelivery]: tuple(number, text, text, text, text),
  [K.standing]: tuple(number, text, text, standing),
  [K.pairsFound]: tuple(number, text, number),
  [K.sweep]: tuple(number, text, text),
  [K.sweepOn]: tuple(number, text, text),
  [K.orderWay]: noted(number, text, way, text, number, standing),
  [K.inWay]: tuple(number, text, way, text, text),
  [K.wayStanding]: tuple(number, text, way, text, standing),
  [K.wayReport]: tuple(number, text, number, number),
  [K.sweepPost]: tuple(number, text, way, text, text),
  [K.sweepPostOn]: tuple(number, text, way, text, text),
  [K.neighbourFound]: tuple(number, text, text),
  [K.stormFound]: tuple(number, text, number, text, number),
};

/** Throws unless the message is of a known kind and every field of its type. */
export function assertShape(message: unknown): void {
  const kind: unknown = Array.isArray(message) ? message[0] : undefined;
  // Numbers only: a text could name something of every object's prototype.
  const shape =
    typeof kind === 'number' ? (SHAPES as Readonly<Record<number, Check>>)[kind] : undefined;
  if (shape === undefined) throw new Error(`message of unknown kind ${String(kind)}`);
  if (!shape(message)) throw new Error(`message of kind ${String(kind)} has another shape`);
}

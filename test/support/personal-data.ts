/**
 * Personal values for tests that look for them where they must never be: each is odd enough to
 * occur nowhere by chance, and `needles` gives every form in which it could leak.
 */
import { createHash } from 'node:crypto';
import type { InteractionInput } from '../../shared/domain/interaction.ts';
import { type CompiledRules, normaliseIdentifier } from '../../shared/ingress/compiled-rules.ts';

/** A form of a value, and what to search for. */
export interface Needle {
  readonly form: string;
  readonly text: string;
  /** Encodings in base64 are searched as they are, all others in any case. */
  readonly isExact: boolean;
}

/** Shorter ones occur by chance. */
const CHARACTERS_MIN = 6;

/** Values of one person, and how many there are: `person(0)`, `person(1)`... */
export function personOf(number: number) {
  const digits = String(1_000 + number);
  return {
    email: `Quillon.Vandermotte+${digits}@Zephyrmail${digits}.Example`,
    phone: `0491 57${digits.slice(1, 2)} ${digits.slice(1)}`,
    userId: `user-Quorvex-${digits}`,
    customerNumber: `KB ${digits}-77 quelbrix`,
    device: `device-Jaxxobel-${digits}`,
    nationalId: `NX ${digits} 88 zulquor`,
    ip: `203.0.113.${number % 256}`,
    name: `Quillon Ærøskøbing Vandermotte${digits}`,
    street: `${digits} Marrowfax Crescent`,
    property: `Allergic to brimquat ${digits}`,
    interaction: `visit-Ozzeldane-${digits}`,
  };
}

type Person = ReturnType<typeof personOf>;

/** An interaction that carries every value of the person. */
export function interactionOf(number: number, who: Person = personOf(number)): InteractionInput {
  return {
    source: 'web',
    interactionId: who.interaction,
    revision: 1,
    type: 'page_view',
    channel: 'web',
    occurredAt: Date.UTC(2025, 2, 1) + number * 1_000,
    parties: [
      {
        role: 'subject',
        identifiers: [
          { namespace: 'user_id', value: who.userId },
          { namespace: 'customer_number', value: who.customerNumber },
          { namespace: 'email', value: who.email },
          { namespace: 'phone', value: who.phone },
          { namespace: 'device_id', value: who.device },
          { namespace: 'national_id', value: who.nationalId },
          { namespace: 'ip', value: who.ip },
        ],
        attributes: { name: who.name, street: who.street },
      },
    ],
    propertiesJson: JSON.stringify({ note: who.property, nested: { name: [who.name] } }),
  };
}

/** The values as they came, and as ingress makes them. */
export function personalValues(rules: CompiledRules, inputs: readonly InteractionInput[]) {
  const values = new Set<string>();
  for (const { interactionId, parties, propertiesJson } of inputs) {
    values.add(interactionId);
    for (const text of Object.values(JSON.parse(propertiesJson) as object)) {
      if (typeof text === 'string') values.add(text);
    }
    for (const { identifiers, attributes = {} } of parties) {
      for (const text of Object.values(attributes)) values.add(text);
      for (const { namespace, value } of identifiers) {
        values.add(value);
        const name = normaliseIdentifier(rules, namespace, value);
        if (name.kind === 'ok') values.add(name.identifier.value);
      }
    }
  }
  return Array.from(values).filter((value) => value.length >= CHARACTERS_MIN);
}

/** Every form of a value that a log line, a label or a name could hold. */
export function needles(value: string): Needle[] {
  const bytes = Buffer.from(value, 'utf8');
  const forms: [form: string, text: string][] = [
    ['raw', value],
    ['without spaces', value.replaceAll(' ', '')],
    ['JSON', JSON.stringify(value).slice(1, -1)],
    ['URL', encodeURIComponent(value)],
    ['form', new URLSearchParams({ v: value }).toString().slice(2)],
    ['subject token', value.replaceAll(/[ .*>]/g, '_')],
    ['metric label', value.replaceAll(/[^A-Za-z0-9]/g, '_')],
    ['hex', bytes.toString('hex')],
    ['sha256', createHash('sha256').update(bytes).digest('hex')],
  ];
  const found = new Map<string, Needle>();
  for (const [form, text] of forms) {
    const lower = text.toLowerCase();
    if (lower.length >= CHARACTERS_MIN) found.set(lower, { form, text: lower, isExact: false });
  }
  // Where a value begins within a longer one decides which of three texts its base64 holds.
  for (const lead of [0, 1, 2]) {
    for (const encoding of ['base64', 'base64url'] as const) {
      const text = Buffer.concat([Buffer.alloc(lead), bytes]).toString(encoding);
      const [from, drop] = [Math.ceil((lead * 4) / 3), bytes.length + lead];
      const inner = text.slice(from, Math.floor((drop * 4) / 3));
      found.set(inner, { form: encoding, text: inner, isExact: true });
    }
  }
  return Array.from(found.values());
}

/** Which values occur in the text, with their form; empty: none. */
export function findPersonal(text: string, values: readonly string[]): string[] {
  const lower = text.toLowerCase();
  const found: string[] = [];
  for (const value of values) {
    for (const { form, text: needle, isExact } of needles(value)) {
      const at = (isExact ? text : lower).indexOf(needle);
      if (at < 0) continue;
      found.push(`${value} (${form}): ...${text.slice(Math.max(0, at - 80), at + 80)}...`);
    }
  }
  return found;
}

/**
 * Profiles and identifiers as people type them: `namespace:value`, or of profiles and customers a reference.
 */
import type { Identifier } from '../../shared/domain/identifier.ts';
import type { ProfileSelector } from '../../shared/protocol/cluster.ts';
import { usageError } from './exit-codes.ts';

/** `c` or `p` and 26 base32 characters (ARCHITECTURE.md, S16). */
const REFERENCE = /^[cp][a-z0-9]{26}$/;

/** Throws `CliError` (exit 2) for what is neither. The message does not repeat the value. */
export function parseSelector(text: string): ProfileSelector {
  if (REFERENCE.test(text)) return { kind: 'ref', ref: text };
  const identifier = splitIdentifier(text);
  if (identifier === null) {
    throw usageError(
      'name a profile as namespace:value, for example crm_id:1001, ' +
        'or by its reference: c or p and 26 letters and digits',
    );
  }
  return { kind: 'identifier', ...identifier };
}

/** Throws `CliError` (exit 2) for what is not `namespace:value`. The message does not repeat it. */
export function parseIdentifier(text: string): Identifier {
  const identifier = splitIdentifier(text);
  if (identifier !== null) return identifier;
  throw usageError('name an identifier as namespace:value, for example phone:+61355501234');
}

function splitIdentifier(text: string): Identifier | null {
  const colon = text.indexOf(':');
  if (colon <= 0 || colon === text.length - 1) return null;
  return { namespace: text.slice(0, colon), value: text.slice(colon + 1) };
}

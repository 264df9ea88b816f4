/**
 * Revision tokens as text: opaque to clients, readable to operators.
 * Form: `1.<partition>.<epoch>.<sequence>.<origin>`, numbers in base 36; 1 is the version of the
 * form.
 */
import type { RevisionToken } from '../protocol/cluster.ts';

const FORM = /^1\.([0-9a-z]{1,11})\.([0-9a-z]{1,11})\.([0-9a-z]{1,11})\.([0-9a-z]{1,11})$/;

export function formatRevisionToken(token: RevisionToken): string {
  const { partition, epoch, sequence, origin } = token;
  return `1.${[partition, epoch, sequence, origin].map((part) => part.toString(36)).join('.')}`;
}

/** The token, or null when the text is not one. */
export function parseRevisionToken(text: string): RevisionToken | null {
  const match = FORM.exec(text);
  if (match === null) return null;
  const [partition, epoch, sequence, origin] = match.slice(1).map((part) => parseInt(part, 36));
  for (const part of [partition, epoch, sequence, origin]) {
    if (!Number.isSafeInteger(part)) return null;
  }
  return { partition, epoch, sequence, origin } as RevisionToken;
}

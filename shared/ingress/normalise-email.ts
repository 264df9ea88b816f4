/** E-mail addresses: lower case, checked for shape; nothing is guessed. */
import { domainToASCII } from 'node:url';
import type { NormaliseResult } from './normalise.ts';

const GMAIL_DOMAINS: ReadonlySet<string> = new Set(['gmail.com', 'googlemail.com']);

function invalid(reason: string): NormaliseResult {
  return { kind: 'invalid', reason: `is not an e-mail address (${reason})` };
}

/**
 * Lower-case address. Dots and `+tags` stay, for they tell people apart at most providers; with
 * `foldGmail` they are removed for Gmail only, which ignores them (its help pages: "Dots don't
 * matter in Gmail addresses", "Use Gmail aliases"). Lengths: RFC 5321 section 4.5.3.1 (local part
 * 64, domain 255). Names in other scripts become their ASCII (punycode) form.
 */
export function normaliseEmail(text: string, foldGmail: boolean): NormaliseResult {
  const bracketed = /<([^<>]*)>\s*$/.exec(text);
  const address = (bracketed?.[1] ?? text)
    .trim()
    .replace(/^mailto:/i, '')
    .toLowerCase();
  const at = address.lastIndexOf('@');
  if (at <= 0) return invalid('there is no name before an @');
  const local = address.slice(0, at).normalize('NFKC');
  if (local.length > 64) return invalid('the part before @ is longer than 64 characters');
  if (/[\s@,;:<>()[\]\\"]/.test(local))
    return invalid('the part before @ has forbidden characters');
  if (/^\.|\.\.|\.$/.test(local)) return invalid('misplaced dots before @');
  const domain = canonicalDomain(address.slice(at + 1));
  if (domain === null) return invalid('the domain is not a domain name');
  if (!foldGmail || !GMAIL_DOMAINS.has(domain)) return { kind: 'ok', value: `${local}@${domain}` };
  const name = local.replace(/\+.*$/, '').replaceAll('.', '');
  if (name === '') return invalid('there is no name before the + or the dots');
  return { kind: 'ok', value: `${name}@gmail.com` };
}

const ASCII_DOMAIN = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/;

function canonicalDomain(raw: string): string | null {
  const trimmed = raw.replace(/\.$/, '');
  if (trimmed.length > 255) return null;
  const ascii = /^[\x20-\x7e]*$/.test(trimmed) ? trimmed : domainToASCII(trimmed);
  return ascii.length <= 255 && ASCII_DOMAIN.test(ascii) ? ascii : null;
}

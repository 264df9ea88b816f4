/** Phone numbers in E.164, with a bounded cache: parsing one takes tens of microseconds. */
import { type CountryCode, getCountries, parsePhoneNumberFromString } from 'libphonenumber-js';
import { LRUCache } from 'lru-cache';
import type { NormaliseResult } from './normalise.ts';

/** 20,000 numbers of about 200 bytes: 4 MB. A busy hour's callers fit. */
const CACHE_COUNT_MAX = 20_000;
/** Longest text that can be a number with an extension and decoration; longer is not parsed. */
const TEXT_LENGTH_MAX = 64;

const cache = new LRUCache<string, NormaliseResult>({ max: CACHE_COUNT_MAX });

/** Regions a national number may be read as: ISO 3166-1 alpha-2. */
export function phoneRegions(): readonly CountryCode[] {
  return getCountries();
}

/**
 * E.164 (`+61491570006`), with `;ext=12` when there is an extension: behind one switchboard number
 * sit many people. Numbers of a *possible length* are taken, assigned or not: number plans grow
 * faster than libraries are updated, and a wrong number that two records share is still shared.
 */
export function normalisePhone(text: string, region: CountryCode | null): NormaliseResult {
  if (text.length > TEXT_LENGTH_MAX) {
    return {
      kind: 'invalid',
      reason: `is longer than a phone number (${TEXT_LENGTH_MAX} characters)`,
    };
  }
  const key = `${region ?? ''}|${text}`;
  const cached = cache.get(key);
  if (cached !== undefined) return cached;
  const result = parse(text, region);
  cache.set(key, result);
  return result;
}

function parse(text: string, region: CountryCode | null): NormaliseResult {
  // Without a region there is no international prefix to strip; 00 is the ITU's recommended one.
  const dialled = region === null ? text.trim().replace(/^00/, '+') : text;
  const number = possible(dialled, region) ?? withoutPlus(dialled);
  if (number === null) {
    const hint = region === null ? '; numbers without country code need a region (phone:AU)' : '';
    return { kind: 'invalid', reason: `is not a phone number of a possible length${hint}` };
  }
  return { kind: 'ok', value: number.ext ? `${number.number};ext=${number.ext}` : number.number };
}

function possible(text: string, region: CountryCode | null) {
  const number = parsePhoneNumberFromString(
    text,
    region === null ? {} : { defaultCountry: region },
  );
  return number === undefined || !number.isPossible() ? null : number;
}

/** `92-42-7925774`, `18188922818`: the country code without its plus, once nothing else fits. */
function withoutPlus(text: string) {
  if (!/^\s*[1-9]/.test(text)) return null;
  const number = possible(`+${text.trim()}`, null);
  return number?.isValid() === true ? number : null;
}

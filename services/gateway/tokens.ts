/**
 * Who calls: tokens (JWT, RFC 7519) signed by a known issuer.
 *
 * I1: only EdDSA, RS256 and ES256; the key is the one of the set that the token's `kid` names.
 * I2: a verified token is remembered until it expires, at most `authCacheMax` of them (the least
 *     recently used is dropped), and only while the set of keys stays the same: verifying EdDSA takes
 *     0.4 ms. Failures are not remembered.
 * I3: no part of a token reaches a log, a message or a metric but `sub`, of a harmless form.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTPayload, jwtVerify } from 'jose';
import type { Logger } from 'pino';
import { SettingError } from '../../shared/adapters/env-config.ts';
import { isScope, type Scope } from './scopes.ts';
import type { SecurityConfig } from './security-config.ts';

/** Who a call comes from, as its token says. */
export interface Caller {
  /** `sub` when it is of a harmless form, else its digest. For quotas and the audit. */
  readonly subject: string;
  /** Empty when the gateway serves one cluster without tenants. */
  readonly tenant: string;
  readonly scopes: ReadonlySet<Scope>;
}

/** Why a token does not count. `reason` is a constant text. */
export class TokenError extends Error {}

/** RFC 8725 3.1: algorithms by name, so that `none` and HMAC with a public key cannot pass. */
const ALGORITHMS = ['EdDSA', 'RS256', 'ES256'];
const TOKEN_BYTES_MAX = 8_192;
/** No address or number in it: subjects appear in the audit. */
const SUBJECT_FORM = /^[A-Za-z][A-Za-z0-9._:/-]{0,63}$/;

interface KnownToken {
  readonly caller: Caller;
  readonly expiresMs: number;
}

type KeySet = ReturnType<typeof createLocalJWKSet>;

function readKeys(path: string): { readonly text: string; readonly keys: KeySet } {
  try {
    const text = readFileSync(path, 'utf8');
    const set = JSON.parse(text) as JSONWebKeySet;
    const isPrivate = set.keys.some((key) => key.d !== undefined || key.kty === 'oct');
    if (isPrivate) throw new Error('it holds a private or symmetric key; give public keys only');
    if (set.keys.length === 0) throw new Error('it holds no key');
    return { text, keys: createLocalJWKSet(set) };
  } catch (error) {
    // Texts of JSON errors quote the file.
    const reason = error instanceof SyntaxError ? 'it is no JSON' : (error as Error).message;
    throw new SettingError(`SELFSAME_AUTH_JWKS: the key set ${path} cannot be used: ${reason}`);
  }
}

function subjectOf({ sub }: JWTPayload): string {
  if (typeof sub !== 'string' || sub === '') throw new TokenError('The token has no subject.');
  if (SUBJECT_FORM.test(sub)) return sub;
  return `sha256:${createHash('sha256').update(sub).digest('hex').slice(0, 32)}`;
}

function scopesOf({ scope }: JWTPayload): ReadonlySet<Scope> {
  return new Set(typeof scope === 'string' ? scope.split(' ').filter(isScope) : []);
}

/** Checks tokens with the keys of a file, which is read again when it changes. */
export class Tokens {
  readonly #config: SecurityConfig;
  readonly #known = new Map<string, KnownToken>();
  readonly #timer: NodeJS.Timeout;
  #set: { readonly text: string; readonly keys: KeySet };

  /** Throws `SettingError` when the key set cannot be used. */
  constructor(config: SecurityConfig, logger: Logger) {
    this.#config = config;
    this.#set = readKeys(config.authJwks);
    this.#timer = setInterval(() => {
      try {
        const next = readKeys(config.authJwks);
        if (next.text === this.#set.text) return;
        this.#set = next;
        // A key that was taken out must not live on in what it signed.
        this.#known.clear();
        logger.info('keys of tokens replaced');
      } catch (error) {
        logger.error({ err: error }, 'new keys of tokens cannot be used; the former go on');
      }
    }, config.filesPollMs);
    this.#timer.unref();
  }

  close(): void {
    clearInterval(this.#timer);
  }

  /** Who the bearer of the token is. Rejects with `TokenError`. */
  async callerOf(token: string): Promise<Caller> {
    if (token.length > TOKEN_BYTES_MAX) throw new TokenError('The token is too long.');
    const known = this.#known.get(token);
    if (known !== undefined) {
      this.#known.delete(token);
      if (known.expiresMs > Date.now()) {
        this.#known.set(token, known);
        return known.caller;
      }
    }
    const set = this.#set;
    const payload = await this.#verify(token, set.keys);
    const caller = this.#callerOf(payload);
    if (this.#set === set) this.#remember(token, caller, payload.exp as number);
    return caller;
  }

  async #verify(token: string, keys: KeySet): Promise<JWTPayload> {
    const { authIssuer, authAudience, authSkewSeconds } = this.#config;
    try {
      const { payload } = await jwtVerify(token, keys, {
        algorithms: ALGORITHMS,
        issuer: authIssuer,
        audience: authAudience,
        clockTolerance: authSkewSeconds,
        requiredClaims: ['exp', 'sub'],
      });
      return payload;
    } catch (error) {
      if (error instanceof errors.JWTExpired) throw new TokenError('The token has expired.');
      if (error instanceof errors.JWTClaimValidationFailed) {
        throw new TokenError('The token is not of the issuer, for the audience or time of now.');
      }
      throw new TokenError('The token is not one that a known key signed.');
    }
  }

  #callerOf(payload: JWTPayload): Caller {
    const { tenantNames } = this.#config;
    const { tenant } = payload;
    const isKnown = typeof tenant === 'string' && tenantNames.includes(tenant);
    if (tenantNames.length > 0 && !isKnown) {
      throw new TokenError('The token names no tenant that is served here.');
    }
    return {
      subject: subjectOf(payload),
      tenant: isKnown ? tenant : '',
      scopes: scopesOf(payload),
    };
  }

  #remember(token: string, caller: Caller, expires: number): void {
    const expiresMs = (expires + this.#config.authSkewSeconds) * 1000;
    this.#known.set(token, { caller, expiresMs });
    if (this.#known.size <= this.#config.authCacheMax) return;
    const oldest = this.#known.keys().next().value;
    if (oldest !== undefined) this.#known.delete(oldest);
  }
}

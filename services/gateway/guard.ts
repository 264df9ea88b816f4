/**
 * Judges each call before anything of it is looked at: token, scope, quota.
 *
 * Without SELFSAME_AUTH_JWKS every call is the anonymous caller's, who may do everything: on a
 * loopback address, or where the operator said so (`security-config.ts`).
 */
import type { Metadata } from '@grpc/grpc-js';
import type { Logger } from 'pino';
import { GatewayError } from '../../shared/grpc/status.ts';
import { Quotas } from './quotas.ts';
import { METHOD_SCOPES, SCOPES, type Scope } from './scopes.ts';
import type { SecurityConfig } from './security-config.ts';
import { type Caller, TokenError, Tokens } from './tokens.ts';

const ANONYMOUS: Caller = {
  subject: 'anonymous',
  tenant: '',
  scopes: new Set(Object.keys(SCOPES) as Scope[]),
};

const BEARER = /^Bearer ([^ ]+)$/i;

export class Guard {
  readonly quotas: Quotas;
  readonly #tokens: Tokens | null;

  /** Throws `SettingError` when the key set cannot be used. */
  constructor(config: SecurityConfig, logger: Logger) {
    this.quotas = new Quotas(config);
    this.#tokens = config.authJwks === '' ? null : new Tokens(config, logger);
  }

  /**
   * Who may make this call. Rejects with UNAUTHENTICATED, PERMISSION_DENIED (after telling `onDenied`)
   * or QUOTA_EXCEEDED.
   */
  async admit(
    method: string,
    metadata: Metadata,
    onDenied: (caller: Caller) => void = () => undefined,
  ): Promise<Caller> {
    const caller = this.#tokens === null ? ANONYMOUS : await this.#bearer(this.#tokens, metadata);
    const needed = METHOD_SCOPES.get(method) ?? [];
    if (!needed.some((scope) => caller.scopes.has(scope))) {
      onDenied(caller);
      const scope = needed.length === 0 ? 'none' : needed.join(' or ');
      throw new GatewayError('PERMISSION_DENIED', `This method needs the scope ${scope}.`, {
        metadata: { scope },
      });
    }
    this.quotas.takeCall(caller);
    return caller;
  }

  close(): void {
    this.#tokens?.close();
  }

  async #bearer(tokens: Tokens, metadata: Metadata): Promise<Caller> {
    const values = metadata.get('authorization');
    const [, token] = BEARER.exec(String(values[0] ?? '')) ?? [];
    if (token === undefined || values.length !== 1) {
      throw new GatewayError(
        'UNAUTHENTICATED',
        'This call needs one token: `authorization: Bearer TOKEN`.',
      );
    }
    try {
      return await tokens.callerOf(token);
    } catch (error) {
      if (!(error instanceof TokenError)) throw error;
      throw new GatewayError('UNAUTHENTICATED', error.message);
    }
  }
}

/** Health answers everybody: load balancers have no token, and it tells nothing of customers. */
export const UNGUARDED: Pick<Guard, 'admit'> = { admit: () => Promise.resolve(ANONYMOUS) };

/** An issuer of tokens for tests: keys, their public set in a file, and tokens of any claims. */
import { createHmac } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';

export const ISSUER = 'https://issuer.example';
export const AUDIENCE = 'selfsame';

interface Claims {
  readonly sub?: string;
  readonly scope?: string;
  readonly tenant?: string;
  readonly iss?: string;
  readonly aud?: string;
  /** Seconds from now. */
  readonly expiresIn?: number;
  readonly notBefore?: number;
}

export class TokenIssuer {
  readonly #keys = new Map<string, { readonly alg: string; readonly secret: CryptoKey }>();
  readonly #public: JWK[] = [];

  async addKey(kid: string, alg: 'EdDSA' | 'RS256' | 'ES256' = 'EdDSA'): Promise<void> {
    const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
    this.#keys.set(kid, { alg, secret: privateKey });
    this.#public.push({ ...(await exportJWK(publicKey)), kid, alg, use: 'sig' });
  }

  /** Writes the public keys of these names. */
  publish(path: string, kids: readonly string[] = [...this.#keys.keys()]): void {
    const keys = this.#public.filter(({ kid }) => kid !== undefined && kids.includes(kid));
    writeFileSync(path, JSON.stringify({ keys }));
  }

  async token(claims: Claims = {}, kid?: string): Promise<string> {
    const [first] = this.#keys.keys();
    const name = kid ?? first ?? '';
    const key = this.#keys.get(name);
    if (key === undefined) throw new Error(`no key ${name}`);
    const now = Math.floor(Date.now() / 1000);
    const { sub = 'service:test', iss = ISSUER, aud = AUDIENCE, expiresIn = 300 } = claims;
    const builder = new SignJWT({ scope: claims.scope ?? '', tenant: claims.tenant })
      .setProtectedHeader({ alg: key.alg, kid: name })
      .setSubject(sub)
      .setIssuer(iss)
      .setAudience(aud)
      .setExpirationTime(now + expiresIn);
    if (claims.notBefore !== undefined) builder.setNotBefore(now + claims.notBefore);
    return builder.sign(key.secret);
  }

  /** Without a signature (`alg: none`). */
  async unsigned(claims: Claims): Promise<string> {
    const [, payload] = (await this.token(claims)).split('.');
    return `${encode({ alg: 'none' })}.${payload}.`;
  }

  /** Signed with HMAC under the public key, which naive verifiers take for the secret. */
  async confused(claims: Claims): Promise<string> {
    const [, payload] = (await this.token(claims)).split('.');
    const head = encode({ alg: 'HS256', kid: this.#public[0]?.kid });
    const secret = Buffer.from(this.#public[0]?.x ?? '', 'base64url');
    const signature = createHmac('sha256', secret).update(`${head}.${payload}`).digest('base64url');
    return `${head}.${payload}.${signature}`;
  }
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

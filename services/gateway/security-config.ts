/**
 * Settings of who may call the gateway: TLS, tokens, tenants, quotas, audit. Files are named, never
 * their content: nothing here is a secret, so that settings may be printed.
 */
import {
  type Environment,
  number,
  readSettings,
  SettingError,
  type Settings,
  text,
} from '../../shared/adapters/env-config.ts';
import { LOOK_UP_LEVELS, type LookUpLevel } from './audit-classes.ts';
import { assertTenantName } from '../../shared/cluster/tenants.ts';

export const SECURITY_SETTINGS = {
  tlsCert: text(
    'SELFSAME_TLS_CERT',
    '',
    'File of the certificate chain (PEM) of the gRPC port. Empty: plain text.',
  ),
  tlsKey: text('SELFSAME_TLS_KEY', '', 'File of the private key (PEM) of the certificate.'),
  tlsClientCa: text(
    'SELFSAME_TLS_CLIENT_CA',
    '',
    'File of the authorities (PEM) one of which must have signed the certificate of each client. Empty: clients need none.',
  ),
  filesPollMs: number(
    'SELFSAME_FILES_POLL_MS',
    5_000,
    [20, 3_600_000],
    'How often files of certificates and keys are read again; a change holds without a restart.',
  ),
  authJwks: text(
    'SELFSAME_AUTH_JWKS',
    '',
    'File of the public keys (JWK set) that tokens are checked with. Empty: calls need no token.',
  ),
  authIssuer: text('SELFSAME_AUTH_ISSUER', '', 'The `iss` that tokens must have.'),
  authAudience: text('SELFSAME_AUTH_AUDIENCE', '', 'The `aud` that tokens must have.'),
  authSkewSeconds: number(
    'SELFSAME_AUTH_SKEW_SECONDS',
    30,
    [0, 600],
    'How far the clocks of the issuer and the gateway may differ.',
  ),
  authCacheMax: number(
    'SELFSAME_AUTH_CACHE_MAX',
    10_000,
    [1, 1_000_000],
    'Verified tokens remembered until they expire; about 1 KB each.',
  ),
  allowUnauthenticated: text(
    'SELFSAME_ALLOW_UNAUTHENTICATED',
    'no',
    'yes: calls without tokens are served also at addresses that other machines reach.',
  ),
  tenants: text(
    'SELFSAME_TENANTS',
    '',
    'Tenants served, by commas; the claim `tenant` of a token chooses. Empty: one cluster, no claim.',
  ),
  auditLookUps: text(
    'SELFSAME_AUDIT_LOOK_UPS',
    'none',
    'What is recorded of look-ups: none, calls (who and when), references (also whom they were about).',
  ),
  quotaCalls: number(
    'SELFSAME_QUOTA_CALLS',
    0,
    [0, 1_000_000],
    'Calls and streams a second of one tenant on this gateway; 0: no limit.',
  ),
  quotaItems: number(
    'SELFSAME_QUOTA_ITEMS',
    0,
    [0, 10_000_000],
    'Identifiers and interactions a second of one tenant on this gateway; 0: no limit.',
  ),
  quotaClientCalls: number(
    'SELFSAME_QUOTA_CLIENT_CALLS',
    0,
    [0, 1_000_000],
    'Calls and streams a second of one client (`sub` of the token) on this gateway; 0: no limit.',
  ),
  quotaBurstSeconds: number(
    'SELFSAME_QUOTA_BURST_SECONDS',
    2,
    [1, 60],
    'Seconds of a quota that may be used at once.',
  ),
} as const;

export type SecurityConfig = Settings<typeof SECURITY_SETTINGS> & {
  readonly tenantNames: readonly string[];
  readonly auditLevel: LookUpLevel;
};

const LOOPBACK = /^(localhost|127(?:\.\d{1,3}){3}|::1|\[::1\])$/;

/** Reads the settings for a gateway that listens on `host`. Throws `SettingError`. */
export function loadSecurityConfig(environment: Environment, host: string): SecurityConfig {
  const settings = readSettings(SECURITY_SETTINGS, environment);
  const tenantNames = settings.tenants
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  for (const name of tenantNames) assertTenantName('SELFSAME_TENANTS', name);
  assertRelations(settings, tenantNames, host);
  const auditLevel = LOOK_UP_LEVELS.find((level) => level === settings.auditLookUps);
  if (auditLevel === undefined) {
    throw new SettingError(`SELFSAME_AUDIT_LOOK_UPS must be one of ${LOOK_UP_LEVELS.join(', ')}`);
  }
  return Object.freeze({ ...settings, tenantNames, auditLevel });
}

function assertRelations(
  settings: Settings<typeof SECURITY_SETTINGS>,
  tenantNames: readonly string[],
  host: string,
): void {
  const refuse = (message: string): never => {
    throw new SettingError(message);
  };
  if ((settings.tlsCert === '') !== (settings.tlsKey === '')) {
    refuse('SELFSAME_TLS_CERT and SELFSAME_TLS_KEY belong together: give both or none');
  }
  if (settings.tlsClientCa !== '' && settings.tlsCert === '') {
    refuse('SELFSAME_TLS_CLIENT_CA needs SELFSAME_TLS_CERT and SELFSAME_TLS_KEY');
  }
  const isAuthenticated = settings.authJwks !== '';
  if (isAuthenticated && (settings.authIssuer === '' || settings.authAudience === '')) {
    refuse('SELFSAME_AUTH_JWKS needs SELFSAME_AUTH_ISSUER and SELFSAME_AUTH_AUDIENCE');
  }
  if (tenantNames.length > 0 && !isAuthenticated) {
    refuse('SELFSAME_TENANTS needs SELFSAME_AUTH_JWKS: only a token says whose a call is');
  }
  if (new Set(tenantNames).size < tenantNames.length) {
    refuse('SELFSAME_TENANTS names a tenant twice');
  }
  if (!['yes', 'no'].includes(settings.allowUnauthenticated)) {
    refuse('SELFSAME_ALLOW_UNAUTHENTICATED must be yes or no');
  }
  if (!isAuthenticated && !LOOPBACK.test(host) && settings.allowUnauthenticated !== 'yes') {
    refuse(
      `a gateway at ${host} would answer whoever reaches it: give SELFSAME_AUTH_JWKS, or ` +
        'SELFSAME_ALLOW_UNAUTHENTICATED=yes when something before it checks who calls',
    );
  }
}

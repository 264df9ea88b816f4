/**
 * Tenants: each is a cluster of its own, with streams, subjects, stores and ids of its own, so that
 * nothing that a tenant's processes read or answer can be another's. Only gateways know several.
 */
import { createHmac } from 'node:crypto';
import { SettingError } from '../adapters/env-config.ts';

/** A word without `-`, so that no tenant's names are the start of another's. */
const TENANT_FORM = /^[a-z][a-z0-9]{0,31}$/;

/** Throws `SettingError` when the text cannot name a tenant. */
export function assertTenantName(setting: string, name: string): void {
  if (TENANT_FORM.test(name)) return;
  throw new SettingError(`${setting}: a tenant is named by 1 to 32 of a-z and 0-9, a letter first`);
}

/** First part of stream and subject names of a tenant's cluster. */
export function tenantPrefix(prefix: string, tenant: string): string {
  return `${prefix}-t-${tenant}`;
}

/** Settings that a tenant's cluster has of its own. */
interface TenantSettings {
  readonly prefix: string;
  readonly idKey: string;
  readonly natsCreds: string;
  readonly natsNkey: string;
  readonly natsUserFile: string;
}

/**
 * The settings of a tenant's cluster: prefix, id key (the first 128 bits of HMAC-SHA-256 of the
 * tenant's name under the key given; without one each cluster makes its own), and files of NATS
 * credentials, in whose names `{tenant}` stands for the tenant. Empty: unchanged.
 */
export function tenantSettings<S extends TenantSettings>(settings: S, tenant: string): S {
  if (tenant === '') return settings;
  assertTenantName('SELFSAME_TENANT', tenant);
  const own = (path: string): string => path.replaceAll('{tenant}', tenant);
  return {
    ...settings,
    prefix: tenantPrefix(settings.prefix, tenant),
    idKey: settings.idKey === '' ? '' : tenantIdKey(settings.idKey, tenant),
    natsCreds: own(settings.natsCreds),
    natsNkey: own(settings.natsNkey),
    natsUserFile: own(settings.natsUserFile),
  };
}

/** 32 hexadecimal digits, as `SELFSAME_ID_KEY`. */
export function tenantIdKey(idKey: string, tenant: string): string {
  const key = Buffer.from(idKey, 'hex');
  return createHmac('sha256', key).update(`tenant:${tenant}`).digest('hex').slice(0, 32);
}

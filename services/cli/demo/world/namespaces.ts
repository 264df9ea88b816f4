/**
 * Names of the identifier namespaces that the demo's sources use, as declared in
 * `shared/rules/deterministic.yaml` (a unit test compares the two).
 */
export const NAMESPACE = {
  login: 'user_id',
  crm: 'crm_id',
  loyalty: 'loyalty_id',
  billing: 'billing_account',
  subscriber: 'subscriber_id',
  cookie: 'cookie',
  install: 'app_install',
  thermostat: 'device_id',
  email: 'email',
  phone: 'phone',
  card: 'payment_card_token',
} as const;

export type NamespaceName = (typeof NAMESPACE)[keyof typeof NAMESPACE];

// Original file: selfsame/v1/customer.proto

/**
 * What a namespace names.
 */
export const NamespaceKind = {
  /**
   * Never sent.
   */
  NAMESPACE_KIND_UNSPECIFIED: 'NAMESPACE_KIND_UNSPECIFIED',
  /**
   * One customer (login, customer number).
   */
  NAMESPACE_KIND_PERSON: 'NAMESPACE_KIND_PERSON',
  /**
   * One device (cookie, app installation).
   */
  NAMESPACE_KIND_DEVICE: 'NAMESPACE_KIND_DEVICE',
  /**
   * A few customers (email, phone).
   */
  NAMESPACE_KIND_EVIDENCE: 'NAMESPACE_KIND_EVIDENCE',
  /**
   * Many customers (IP address, postcode).
   */
  NAMESPACE_KIND_CONTEXT: 'NAMESPACE_KIND_CONTEXT',
} as const;

/**
 * What a namespace names.
 */
export type NamespaceKind =
  /**
   * Never sent.
   */
  | 'NAMESPACE_KIND_UNSPECIFIED'
  | 0
  /**
   * One customer (login, customer number).
   */
  | 'NAMESPACE_KIND_PERSON'
  | 1
  /**
   * One device (cookie, app installation).
   */
  | 'NAMESPACE_KIND_DEVICE'
  | 2
  /**
   * A few customers (email, phone).
   */
  | 'NAMESPACE_KIND_EVIDENCE'
  | 3
  /**
   * Many customers (IP address, postcode).
   */
  | 'NAMESPACE_KIND_CONTEXT'
  | 4

/**
 * What a namespace names.
 */
export type NamespaceKind__Output = typeof NamespaceKind[keyof typeof NamespaceKind]

// Original file: selfsame/v1/identifier.proto


/**
 * What a system calls somebody: `(namespace, value)`, e.g. (`email`, `ann@example.com`). Raw values
 * are welcome everywhere: the cluster normalises them by the rules of the namespace.
 */
export interface Identifier {
  /**
   * Name of a namespace of the active rules, e.g. `email`, `crm_id`, `cookie`. 1 to 200 characters.
   */
  'namespace'?: (string);
  /**
   * Value as the source has it. 1 to 1,024 characters.
   */
  'value'?: (string);
}

/**
 * What a system calls somebody: `(namespace, value)`, e.g. (`email`, `ann@example.com`). Raw values
 * are welcome everywhere: the cluster normalises them by the rules of the namespace.
 */
export interface Identifier__Output {
  /**
   * Name of a namespace of the active rules, e.g. `email`, `crm_id`, `cookie`. 1 to 200 characters.
   */
  'namespace': (string);
  /**
   * Value as the source has it. 1 to 1,024 characters.
   */
  'value': (string);
}

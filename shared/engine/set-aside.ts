/** What may be told of a message in quarantine: where it stood, and what kind of error handling it met. */
export interface SetAside {
  readonly partition: number;
  readonly epoch: number;
  readonly sequence: number;
  /** Of the message within its entry. */
  readonly index: number;
  /** Class of the error, and its code if it has one. Never its text: it may quote values of customers. */
  readonly errorKind: string;
}

/** `StateError`, `TypeError ERR_INVALID_ARG_TYPE`; of what is no error, its type. */
export function errorKind(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const code: unknown = (error as { readonly code?: unknown }).code;
  const { name } = error.constructor;
  return typeof code === 'string' ? `${name} ${code}` : name;
}

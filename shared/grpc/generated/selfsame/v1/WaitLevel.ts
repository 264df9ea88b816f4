// Original file: selfsame/v1/consistency.proto

/**
 * What a read with a revision token waits for.
 */
export const WaitLevel = {
  /**
   * Same as WAIT_LEVEL_DURABLE.
   */
  WAIT_LEVEL_UNSPECIFIED: 'WAIT_LEVEL_UNSPECIFIED',
  /**
   * The write itself is applied.
   */
  WAIT_LEVEL_DURABLE: 'WAIT_LEVEL_DURABLE',
  /**
   * All consequences of the write are applied.
   */
  WAIT_LEVEL_SETTLED: 'WAIT_LEVEL_SETTLED',
} as const;

/**
 * What a read with a revision token waits for.
 */
export type WaitLevel =
  /**
   * Same as WAIT_LEVEL_DURABLE.
   */
  | 'WAIT_LEVEL_UNSPECIFIED'
  | 0
  /**
   * The write itself is applied.
   */
  | 'WAIT_LEVEL_DURABLE'
  | 1
  /**
   * All consequences of the write are applied.
   */
  | 'WAIT_LEVEL_SETTLED'
  | 2

/**
 * What a read with a revision token waits for.
 */
export type WaitLevel__Output = typeof WaitLevel[keyof typeof WaitLevel]

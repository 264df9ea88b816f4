// Original file: selfsame/v1/consistency.proto

/**
 * How far a write must have got before it is acknowledged.
 */
export const AckLevel = {
  /**
   * Same as ACK_LEVEL_DURABLE.
   */
  ACK_LEVEL_UNSPECIFIED: 'ACK_LEVEL_UNSPECIFIED',
  /**
   * It is in the log and cannot be lost; reads may not show it yet.
   */
  ACK_LEVEL_ACCEPTED: 'ACK_LEVEL_ACCEPTED',
  /**
   * Its owner applied it and flushed the result to disk.
   */
  ACK_LEVEL_DURABLE: 'ACK_LEVEL_DURABLE',
  /**
   * All its consequences, on every partition, are applied: reads show the final answer.
   */
  ACK_LEVEL_SETTLED: 'ACK_LEVEL_SETTLED',
} as const;

/**
 * How far a write must have got before it is acknowledged.
 */
export type AckLevel =
  /**
   * Same as ACK_LEVEL_DURABLE.
   */
  | 'ACK_LEVEL_UNSPECIFIED'
  | 0
  /**
   * It is in the log and cannot be lost; reads may not show it yet.
   */
  | 'ACK_LEVEL_ACCEPTED'
  | 1
  /**
   * Its owner applied it and flushed the result to disk.
   */
  | 'ACK_LEVEL_DURABLE'
  | 2
  /**
   * All its consequences, on every partition, are applied: reads show the final answer.
   */
  | 'ACK_LEVEL_SETTLED'
  | 3

/**
 * How far a write must have got before it is acknowledged.
 */
export type AckLevel__Output = typeof AckLevel[keyof typeof AckLevel]

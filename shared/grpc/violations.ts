/**
 * Collects what is wrong with a message, so that a client learns everything in one answer.
 * Descriptions never hold the value: it may be personal data.
 */
import type { FieldViolation } from '../protocol/cluster.ts';
import { CONTRACT_LIMITS } from './limits.ts';
import { GatewayError } from './status.ts';

export class Violations {
  readonly list: FieldViolation[] = [];

  add(field: string, description: string): void {
    if (this.list.length < CONTRACT_LIMITS.violations) this.list.push({ field, description });
  }

  /** Text of 1 to `maxCharacters`; `minCharacters` 0 allows empty text. */
  text(value: string, field: string, maxCharacters: number, minCharacters: 0 | 1 = 1): void {
    if (value.length < minCharacters) this.add(field, 'Required; give a non-empty text.');
    else if (value.length > maxCharacters) {
      this.add(field, `Too long; at most ${maxCharacters} characters.`);
    }
  }

  /** A number of elements, `min` to `max`. */
  count(value: number, field: string, min: number, max: number): void {
    if (value < min || value > max) this.add(field, `Give ${min} to ${max} elements.`);
  }

  /** Throws INVALID_ARGUMENT when anything was found. */
  throwIfAny(): void {
    if (this.list.length === 0) return;
    throw new GatewayError(
      'INVALID_ARGUMENT',
      'The request has wrong fields; see the BadRequest detail.',
      { violations: this.list },
    );
  }
}

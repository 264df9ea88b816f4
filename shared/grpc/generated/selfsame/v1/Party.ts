// Original file: selfsame/v1/interaction.proto

import type { Identifier as _selfsame_v1_Identifier, Identifier__Output as _selfsame_v1_Identifier__Output } from '../../selfsame/v1/Identifier.ts';

/**
 * One participant of an interaction.
 */
export interface Party {
  /**
   * Part taken, e.g. `subject`, `buyer`, `beneficiary`, `agent`, `payer`, `account_holder`. Required,
   * at most 200 characters.
   */
  'role'?: (string);
  /**
   * How the source knows the participant, at most 50. None is allowed: the party is then known by
   * the interaction alone.
   */
  'identifiers'?: (_selfsame_v1_Identifier)[];
  /**
   * Free attributes, e.g. `name`, `birth_date`; at most 100 of at most 1,000 characters each.
   */
  'attributes'?: ({[key: string]: string});
}

/**
 * One participant of an interaction.
 */
export interface Party__Output {
  /**
   * Part taken, e.g. `subject`, `buyer`, `beneficiary`, `agent`, `payer`, `account_holder`. Required,
   * at most 200 characters.
   */
  'role': (string);
  /**
   * How the source knows the participant, at most 50. None is allowed: the party is then known by
   * the interaction alone.
   */
  'identifiers': (_selfsame_v1_Identifier__Output)[];
  /**
   * Free attributes, e.g. `name`, `birth_date`; at most 100 of at most 1,000 characters each.
   */
  'attributes': ({[key: string]: string});
}

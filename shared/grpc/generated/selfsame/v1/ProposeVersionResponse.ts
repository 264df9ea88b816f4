// Original file: selfsame/v1/rules_service.proto

import type { Versions as _selfsame_v1_Versions, Versions__Output as _selfsame_v1_Versions__Output } from '../../selfsame/v1/Versions.ts';
import type { ModelFit as _selfsame_v1_ModelFit, ModelFit__Output as _selfsame_v1_ModelFit__Output } from '../../selfsame/v1/ModelFit.ts';

/**
 * The candidate is recorded and is being built.
 */
export interface ProposeVersionResponse {
  /**
   * As they are now.
   */
  'versions'?: (_selfsame_v1_Versions | null);
  /**
   * How the weights were fitted; absent when that was not asked for.
   */
  'fit'?: (_selfsame_v1_ModelFit | null);
}

/**
 * The candidate is recorded and is being built.
 */
export interface ProposeVersionResponse__Output {
  /**
   * As they are now.
   */
  'versions': (_selfsame_v1_Versions__Output | null);
  /**
   * How the weights were fitted; absent when that was not asked for.
   */
  'fit': (_selfsame_v1_ModelFit__Output | null);
}

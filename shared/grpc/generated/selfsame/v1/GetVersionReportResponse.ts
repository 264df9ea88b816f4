// Original file: selfsame/v1/rules_service.proto

import type { VersionReport as _selfsame_v1_VersionReport, VersionReport__Output as _selfsame_v1_VersionReport__Output } from '../../selfsame/v1/VersionReport.ts';

/**
 * What the candidate would change.
 */
export interface GetVersionReportResponse {
  /**
   * The comparison.
   */
  'report'?: (_selfsame_v1_VersionReport | null);
}

/**
 * What the candidate would change.
 */
export interface GetVersionReportResponse__Output {
  /**
   * The comparison.
   */
  'report': (_selfsame_v1_VersionReport__Output | null);
}

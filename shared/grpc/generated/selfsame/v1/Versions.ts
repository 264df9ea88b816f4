// Original file: selfsame/v1/rules_service.proto

import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from '../../google/protobuf/Timestamp.ts';
import type { CandidateVersion as _selfsame_v1_CandidateVersion, CandidateVersion__Output as _selfsame_v1_CandidateVersion__Output } from '../../selfsame/v1/CandidateVersion.ts';
import type { Layout as _selfsame_v1_Layout, Layout__Output as _selfsame_v1_Layout__Output } from '../../selfsame/v1/Layout.ts';
import type { Long } from '@grpc/proto-loader';

/**
 * Which version is live and which is tried.
 */
export interface Versions {
  /**
   * The version that answers.
   */
  'liveVersion'?: (string);
  /**
   * Number of its generation, from 1.
   */
  'liveGeneration'?: (number | string | Long);
  /**
   * When it was activated; absent: the cluster began with it.
   */
  'liveSince'?: (_google_protobuf_Timestamp | null);
  /**
   * The candidate; absent when there is none.
   */
  'candidate'?: (_selfsame_v1_CandidateVersion | null);
  /**
   * Generations whose data is still being removed.
   */
  'leavingGenerations'?: (number | string | Long)[];
  /**
   * Versions that were live before, the latest first.
   */
  'pastVersions'?: (string)[];
  /**
   * Partitions of the live generation.
   */
  'liveLayout'?: (_selfsame_v1_Layout | null);
}

/**
 * Which version is live and which is tried.
 */
export interface Versions__Output {
  /**
   * The version that answers.
   */
  'liveVersion': (string);
  /**
   * Number of its generation, from 1.
   */
  'liveGeneration': (string);
  /**
   * When it was activated; absent: the cluster began with it.
   */
  'liveSince': (_google_protobuf_Timestamp__Output | null);
  /**
   * The candidate; absent when there is none.
   */
  'candidate': (_selfsame_v1_CandidateVersion__Output | null);
  /**
   * Generations whose data is still being removed.
   */
  'leavingGenerations': (string)[];
  /**
   * Versions that were live before, the latest first.
   */
  'pastVersions': (string)[];
  /**
   * Partitions of the live generation.
   */
  'liveLayout': (_selfsame_v1_Layout__Output | null);
}

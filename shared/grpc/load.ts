/**
 * Loads the public contract (`proto/`): the one file that does.
 *
 * `LOADER_OPTIONS` decides the shape of every message in memory; `shared/grpc/generated` is made
 * with the same options, and `test/unit/grpc-types.test.ts` compares the two. 64-bit integers are
 * text here, because proto-loader would silently round a large number; `map-*.ts` converts them.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadPackageDefinition, type ServiceDefinition } from '@grpc/grpc-js';
import {
  loadSync,
  type MessageTypeDefinition,
  type Options,
  type PackageDefinition,
} from '@grpc/proto-loader';
import { packageRoot } from '../ingress/package-root.ts';
import type { ProtoGrpcType as AuditTypes } from './generated/audit_service.ts';
import type { ProtoGrpcType as HealthTypes } from './generated/health.ts';
import type { ProtoGrpcType as ClusterTypes } from './generated/cluster_service.ts';
import type { ProtoGrpcType as IngestTypes } from './generated/ingest_service.ts';
import type { ProtoGrpcType as ResolutionTypes } from './generated/resolution_service.ts';
import type { ProtoGrpcType as RulesTypes } from './generated/rules_service.ts';
import type { ProtoGrpcType as StewardTypes } from './generated/steward_service.ts';

export const LOADER_OPTIONS = Object.freeze({
  keepCase: false,
  longs: String,
  enums: String,
  defaults: true,
  arrays: true,
  objects: true,
  oneofs: true,
}) satisfies Options;

/** Entry files; all others are imported by these. Relative to `proto/`. */
export const PROTO_FILES: readonly string[] = [
  'selfsame/v1/ingest_service.proto',
  'selfsame/v1/resolution_service.proto',
  'selfsame/v1/steward_service.proto',
  'selfsame/v1/cluster_service.proto',
  'selfsame/v1/rules_service.proto',
  'selfsame/v1/audit_service.proto',
  'grpc/health/v1/health.proto',
  'google/rpc/status.proto',
  'google/rpc/error_details.proto',
];

/** Full names of the services of the public contract, in the order of their documentation. */
export const SERVICE_NAMES = [
  'selfsame.v1.IngestService',
  'selfsame.v1.ResolutionService',
  'selfsame.v1.StewardService',
  'selfsame.v1.ClusterService',
  'selfsame.v1.RulesService',
  'selfsame.v1.AuditService',
] as const;

export type ServiceName = (typeof SERVICE_NAMES)[number];

/** Folder of the contract. */
export function protoRoot(): string {
  return join(packageRoot(), 'proto');
}

let loaded: PackageDefinition | null = null;

/** The whole contract, loaded once per process (about 60 ms). */
export function packageDefinition(): PackageDefinition {
  loaded ??= loadSync([...PROTO_FILES], { ...LOADER_OPTIONS, includeDirs: [protoRoot()] });
  return loaded;
}

type ContractTypes = IngestTypes &
  ResolutionTypes &
  StewardTypes &
  ClusterTypes &
  RulesTypes &
  AuditTypes &
  HealthTypes;

let constructors: ContractTypes | null = null;

/** Client constructors with the types of `generated/`. The one cast between the two worlds. */
export function contract(): ContractTypes {
  constructors ??= loadPackageDefinition(packageDefinition()) as unknown as ContractTypes;
  return constructors;
}

/** Definition of a service; throws when the contract has none of that name. */
export function serviceDefinition(name: ServiceName | 'grpc.health.v1.Health'): ServiceDefinition {
  const definition = packageDefinition()[name];
  if (definition === undefined || 'format' in definition) {
    throw new Error(`The contract in proto/ has no service ${name}.`);
  }
  return definition;
}

/** KEDA's contract of external scalers, which is no part of the public one. */
export function scalerDefinition(): ServiceDefinition {
  const file = 'externalscaler/externalscaler.proto';
  const found = loadSync(file, { ...LOADER_OPTIONS, includeDirs: [protoRoot()] });
  return found['externalscaler.ExternalScaler'] as ServiceDefinition;
}

/** Codec of one message type, e.g. `google.rpc.Status`; throws when the contract has none. */
export function messageCodec<Input, Output>(name: string): MessageTypeDefinition<Input, Output> {
  const definition = packageDefinition()[name];
  if (definition === undefined || !('serialize' in definition)) {
    throw new Error(`The contract in proto/ has no message ${name}.`);
  }
  return definition as unknown as MessageTypeDefinition<Input, Output>;
}

/**
 * The published gRPC service config, as JSON text: round robin over all gateways, and retries of
 * UNAVAILABLE alone (AIP-194). All methods may be repeated: interactions are deduplicated, and
 * decisions are named by their request_id.
 */
export function serviceConfigJson(): string {
  return readFileSync(join(protoRoot(), 'selfsame/v1/service_config.json'), 'utf8');
}

/** Tag of `FileDescriptorSet.file`: field 1, length-prefixed. */
const FILE_TAG = 0x0a;

/**
 * Descriptors of all files of the contract, as `buf build` made them, imports first. Throws when
 * `proto/descriptors.binpb` is not a FileDescriptorSet.
 */
export function fileDescriptors(): Buffer[] {
  const bytes = readFileSync(join(protoRoot(), 'descriptors.binpb'));
  const files: Buffer[] = [];
  let position = 0;
  while (position < bytes.length) {
    if (bytes[position++] !== FILE_TAG) throw new Error('proto/descriptors.binpb is damaged.');
    let length = 0;
    let byte = 0x80;
    for (let shift = 0; byte >= 0x80; shift += 7) {
      byte = bytes[position++] ?? 0;
      length += (byte & 0x7f) * 2 ** shift;
    }
    files.push(bytes.subarray(position, position + length));
    position += length;
  }
  return files;
}

/**
 * The published policy without its timeouts: they are for clients that give no deadline, and would cut
 * short what a caller of this one gave more time.
 */
export function policyWithoutTimeouts(): string {
  const policy = JSON.parse(serviceConfigJson()) as { readonly methodConfig: readonly object[] };
  const methodConfig = policy.methodConfig.map((entry) => ({ ...entry, timeout: undefined }));
  return JSON.stringify({ ...policy, methodConfig });
}

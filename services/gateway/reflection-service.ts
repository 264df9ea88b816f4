/**
 * Server reflection from real descriptors.
 *
 * What proto-loader keeps of the contract is one file per package without its imports and with
 * entries of maps renamed: clients that link strictly (buf, Go) refuse it. So the descriptors that
 * buf made of `proto/` are served; `test/unit/grpc-types.test.ts` keeps them equal to the contract.
 */
import type { Server } from '@grpc/grpc-js';
import type { PackageDefinition } from '@grpc/proto-loader';
import { ReflectionService } from '@grpc/reflection';
import { fileDescriptors } from '../../shared/grpc/load.ts';

export function addReflection(server: Server): void {
  // The service reads nothing but `fileDescriptorProtos` of the definitions it is given.
  const definitions: PackageDefinition = {
    contract: {
      format: 'Protocol Buffer 3 EnumDescriptorProto',
      type: {},
      fileDescriptorProtos: fileDescriptors(),
    },
  };
  new ReflectionService(definitions).addToServer(server);
}

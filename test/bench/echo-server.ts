/**
 * A bare grpc-js server with the messages of ResolutionService, which answers every identifier
 * alike: what gRPC alone costs. Prints its address; ends with its standard input.
 */
import {
  Server,
  ServerCredentials,
  type ServerDuplexStream,
  type sendUnaryData,
} from '@grpc/grpc-js';
import { serviceDefinition } from '../../shared/grpc/load.ts';

interface Batch {
  readonly correlationId?: string;
  readonly identifiers: readonly unknown[];
  readonly values: readonly string[];
}

const FOUND = {
  status: 'RESOLUTION_STATUS_FOUND',
  customerId: 'cabcdefghijklmnopqrstuvwxyz',
  certainty: 0.999,
};

const answersTo = ({ identifiers, values }: Batch): object[] =>
  Array.from({ length: Math.max(identifiers.length, values.length) }, () => FOUND);

const server = new Server();
server.addService(serviceDefinition('selfsame.v1.ResolutionService'), {
  Resolve: (_call: unknown, callback: sendUnaryData<object>) => {
    callback(null, { resolution: FOUND });
  },
  BatchResolve: (call: { readonly request: Batch }, callback: sendUnaryData<object>) => {
    callback(null, { resolutions: answersTo(call.request) });
  },
  ResolveStream: (stream: ServerDuplexStream<Batch, object>) => {
    stream.on('data', (batch: Batch) => {
      stream.write({ correlationId: batch.correlationId, resolutions: answersTo(batch) });
    });
    stream.on('end', () => stream.end());
  },
});
server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) => {
  if (error !== null) throw error;
  console.log(`127.0.0.1:${port}`);
});
process.stdin.on('end', () => server.forceShutdown()).resume();

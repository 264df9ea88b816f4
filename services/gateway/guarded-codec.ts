/**
 * Request decoding that cannot fail the transport.
 *
 * grpc-js answers bytes that do not decode with INTERNAL and no details. Here they become a value,
 * which the call wrapper answers with INVALID_ARGUMENT (MALFORMED_MESSAGE) and details (what counts
 * as decodable is decided by `shared/grpc/wire-check.ts`, for protobufjs is too lenient); so do
 * messages above the size limit (MESSAGE_TOO_LARGE), up to the hard limit of the transport, which
 * is twice as high.
 */
import type { MethodDefinition, ServiceDefinition } from '@grpc/grpc-js';
import { GatewayError } from '../../shared/grpc/status.ts';
import { isMessage, messageShape } from '../../shared/grpc/wire-check.ts';
import { EncodedMessage } from './rpc.ts';

/** Stands in for a message that cannot be used. */
export class UnusableMessage {
  readonly error: GatewayError;
  constructor(error: GatewayError) {
    this.error = error;
  }
}

const sizes = new WeakMap<object, number>();

/** Bytes on the wire of a message of a stream; 0 for others, whose size nobody asks for. */
export function sizeOf(message: object): number {
  return sizes.get(message) ?? 0;
}

/** Transport limit for a message limit: what lies between is refused with details. */
export function hardLimitOf(messageBytesMax: number): number {
  return messageBytesMax * 2;
}

type Method = MethodDefinition<object, object>;

/** Full name of the request type; it is declared in the package of its service. */
function requestTypeOf(method: Method): string {
  const { type } = (method as unknown as { requestType: { type: { name: string } } }).requestType;
  const service = method.path.split('/')[1] ?? '';
  return `${service.slice(0, service.lastIndexOf('.'))}.${type.name}`;
}

function guard(method: Method, messageBytesMax: number): Method {
  const shape = messageShape(requestTypeOf(method));
  const requestDeserialize = (bytes: Buffer): object => {
    if (bytes.length > messageBytesMax) {
      return new UnusableMessage(
        new GatewayError(
          'MESSAGE_TOO_LARGE',
          `The message is too large; send at most ${messageBytesMax} bytes, in several messages.`,
          { metadata: { limit_bytes: String(messageBytesMax) } },
        ),
      );
    }
    if (!isMessage(bytes, shape)) {
      return new UnusableMessage(
        new GatewayError('MALFORMED_MESSAGE', 'The bytes are not a message of the method.'),
      );
    }
    const message = method.requestDeserialize(bytes);
    if (method.requestStream) sizes.set(message, bytes.length);
    return message;
  };
  const responseSerialize = (message: object): Buffer =>
    message instanceof EncodedMessage ? message.bytes : method.responseSerialize(message);
  return { ...method, requestDeserialize, responseSerialize };
}

/** The definition of a service with guarded requests; answers may come encoded. */
export function guardedDefinition(
  definition: ServiceDefinition,
  messageBytesMax: number,
): ServiceDefinition {
  return Object.fromEntries(
    Object.entries(definition).map(([name, method]) => [
      name,
      guard(method as Method, messageBytesMax),
    ]),
  );
}

/** Messages through their encoding, for tests of what a field keeps. */
import { expect } from 'vitest';
import { messageCodec } from '../../shared/grpc/load.ts';
import { isMessage, messageShape } from '../../shared/grpc/wire-check.ts';

/** Through the bytes and the strict check, as between two processes. */
export function throughWire<Output>(name: string, message: object): Output {
  const codec = messageCodec<object, Output>(`selfsame.v1.${name}`);
  const bytes = codec.serialize(message);
  expect(isMessage(bytes, messageShape(`selfsame.v1.${name}`))).toBe(true);
  return codec.deserialize(bytes);
}

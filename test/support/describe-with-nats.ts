/** Suites that need a real nats-server. */
import { describe, test } from 'vitest';
import { findNatsServer, NATS_SERVER_MISSING } from './nats-server.ts';

/** `describe`; without nats-server one skipped test that says what to install. */
export function describeWithNats(name: string, body: () => void): void {
  if (findNatsServer() !== null) {
    describe(name, body);
    return;
  }
  test(name, (context) => {
    context.skip(NATS_SERVER_MISSING);
  });
}

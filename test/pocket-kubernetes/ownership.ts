/**
 * Who wrote what, from the logs of the partitions themselves: the OWNER entries of every stream.
 *
 * A process takes effect between its own OWNER entry and any higher term, so there is one effective
 * writer at every entry when no term of a (partition, epoch) was claimed by two, and every claim by
 * another process has a higher term than all before it.
 */
import { connect } from 'nats';
import { decodeFrame } from '../../shared/protocol/frame.ts';

export interface Ownership {
  readonly streams: number;
  readonly claims: number;
  /** What breaks the rule; empty: nothing. */
  readonly faults: readonly string[];
}

export async function readOwnership(servers: readonly string[]): Promise<Ownership> {
  const connection = await connect({ servers: [...servers] });
  try {
    const manager = await connection.jetstreamManager();
    const faults: string[] = [];
    let claims = 0;
    let streams = 0;
    for await (const { config, state } of manager.streams.list()) {
      if (!/^selfsame-p\d+-e\d+$/.test(config.name)) continue;
      streams++;
      let highest = -1;
      let holder = '';
      for (let sequence = state.first_seq; sequence <= state.last_seq; sequence++) {
        const { data } = await manager.streams.getMessage(config.name, { seq: sequence });
        for (const frame of decodeFrame(data)) {
          if (typeof frame[2] !== 'string' || frame.length !== 4) continue;
          const [, term, owner] = frame as readonly [number, number, string, string];
          claims++;
          if (owner !== holder && term <= highest) {
            faults.push(
              `${config.name}/${sequence}: ${owner} claims ${term} after ${holder} ${highest}`,
            );
          }
          if (term > highest) [highest, holder] = [term, owner];
        }
      }
      if (highest < 0 && state.first_seq === 1) faults.push(`${config.name}: nobody claimed it`);
    }
    return { streams, claims, faults };
  } finally {
    await connection.close();
  }
}

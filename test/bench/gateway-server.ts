/**
 * A gateway over an embedded cluster with `persons` known people, in a process of its own. Prints
 * its address once they are loaded; ends with its standard input.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Registry } from 'prom-client';
import { loadGatewayConfig } from '../../services/gateway/config.ts';
import { startGateway } from '../../services/gateway/gateway.ts';
import { openEmbeddedCluster } from '../../shared/engine/embedded-cluster.ts';
import { createLogger } from '../../shared/adapters/logging.ts';
import { ingestAll } from './embedded-ingest.ts';
import { Workload } from './workload.ts';

const persons = Number(process.argv[2]);
const folder = mkdtempSync(join(tmpdir(), 'selfsame-bench-'));
const cluster = await openEmbeddedCluster({ dataDir: folder });
await ingestAll(cluster, Array.from(new Workload(persons).load()));
const gateway = await startGateway({
  cluster,
  config: loadGatewayConfig({ SELFSAME_GATEWAY_PORT: '0' }),
  logger: createLogger({ service: 'gateway', version: 'bench', level: 'warn' }),
  metrics: new Registry(),
});
console.log(gateway.address);

async function stop(): Promise<void> {
  await gateway.close(0);
  await cluster.close();
  rmSync(folder, { recursive: true, force: true });
}
process.stdin.on('end', () => void stop()).resume();

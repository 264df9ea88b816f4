/**
 * `npm run pictures`: a cluster under load for about a minute, one of its shards killed and started again
 * meanwhile, watched by Prometheus; every dashboard drawn from the results of its own queries, and
 * photographed by Chromium into deploy/dashboards/pictures.
 *
 * SELFSAME_CHROMIUM names the browser; default /usr/bin/chromium.
 */
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { DASHBOARDS } from '../../deploy/dashboards/dashboard-json.ts';
import type { PanelSpec } from '../../deploy/dashboards/panel-spec.ts';
import { drawDashboard, type PanelData } from '../support/draw-dashboard.ts';
import { inDrillTime, MonitoredCluster } from '../support/monitored-cluster.ts';

const FOLDER = 'deploy/dashboards/pictures';
const SECONDS = 60;

async function main(): Promise<void> {
  const executablePath = process.env['SELFSAME_CHROMIUM'] ?? '/usr/bin/chromium';
  if (!existsSync(executablePath)) {
    throw new Error(
      `No browser at ${executablePath}: sudo apt-get install chromium, or SELFSAME_CHROMIUM.`,
    );
  }
  mkdirSync(FOLDER, { recursive: true });
  // With look-ups in the audit trail, so that its panels show something.
  const environment = { SELFSAME_AUDIT_LOOK_UPS: 'calls' };
  const cluster = await MonitoredCluster.start({ environment });
  try {
    const from = Date.now() / 1000;
    const pause = (seconds: number) => new Promise((done) => setTimeout(done, seconds * 1000));
    console.log(`load for ${SECONDS} s, a shard killed after a third of it`);
    await pause(SECONDS / 3);
    await cluster.processes.kill('shard-1');
    await pause(10);
    cluster.processes.start('shard-1');
    await cluster.processes.untilReady();
    await pause(SECONDS / 3);
    const range = { from: from + 3, to: Date.now() / 1000, step: 1 };
    const results = new Map<PanelSpec, PanelData>();
    for (const panel of DASHBOARDS.flatMap(({ rows }) => rows.flatMap(({ panels }) => panels))) {
      results.set(
        panel,
        await Promise.all(
          panel.targets.map(({ expression }) =>
            cluster.monitoring.queryRange(inDrillTime(expression), range),
          ),
        ),
      );
    }
    const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
    try {
      const viewport = { width: 1250, height: 900 };
      const page = await browser.newPage({ viewport, deviceScaleFactor: 0.8 });
      for (const spec of DASHBOARDS) {
        await page.setContent(drawDashboard(spec, (panel) => results.get(panel) ?? []));
        const path = join(FOLDER, `${spec.uid}.png`);
        await page.screenshot({ path, fullPage: true });
        console.log(path);
      }
    } finally {
      await browser.close();
    }
  } finally {
    await cluster.dispose();
  }
}

await main();

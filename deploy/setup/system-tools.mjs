/**
 * Programs outside npm that some tests need: finds them, installs them where that needs no
 * question (apt-get as root or with password-less sudo, brew), and else says what to type.
 *
 * SELFSAME_NO_INSTALL=1 installs nothing. A service that a Debian package starts on installation
 * is stopped and disabled again: the tests start their own, and nobody asked for a daemon.
 */
import { existsSync } from 'node:fs';
import { runProcess, succeeds } from './run-process.mjs';

/** The first Python that can import the gRPC library (Debian's may not be first in PATH). */
function pythonWithGrpc() {
  const candidates = [process.env.SELFSAME_PYTHON, 'python3', '/usr/bin/python3'];
  return candidates.find(
    (python) => python && succeeds(python, ['-c', 'import grpc, google.protobuf']),
  );
}

/** Debian installs it where an ordinary user's PATH does not lead; the tests look there too. */
function hasNatsServer() {
  const configured = process.env.SELFSAME_NATS_SERVER;
  const candidates = configured
    ? [configured]
    : ['nats-server', '/usr/sbin/nats-server', '/usr/local/bin/nats-server'];
  return candidates.some((path) => succeeds(path, ['--version']));
}

const systemTools = {
  natsServer: {
    label: 'nats-server',
    isPresent: hasNatsServer,
    aptPackages: ['nats-server'],
    services: ['nats-server'],
    brewPackages: ['nats-server'],
    needed: 'the tests with real processes over NATS',
    manual:
      'Debian, Ubuntu: sudo apt-get install nats-server. macOS: brew install nats-server. ' +
      'Other: https://github.com/nats-io/nats-server/releases, 2.9.10 or later, ' +
      'in PATH or named by SELFSAME_NATS_SERVER',
  },
  pythonGrpc: {
    label: 'Python with grpcio',
    isPresent: () => pythonWithGrpc() !== undefined,
    aptPackages: ['python3-grpcio', 'python3-protobuf'],
    services: [],
    brewPackages: null,
    needed: 'the test with an independent gRPC client',
    manual:
      'Debian, Ubuntu: sudo apt-get install python3-grpcio. Other: ' +
      'python3 -m venv ~/.venv-grpc && ~/.venv-grpc/bin/pip install grpcio protobuf, then ' +
      'export SELFSAME_PYTHON=~/.venv-grpc/bin/python',
  },
  h2load: {
    label: 'h2load',
    isPresent: () => succeeds('h2load', ['--version']),
    aptPackages: ['nghttp2-client'],
    services: [],
    brewPackages: ['nghttp2'],
    needed: 'the test of a gateway under three times its load',
    manual: 'Debian, Ubuntu: sudo apt-get install nghttp2-client. macOS: brew install nghttp2',
  },
  nftables: {
    label: 'nft',
    isPresent: () => succeeds('nft', ['--version']),
    aptPackages: ['nftables', 'iproute2'],
    services: [],
    brewPackages: null,
    needed: 'the tests of the manifests on Pocket Kubernetes (Linux, as root)',
    manual: 'Debian, Ubuntu: sudo apt-get install nftables iproute2',
  },
  promtool: {
    label: 'promtool',
    isPresent: () => succeeds('promtool', ['--version']),
    aptPackages: ['prometheus'],
    services: ['prometheus'],
    brewPackages: ['prometheus'],
    needed: 'the check of the exported metrics',
    manual:
      'Debian, Ubuntu: sudo apt-get install --no-install-recommends prometheus. macOS: ' +
      'brew install prometheus. Other: https://prometheus.io/download, promtool in PATH',
  },
};

systemTools.alertmanager = {
  label: 'Prometheus with Alertmanager',
  isPresent: () =>
    succeeds('prometheus', ['--version']) &&
    (succeeds('prometheus-alertmanager', ['--version']) || succeeds('alertmanager', ['--version'])),
  aptPackages: ['prometheus', 'prometheus-alertmanager'],
  services: ['prometheus', 'prometheus-alertmanager'],
  brewPackages: ['prometheus', 'alertmanager'],
  needed: 'the drill of alerts and the check of dashboards',
  manual:
    'Debian, Ubuntu: sudo apt-get install --no-install-recommends prometheus ' +
    'prometheus-alertmanager. macOS: brew install prometheus alertmanager. Other: ' +
    'https://prometheus.io/download, both in PATH',
};

function commandPrefixForApt() {
  if (!succeeds('apt-get', ['--version'])) return null;
  if (process.getuid?.() === 0) return [];
  return succeeds('sudo', ['-n', 'true']) ? ['sudo', '-n'] : null;
}

async function installWithApt(prefix, tools) {
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  const apt = async (...args) => {
    const [command, ...rest] = [...prefix, 'apt-get', ...args];
    return (await runProcess(command, rest, { env, limitMs: 180_000 })).code === 0;
  };
  const packages = tools.flatMap((tool) => tool.aptPackages);
  const installPackages = () => apt('install', '-y', '-qq', '--no-install-recommends', ...packages);
  // The package lists may be absent (containers) or old; refreshing them first would be slower.
  if (!(await installPackages())) {
    await apt('update', '-qq');
    await installPackages();
  }
  if (!existsSync('/run/systemd/system')) return;
  for (const service of tools.flatMap((tool) => tool.services)) {
    const [command, ...rest] = [...prefix, 'systemctl', 'disable', '--now', '--quiet', service];
    await runProcess(command, rest, { limitMs: 30_000 });
  }
}

async function installMissing(missing) {
  const prefix = commandPrefixForApt();
  if (prefix !== null) {
    console.log(`Installing ${missing.map((tool) => tool.label).join(', ')} with apt-get ...`);
    return installWithApt(prefix, missing);
  }
  const packages = missing.flatMap((tool) => tool.brewPackages ?? []);
  if (packages.length > 0 && succeeds('brew', ['--version'])) {
    console.log(`Installing ${packages.join(', ')} with brew ...`);
    await runProcess('brew', ['install', '--quiet', ...packages], { limitMs: 300_000 });
  }
}

/**
 * Makes the named tools available where possible. Returns the sentences about those still missing
 * and the environment for the tests (`SELFSAME_PYTHON`: the Python to use).
 */
export async function ensureSystemTools(names) {
  const tools = names.map((name) => systemTools[name]);
  const missing = tools.filter((tool) => !tool.isPresent());
  if (missing.length > 0 && process.env.SELFSAME_NO_INSTALL !== '1') await installMissing(missing);
  const python = names.includes('pythonGrpc') ? pythonWithGrpc() : undefined;
  return {
    env: python === undefined ? {} : { SELFSAME_PYTHON: python },
    missing: missing
      .filter((tool) => !tool.isPresent())
      .map((tool) => `${tool.label} is missing, needed for ${tool.needed}. ${tool.manual}.`),
  };
}

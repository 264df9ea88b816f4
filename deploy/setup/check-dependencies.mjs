/**
 * What is said of the packages that this project depends on: the lock file pins the content of each,
 * and none that ships has a known vulnerability, as far as the registry answers that question. Not
 * every one does (mirrors often do not): then the check says so and is passed over.
 */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from './run-process.mjs';

/** Of `npm audit`: vulnerabilities below are told and let through. */
const LEVEL = 'high';
const SEVERITIES = ['info', 'low', 'moderate', 'high', 'critical'];

/**
 * What is wrong with a lock file (its parsed content): a package without the hash of its content, or
 * from somewhere else than the registry that whoever installs has chosen.
 */
export function lockFileProblems({ packages }) {
  return Object.entries(packages).flatMap(([path, entry]) => {
    // The project itself, and folders of it.
    if (path === '' || entry.link === true) return [];
    const problems = [];
    if (!(entry.integrity ?? '').startsWith('sha512-'))
      problems.push(`${path} has no sha512 integrity`);
    if (entry.resolved !== undefined) problems.push(`${path} is fixed to ${entry.resolved}`);
    return problems;
  });
}

/**
 * What `npm audit --json` said: `clean`, `vulnerable` with one line for each package at or above
 * LEVEL, or `unanswered` with the reason in one line.
 */
export function judgeAudit(stdout) {
  let report;
  try {
    report = JSON.parse(stdout);
  } catch {
    return { kind: 'unanswered', reason: 'npm audit printed no report' };
  }
  if (report.vulnerabilities === undefined) {
    const reason = report.message ?? report.error?.summary ?? 'the registry gave no report';
    return { kind: 'unanswered', reason: String(reason).split('\n')[0] };
  }
  const least = SEVERITIES.indexOf(LEVEL);
  const found = Object.values(report.vulnerabilities)
    .filter(({ severity }) => SEVERITIES.indexOf(severity) >= least)
    .map(({ name, severity, range }) => `${name} ${range}: ${severity}`);
  return found.length === 0 ? { kind: 'clean' } : { kind: 'vulnerable', found };
}

/** Standard output of npm, which may exit with any code. */
function npmAudit(limitMs) {
  const npm = process.env.npm_execpath;
  const args = ['audit', '--omit=dev', `--audit-level=${LEVEL}`, '--json'];
  const [command, words] =
    npm !== undefined && /npm-cli\.c?js$/.test(npm)
      ? [process.execPath, [npm, ...args]]
      : ['npm', args];
  return new Promise((resolve) => {
    const child = spawn(command, words, {
      cwd: projectRoot,
      // A registry that does not answer shall not hold the check for minutes.
      env: {
        ...process.env,
        npm_config_fetch_retries: '0',
        npm_config_fetch_timeout: '20000',
      },
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: limitMs,
      shell: process.platform === 'win32',
    });
    let said = '';
    child.stdout.on('data', (chunk) => {
      said += chunk;
    });
    child.once('error', () => resolve(''));
    child.once('close', () => resolve(said));
  });
}

/** Runs both; true when nothing speaks against the packages. Prints what it found. */
export async function checkDependencies({ limitMs }) {
  const lockFile = JSON.parse(readFileSync(join(projectRoot, 'package-lock.json'), 'utf8'));
  const problems = lockFileProblems(lockFile);
  for (const problem of problems) console.error(`package-lock.json: ${problem}`);
  const audit = judgeAudit(await npmAudit(limitMs));
  switch (audit.kind) {
    case 'clean':
      console.log(`npm audit: no vulnerability of level ${LEVEL} in what ships`);
      break;
    case 'vulnerable':
      for (const one of audit.found) console.error(`npm audit: ${one}`);
      break;
    default:
      console.log(`npm audit: not checked, the registry does not answer (${audit.reason})`);
  }
  return problems.length === 0 && audit.kind !== 'vulnerable';
}

/** Authorities and certificates for tests, made by openssl; P-256 keys, some milliseconds each. */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Pair {
  readonly cert: string;
  readonly key: string;
}

export class CertificateFolder {
  readonly path = mkdtempSync(join(tmpdir(), 'selfsame-certificates-'));
  #serial = 1;

  file(name: string): string {
    return join(this.path, name);
  }

  /** A self-signed authority. */
  authority(name: string): Pair {
    const pair = this.#pair(name);
    const subject = `/CN=${name}`;
    this.#openssl('req', '-x509', '-nodes', ...newKey(pair), '-subj', subject, '-days', '30');
    return pair;
  }

  /** A certificate for 127.0.0.1 and localhost, signed by the authority. */
  issue(name: string, authority: Pair, days = 7): Pair {
    const pair = this.#pair(name);
    const request = this.file(`${name}.csr`);
    const extensions = this.file(`${name}.ext`);
    writeFileSync(extensions, 'subjectAltName=IP:127.0.0.1,DNS:localhost\n');
    const { key } = pair;
    this.#openssl(
      'req',
      '-new',
      '-nodes',
      ...newKey({ cert: request, key }),
      '-subj',
      `/CN=${name}`,
    );
    const signing = ['-in', request, '-CA', authority.cert, '-CAkey', authority.key];
    const rest = ['-set_serial', String(this.#serial++), '-days', String(days)];
    this.#openssl('x509', '-req', ...signing, ...rest, '-extfile', extensions, '-out', pair.cert);
    return pair;
  }

  /** Replaces a file at once, as a mounted secret is. */
  replace(target: string, source: string): void {
    copyFileSync(source, `${target}.new`);
    renameSync(`${target}.new`, target);
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }

  #pair(name: string): Pair {
    return { cert: this.file(`${name}.pem`), key: this.file(`${name}.key`) };
  }

  #openssl(...args: string[]): void {
    execFileSync('openssl', args, { stdio: ['ignore', 'ignore', 'pipe'] });
  }
}

function newKey({ cert, key }: Pair): string[] {
  return ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-keyout', key, '-out', cert];
}

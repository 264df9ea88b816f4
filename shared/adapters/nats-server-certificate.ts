/**
 * When the certificates that NATS's servers show do expire. They have no metric of their own, a server
 * goes on with the certificate that it read until it is told to read it again, and an open connection
 * does not tell what a new one would be shown: so a handshake is made now and then, and given up.
 *
 * An address may stand for several servers (a service of Kubernetes): what is told is the earliest end
 * that was seen within `SEEN_MS`.
 */
import type { X509Certificate } from 'node:crypto';
import { connect as connectSocket, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { NatsConnection } from 'nats';
import { readCertificates } from './certificate-files.ts';
import { certificatePaths, type NatsFiles } from './nats-files.ts';

const LOOK_MS = 60_000;
/** 15 looks: of three servers behind one address one is missed by all of them once in 400 times. */
const SEEN_MS = 15 * LOOK_MS;
const PATIENCE_MS = 5_000;
const PORT_DEFAULT = 4222;
/** A server says who it is in less than this before anything else. */
const INFO_BYTES_MAX = 64 * 1024;

/** What is kept of a connection; `NatsLink` has it. */
export interface ServerCertificates {
  readonly connection: NatsConnection;
  /** Seconds since 1970; null: none was seen. */
  serverCertificateEnd: number | null;
}

/** Looks at once and every minute, until the connection is closed. Nothing without files of TLS. */
export function watchServerCertificates(
  link: ServerCertificates,
  servers: readonly string[],
  files: NatsFiles,
): void {
  if (files.natsCa === '' && files.natsCert === '') return;
  let seen: readonly { readonly atMs: number; readonly end: number }[] = [];
  const look = async (): Promise<void> => {
    // A server that is away has an alert of its own; what it showed before still counts.
    const ends = await Promise.all(servers.map((one) => endOf(one, files).catch(() => null)));
    const atMs = performance.now();
    const found = ends.flatMap((end) => (end === null ? [] : [{ atMs, end }]));
    if (found.length === 0) return;
    seen = [...seen.filter((one) => atMs - one.atMs < SEEN_MS), ...found];
    link.serverCertificateEnd = Math.min(...seen.map(({ end }) => end));
  };
  const timer = setInterval(() => {
    if (link.connection.isClosed()) clearInterval(timer);
    else void look();
  }, LOOK_MS);
  timer.unref();
  void look();
}

/**
 * Seconds since 1970 at which the certificate ends that the server shows now; null: it has no TLS.
 * Rejects when it does not answer. `server` is one address as in SELFSAME_NATS_URL.
 */
export async function endOf(server: string, files: NatsFiles): Promise<number | null> {
  const { hostname, port } = new URL(server.includes('://') ? server : `nats://${server}`);
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  const socket = connectSocket(port === '' ? PORT_DEFAULT : Number(port), host);
  try {
    const info = await withPatience(socket, infoOf(socket));
    if (info.tls_required !== true && info.tls_available !== true) return null;
    return await withPatience(socket, shownEnd(socket, host, files));
  } finally {
    socket.destroy();
  }
}

interface Info {
  readonly tls_required?: boolean;
  readonly tls_available?: boolean;
}

/** The first line of a server, in plain text. */
function infoOf(socket: Socket): Promise<Info> {
  return new Promise((resolve, reject) => {
    let text = '';
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('closed before it said who it is')));
    socket.on('data', function read(chunk: Buffer) {
      text += chunk.toString('latin1');
      const line = /^INFO (\{.*\})\s*\r\n/.exec(text)?.[1];
      if (line === undefined && text.length < INFO_BYTES_MAX) return;
      socket.off('data', read);
      try {
        resolve(JSON.parse(line ?? '') as Info);
      } catch {
        reject(new Error('it does not speak as NATS does'));
      }
    });
  });
}

function shownEnd(socket: Socket, host: string, files: NatsFiles): Promise<number> {
  const { cert, key } = readCertificates(certificatePaths(files));
  return new Promise((resolve, reject) => {
    const secure = connectTls({
      socket,
      ...(isIP(host) === 0 ? { servername: host } : {}),
      ...(cert === null || key === null ? {} : { cert, key }),
      // Nothing is sent or believed: also of a certificate that is over the end is to be told.
      rejectUnauthorized: false,
    });
    secure.once('error', reject);
    let shown: X509Certificate | undefined;
    secure.once('close', () => {
      if (shown === undefined) reject(new Error('closed before it showed a certificate'));
      else resolve(Date.parse(shown.validTo) / 1000);
    });
    secure.once('secureConnect', () => {
      shown = secure.getPeerX509Certificate();
      // In good order, or the server would log a failed handshake.
      secure.end();
    });
    // Ends when the server, which is told nothing, lets go as well.
    secure.resume();
  });
}

function withPatience<T>(socket: Socket, work: Promise<T>): Promise<T> {
  const timer = setTimeout(() => {
    socket.destroy(new Error(`no answer within ${PATIENCE_MS} ms`));
  }, PATIENCE_MS);
  return work.finally(() => clearTimeout(timer));
}

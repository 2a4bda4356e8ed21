import { chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { type Child, runChild, startChild } from './child.ts';
import { requirement } from './requirement.ts';

/** A PostgreSQL of our own: a folder that goes with it, a Unix socket, nobody else. */
export interface Postgres {
  /** A folder that the server may read files from. */
  readonly folder: string;
  /** Runs statements; answers what the last SELECT wrote as CSV without a header, split in cells. Cells must not hold commas. */
  query(sql: string): Promise<string[][]>;
  [Symbol.asyncDispose](): Promise<void>;
}

const VERSIONS = '/usr/lib/postgresql';

/** `true` when Debian's PostgreSQL is here, and may be run: it refuses to be root, so root needs its account. */
export function requirePostgres(): boolean {
  return requirement('PostgreSQL', binaries() !== undefined, `no server under ${VERSIONS}`);
}

export async function startPostgres(): Promise<Postgres> {
  const bin = binaries();
  if (bin === undefined) throw new Error(`no PostgreSQL under ${VERSIONS}`);
  const folder = mkdtempSync(join(tmpdir(), 'taoscope-pg-'));
  const account = await accountOf();
  if (account !== undefined) chownSync(folder, account.uid, account.gid);
  const data = join(folder, 'data');
  mkdirSync(data, { mode: 0o700 });
  if (account !== undefined) chownSync(data, account.uid, account.gid);
  const run = (program: string, args: readonly string[]): readonly [string, readonly string[]] => {
    const path = join(bin, program);
    if (account === undefined) return [path, args];
    const as = [`--reuid=${account.uid}`, `--regid=${account.gid}`, '--clear-groups', '--'];
    return ['setpriv', [...as, path, ...args]];
  };

  let server: Child | undefined;
  const stop = async () => {
    // SIGINT: end at once, without waiting for clients.
    await server?.stop('SIGINT');
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    const [initdb, initArgs] = run('initdb', [
      '-D',
      data,
      '-A',
      'trust',
      '-U',
      'audit',
      '--no-sync',
      '--locale=C',
      '-E',
      'UTF8',
    ]);
    const made = await runChild(initdb, initArgs, { cwd: folder });
    if (made.code !== 0) throw new Error(`initdb: ${made.stderr.slice(-2_000)}`);
    const settings = {
      listen_addresses: '',
      unix_socket_directories: folder,
      timezone: 'UTC',
      fsync: 'off',
      full_page_writes: 'off',
      shared_buffers: '256MB',
      work_mem: '256MB',
      max_wal_size: '4GB',
      autovacuum: 'off',
      dynamic_shared_memory_type: 'mmap',
    };
    const [postgres, args] = run('postgres', [
      '-D',
      data,
      ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ]);
    server = startChild(postgres, args, { cwd: folder });
    await server.waitFor(/ready to accept connections/);
  } catch (error) {
    await stop();
    throw error;
  }

  return {
    folder,
    async query(sql) {
      const args = [
        '-h',
        folder,
        '-U',
        'audit',
        '-d',
        'postgres',
        '-X',
        '-q',
        '--csv',
        '-t',
        '-v',
        'ON_ERROR_STOP=1',
        '-f',
        '-',
      ];
      const { code, stdout, stderr } = await runChild(join(bin, 'psql'), args, {
        input: sql,
        deadlineMs: 200_000,
      });
      if (code !== 0) throw new Error(`psql: ${stderr.slice(-2_000)}`);
      return stdout
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => line.split(','));
    },
    [Symbol.asyncDispose]: stop,
  };
}

function binaries(): string | undefined {
  if (!existsSync(VERSIONS)) return undefined;
  return readdirSync(VERSIONS)
    .sort((a, b) => Number(b) - Number(a))
    .map((version) => join(VERSIONS, version, 'bin'))
    .find((bin) => existsSync(join(bin, 'postgres')) && existsSync(join(bin, 'psql')));
}

/** Whom to run it as: `undefined` for ourselves, else the account that Debian made for it, or `nobody`. */
async function accountOf(): Promise<{ uid: number; gid: number } | undefined> {
  if (userInfo().uid !== 0) return undefined;
  for (const name of ['postgres', 'nobody']) {
    const { code, stdout } = await runChild('getent', ['passwd', name]);
    const [, , uid, gid] = stdout.split(':');
    if (code === 0 && uid !== undefined && gid !== undefined) return { uid: Number(uid), gid: Number(gid) };
  }
  throw new Error('root may not run PostgreSQL, and there is no account postgres or nobody');
}

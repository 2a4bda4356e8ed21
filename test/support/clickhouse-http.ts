/**
 * A stand-in for ClickHouse's HTTP interface, over chDB in a process of its own (chDB opens one folder per process).
 * It speaks as much of it as `@clickhouse/client` uses: a statement in the body or in `?query=`, settings and `param_…` in
 * the query string, answers in the format the statement asks for, errors with their code in header and text, `/ping`.
 * It is no ClickHouse server: no users, no quotas, no cluster.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface ClickhouseHttp {
  readonly url: string;
  stop(): Promise<void>;
}

export interface ClickhouseHttpOptions {
  /** Folder for chDB. */
  path: string;
  /** What `SELECT version()` answers, to pose as an old server. */
  version?: string;
}

/** Starts the stand-in on a free port of 127.0.0.1. */
export async function startClickhouseHttp({ path, version }: ClickhouseHttpOptions): Promise<ClickhouseHttp> {
  const child = fork(fileURLToPath(import.meta.url), [path, version ?? ''], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const exited = once(child, 'exit');
  const [message] = (await Promise.race([
    once(child, 'message'),
    exited.then(([code]) => Promise.reject(new Error(`the stand-in for ClickHouse ended with code ${code}`))),
  ])) as [{ port: number }];
  return {
    url: `http://127.0.0.1:${message.port}`,
    async stop() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

// In HTTP's layer only; the engine does not know them.
const NOT_SETTINGS = new Set([
  'query',
  'query_id',
  'database',
  'default_format',
  'session_id',
  'wait_end_of_query',
  'send_progress_in_http_headers',
  'enable_http_compression',
  'role',
]);

if (process.argv[1] === fileURLToPath(import.meta.url)) serve(process.argv[2] ?? '', process.argv[3] ?? '');

function serve(path: string, version: string): void {
  const { Session } = createRequire(import.meta.url)('chdb') as typeof import('chdb');
  // Holds the folder open between requests; each request has a session of its own, as over HTTP.
  const anchor = new Session(path);

  const answer = async (request: IncomingMessage): Promise<{ body: Uint8Array; format: string }> => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const body = await readBody(request);
    const inUrl = url.searchParams.get('query');
    const text = inUrl ?? body.toString('utf8');
    if (version !== '' && /^\s*SELECT version\(\)/i.test(text))
      return { body: Buffer.from(`${version}\n`), format: 'TabSeparated' };

    const session = new Session(path);
    try {
      const database = url.searchParams.get('database');
      if (database !== null && database !== '')
        await session.queryAsync(`USE \`${database.replaceAll('`', '')}\``);
      const settings = [...url.searchParams].filter(([name]) => !NOT_SETTINGS.has(name));
      // As the server does it: all settings of a request are changed together, before `readonly` holds.
      settings.sort(([a], [b]) => Number(a === 'readonly') - Number(b === 'readonly'));
      for (const [name, value] of settings) {
        if (!/^\w+$/.test(name))
          throw new Error(`Code: 115. DB::Exception: Unknown setting '${name}'. (UNKNOWN_SETTING)`);
        await session.queryAsync(`SET ${name} = '${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`);
      }
      const insert = /^\s*INSERT INTO (\S+) \(([^)]*)\)\s+FORMAT (\w+)\s*$/.exec(inUrl ?? '');
      if (insert !== null) {
        const [, table = '', columns = '', format = ''] = insert;
        const names = columns.split(',').map((name) => name.trim().replaceAll('`', ''));
        if (body.length > 0) {
          await session.insert({
            table: table.replaceAll('`', ''),
            columns: names,
            values: body,
            format: format as 'TabSeparated',
          });
        }
        return { body: new Uint8Array(0), format };
      }
      // The engine without a server has no `input()`: the body becomes a file.
      const load = /^([\s\S]*)\binput\(('(?:[^'\\]|\\.)*')\)([\s\S]*)\sFORMAT (\w+)\s*$/.exec(inUrl ?? '');
      if (load !== null) {
        const [, before = '', structure = '', after = '', format = ''] = load;
        const folder = mkdtempSync(join(tmpdir(), 'taoscope-stand-in-'));
        try {
          writeFileSync(join(folder, 'body'), body);
          const sql = `${before}file('${folder}/body', ${format}, ${structure}, 'none')${after}`;
          await session.queryAsync(sql);
        } finally {
          rmSync(folder, { recursive: true, force: true });
        }
        return { body: new Uint8Array(0), format };
      }
      const format = url.searchParams.get('default_format') ?? 'TabSeparated';
      return { body: (await session.queryAsync(text, { format })).bytes(), format };
    } finally {
      session.close();
    }
  };

  const server = createServer((request, response) => {
    if (request.url === '/ping') {
      response.end('Ok.\n');
      return;
    }
    answer(request).then(
      ({ body, format }) => {
        response.setHeader('X-ClickHouse-Format', format);
        response.setHeader('X-ClickHouse-Summary', '{"read_rows":"0","written_rows":"0"}');
        response.end(body);
      },
      (error: unknown) => {
        const message = error instanceof Error ? error.message : String(error);
        const code = /Code: (\d+)/.exec(message)?.[1] ?? '1002';
        response.statusCode =
          code === '164' || code === '497' ? 403 : code === '60' || code === '81' ? 404 : 500;
        response.setHeader('X-ClickHouse-Exception-Code', code);
        response.end(
          message.startsWith('Code:')
            ? message
            : `Code: ${code}. DB::Exception: ${message} (UNKNOWN_EXCEPTION)`,
        );
      },
    );
  });
  server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));
  // Ends with the test that started it, however that ends.
  process.on('disconnect', () => {
    anchor.close();
    process.exit();
  });
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}

import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { open as openFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createFetcher, type FetcherOptions } from './fetcher.ts';
import { pour, type Served, serve } from './testing/serve.ts';

const MB = 1_048_576;
const bounds = { maxBytes: 8 * MB };
const body = Buffer.from(Array.from({ length: 300_000 }, (_, i) => (i * 7 + (i >> 8)) % 251));
const sha256 = digest(body);

let folder = '';
let server: Served | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'taoscope-fetch-'));
});
afterEach(async () => {
  await server?.[Symbol.asyncDispose]();
  server = undefined;
  rmSync(folder, { recursive: true, force: true });
});

function fetcher(options: Partial<FetcherOptions> = {}) {
  return createFetcher({
    userAgent: 'taoscope/test',
    allowPrivate: true,
    firstWaitMs: 1,
    maxWaitMs: 5,
    minBytesPerSecond: 1,
    ...options,
  });
}

function digest(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

async function start(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  server = await serve(answer);
  return `${server.url}/x.csv`;
}

/** Serves `bytes()` with ranges under `etag()`; each answer is cut after `cut` bytes but the last one. */
function ranged(bytes: () => Buffer, etag: () => string, cut: number) {
  return (request: IncomingMessage, response: ServerResponse) => {
    const all = bytes();
    const [, from = '0'] = /^bytes=(\d+)-$/.exec(request.headers.range ?? '') ?? [];
    const may = request.headers['if-range'] === etag();
    const at = may ? Number(from) : 0;
    const rest = all.subarray(at);
    response.writeHead(may ? 206 : 200, {
      etag: etag(),
      'accept-ranges': 'bytes',
      'content-length': rest.length,
      ...(may ? { 'content-range': `bytes ${at}-${all.length - 1}/${all.length}` } : {}),
    });
    if (rest.length <= cut) response.end(rest);
    else response.write(rest.subarray(0, cut), () => response.destroy());
  };
}

describe('a file', () => {
  test('appears under its name, whole, with its digest', async () => {
    const url = await start((_, response) => response.end(body));
    const path = join(folder, 'deep', 'x.csv');
    await expect(fetcher().file(url, { path, sha256 }, bounds)).resolves.toEqual({
      sha256,
      bytes: body.length,
    });
    expect(digest(readFileSync(path))).toBe(sha256);
    expect(readdirSync(join(folder, 'deep'))).toEqual(['x.csv']);
  });

  test('with another digest does not appear, and nothing stays', async () => {
    const url = await start((_, response) => response.end(body));
    const target = { path: join(folder, 'x.csv'), sha256: digest(Buffer.from('other')) };
    await expect(fetcher().file(url, target, bounds)).rejects.toMatchObject({
      code: 'falsified',
      fields: { sha256, bytes: body.length },
    });
    expect(readdirSync(folder)).toEqual([]);
  });

  test.each([
    ['too long', (_: IncomingMessage, response: ServerResponse) => pour(response, Buffer.alloc(65_536))],
    ['not there', (_: IncomingMessage, response: ServerResponse) => response.writeHead(404).end()],
    [
      'elsewhere',
      (_: IncomingMessage, response: ServerResponse) =>
        response.writeHead(302, { location: 'file:///x' }).end(),
    ],
  ])('that is %s leaves nothing', async (_, answer) => {
    const url = await start(answer);
    await expect(fetcher().file(url, { path: join(folder, 'x.csv'), sha256 }, bounds)).rejects.toThrow();
    expect(readdirSync(folder)).toEqual([]);
  });

  test('that finds no room says so and frees what it took', async () => {
    const url = await start((_, response) => response.end(body));
    const full: typeof openFile = async (...at) => {
      const file = await openFile(...at);
      const error = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
      return Object.assign(file, { write: () => Promise.reject(error) });
    };
    await expect(
      fetcher({ openFile: full }).file(url, { path: join(folder, 'x.csv'), sha256 }, bounds),
    ).rejects.toMatchObject({ code: 'disk-full' });
    expect(readdirSync(folder)).toEqual([]);
  });

  test('is written once at a time', async () => {
    const url = await start((_, response) => response.end(body));
    const target = { path: join(folder, 'x.csv'), sha256 };
    const one = fetcher();
    await Promise.all([1, 2, 3].map(() => one.file(url, target, bounds)));
    expect(digest(readFileSync(target.path))).toBe(sha256);
  });
});

describe('a cut file', () => {
  test('is continued where it was cut', async () => {
    const url = await start(
      ranged(
        () => body,
        () => '"1"',
        100_000,
      ),
    );
    const path = join(folder, 'x.csv');
    await expect(fetcher().file(url, { path }, bounds)).resolves.toEqual({ sha256, bytes: body.length });
    const ranges = server?.requests.map(({ headers }) => headers.range);
    expect(ranges).toEqual([undefined, 'bytes=100000-', 'bytes=200000-']);
    expect(digest(readFileSync(path))).toBe(sha256);
    expect(readdirSync(folder)).toEqual(['x.csv']);
  });

  test('is continued by a later process', async () => {
    const url = await start(
      ranged(
        () => body,
        () => '"1"',
        160_000,
      ),
    );
    const target = { path: join(folder, 'x.csv'), sha256 };
    await expect(fetcher({ tries: 1 }).file(url, target, bounds)).rejects.toMatchObject({
      code: 'unreachable',
    });
    expect(readdirSync(folder)).toHaveLength(2);
    await expect(fetcher({ tries: 1 }).file(url, target, bounds)).resolves.toEqual({
      sha256,
      bytes: body.length,
    });
    expect(server?.requests.at(-1)?.headers).toMatchObject({ range: 'bytes=160000-', 'if-range': '"1"' });
    expect(readdirSync(folder)).toEqual(['x.csv']);
  });

  test('begins again when it changed meanwhile', async () => {
    const other = Buffer.from(body.map((byte) => 255 - byte));
    const versions = [body, other, other];
    const url = await start((request, response) => {
      const version = versions.shift() ?? other;
      ranged(
        () => version,
        () => (version === body ? '"1"' : '"2"'),
        version === body ? 100_000 : MB,
      )(request, response);
    });
    const path = join(folder, 'x.csv');
    await expect(fetcher().file(url, { path }, bounds)).resolves.toEqual({
      sha256: digest(other),
      bytes: other.length,
    });
  });

  test('that mixes two versions under one name is fetched again from the start', async () => {
    const other = Buffer.from(body.map((byte) => 255 - byte));
    const versions = [other, body, body];
    const url = await start((request, response) => {
      const version = versions.shift() ?? body;
      ranged(
        () => version,
        () => '"1"',
        version === other ? 100_000 : MB,
      )(request, response);
    });
    await expect(fetcher().file(url, { path: join(folder, 'x.csv'), sha256 }, bounds)).resolves.toMatchObject(
      { sha256 },
    );
    expect(server?.requests.map(({ headers }) => headers.range)).toEqual([
      undefined,
      'bytes=100000-',
      undefined,
    ]);
  });

  test('begins again where the server sends another range than asked for', async () => {
    let times = 0;
    const url = await start((_, response) => {
      const headers = { etag: '"1"', 'accept-ranges': 'bytes' };
      if (++times === 1)
        response
          .writeHead(200, { ...headers, 'content-length': body.length })
          .write(body.subarray(0, 9), () => response.destroy());
      else if (times === 2)
        response
          .writeHead(206, { ...headers, 'content-range': `bytes 5-${body.length - 1}/*` })
          .end(body.subarray(5));
      else response.writeHead(200, headers).end(body);
    });
    await expect(fetcher().file(url, { path: join(folder, 'x.csv'), sha256 }, bounds)).resolves.toMatchObject(
      { sha256 },
    );
    expect(times).toBe(3);
  });

  test('without a version or a digest to judge by leaves nothing', async () => {
    const url = await start((_, response) => {
      response
        .writeHead(200, { 'content-length': body.length })
        .write(body.subarray(0, 9), () => response.destroy());
    });
    await expect(
      fetcher({ tries: 2 }).file(url, { path: join(folder, 'x.csv'), sha256 }, bounds),
    ).rejects.toThrow();
    expect(readdirSync(folder)).toEqual([]);
  });

  test('keeps to the bound over all its parts', async () => {
    const url = await start(
      ranged(
        () => body,
        () => '"1"',
        100_000,
      ),
    );
    const small = { maxBytes: 150_000 };
    await expect(fetcher().file(url, { path: join(folder, 'x.csv') }, small)).rejects.toMatchObject({
      code: 'response-too-big',
    });
    expect(readdirSync(folder)).toEqual([]);
  });

  test('of an earlier process that is longer than allowed is not believed', async () => {
    const url = await start((_, response) => response.end(body));
    const path = join(folder, 'x.csv');
    mkdirSync(folder, { recursive: true });
    const mark = createHash('sha256').update(url).digest('hex').slice(0, 16);
    writeFileSync(join(folder, `.x.csv.${mark}.part`), Buffer.alloc(1_000_000));
    writeFileSync(join(folder, `.x.csv.${mark}.part.version`), '"1"');
    await expect(fetcher().file(url, { path, sha256 }, { maxBytes: 300_000 })).resolves.toMatchObject({
      sha256,
    });
    expect(server?.requests[0]?.headers.range).toBeUndefined();
  });
});

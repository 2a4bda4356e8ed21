import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import { isTaoscopeError } from '../../../shared/index.ts';
import { isPublicAddress } from './address.ts';
import { createFetcher, type FetcherOptions } from './fetcher.ts';
import { pour, type Served, serve, serveBytes } from './testing/serve.ts';

const MB = 1_048_576;
const bounds = { maxBytes: 8 * MB };

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

const open: Served[] = [];
async function served(start: Promise<Served>): Promise<Served> {
  const server = await start;
  open.push(server);
  return server;
}
afterEach(async () => {
  for (const server of open.splice(0)) await server[Symbol.asyncDispose]();
});

describe('a download', () => {
  test('is the bytes, their digest and what the server calls them', async () => {
    const { url, requests } = await served(
      serve((_, response) => response.setHeader('content-type', 'application/json').end('[]')),
    );
    const { bytes, ...rest } = await fetcher().bytes(`${url}/audit/?a=b`, bounds);
    expect(Buffer.from(bytes).toString()).toBe('[]');
    // printf '[]' | sha256sum
    const sha256 = '4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945';
    expect(rest).toEqual({ status: 200, contentType: 'application/json', sha256 });
    expect(requests[0]?.url).toBe('/audit/?a=b');
    expect(requests[0]?.headers).toMatchObject({
      'user-agent': 'taoscope/test',
      'accept-encoding': 'identity',
    });
  });

  test('may be empty', async () => {
    const { url } = await served(serve((_, response) => response.end()));
    expect((await fetcher().bytes(url, { maxBytes: 0 })).bytes).toEqual(new Uint8Array());
  });

  test('goes to the address that was judged, under the name that was asked for', async () => {
    const { url, requests } = await served(serve((_, response) => response.end('x')));
    const { port } = new URL(url);
    const asked: string[] = [];
    const resolve = async (name: string) => {
      asked.push(name);
      // Another answer each time, as in a rebinding: only the first one is asked for.
      return [asked.length === 1 ? '127.0.0.1' : '127.0.0.9'];
    };
    await fetcher({ resolve }).bytes(`http://publisher.example:${port}/`, bounds);
    expect(asked).toEqual(['publisher.example']);
    expect(requests[0]?.headers.host).toBe(`publisher.example:${port}`);
  });

  test('does not go to a name that leads to private addresses', async () => {
    const { url, requests } = await served(serve((_, response) => response.end('x')));
    const { port } = new URL(url);
    const careful = fetcher({ allowPrivate: false, resolve: async () => ['127.0.0.1', '10.0.0.1'] });
    await expect(careful.bytes(`http://publisher.example:${port}/`, bounds)).rejects.toMatchObject({
      code: 'refused',
    });
    expect(requests).toHaveLength(0);
  });
});

describe('a body without bounds', () => {
  test('that says it has 10 GB is not read', async () => {
    const { url } = await served(
      serve((_, response) => response.writeHead(200, { 'content-length': 10 * 2 ** 30 }).write('x')),
    );
    await expect(fetcher().bytes(url, bounds)).rejects.toMatchObject({ code: 'response-too-big' });
  });

  test('that never ends is left at the bound', async () => {
    let left = false;
    const { url } = await served(
      serve((_, response) => {
        response.on('close', () => {
          left = true;
        });
        pour(response, Buffer.alloc(65_536));
      }),
    );
    await expect(fetcher().bytes(url, bounds)).rejects.toMatchObject({ code: 'response-too-big' });
    await expect.poll(() => left).toBe(true);
  });

  test('that unpacks a thousandfold is left, and refused where packing is', async () => {
    const bomb = gzipSync(Buffer.alloc(64 * MB));
    const { url } = await served(
      serve((_, response) => response.setHeader('content-encoding', 'gzip').end(bomb)),
    );
    const large = { maxBytes: 2 ** 40 };
    await expect(fetcher().bytes(url, large)).rejects.toMatchObject({ code: 'response-too-big' });
    await expect(fetcher().bytes(url, bounds)).rejects.toMatchObject({ code: 'response-too-big' });
    await expect(fetcher({ decode: false }).bytes(url, large)).rejects.toMatchObject({ code: 'refused' });
  });

  test('of headers is left', async () => {
    const { url } = await served(
      serveBytes((socket) => {
        socket.write('HTTP/1.1 200 OK\r\n');
        pour(socket, Buffer.from(`x-${'y'.repeat(100)}: z\r\n`));
      }),
    );
    await expect(fetcher().bytes(url, bounds)).rejects.toMatchObject({ code: 'response-too-big' });
  });
});

describe('a coded body that was not asked for', () => {
  test('is decoded; its digest is of the decoded bytes', async () => {
    const { url } = await served(
      serve((_, response) => response.setHeader('content-encoding', 'gzip').end(gzipSync('[]'))),
    );
    const { sha256 } = await fetcher().bytes(url, bounds);
    expect(sha256).toBe('4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945');
  });

  test.each(['zstd', 'gzip, gzip', 'x\u0080'])('as %j is refused', async (coding) => {
    const { url } = await served(
      serve((_, response) => response.setHeader('content-encoding', coding).end('[]')),
    );
    await expect(fetcher().bytes(url, bounds)).rejects.toMatchObject({ code: 'refused' });
  });

  test('that breaks off is a cut', async () => {
    const packed = gzipSync('x'.repeat(10_000));
    const { url } = await served(
      serve((_, response) => response.setHeader('content-encoding', 'gzip').end(packed.subarray(0, 20))),
    );
    await expect(fetcher().bytes(url, bounds)).rejects.toMatchObject({ code: 'unreachable' });
  });
});

describe('a slow publisher', () => {
  test('that sends a byte at a time is given up', async () => {
    const { url } = await served(
      serve((_, response) => {
        const drip = setInterval(() => response.write('x'), 20);
        response.on('close', () => clearInterval(drip));
      }),
    );
    const impatient = fetcher({ minBytesPerSecond: 1_000, paceWindowMs: 300 });
    const failure = await impatient.bytes(url, bounds).catch((error: unknown) => error);
    expect(isTaoscopeError(failure, 'timeout') && failure.parts.expected).toBe(
      'at least 1000 bytes a second',
    );
  });

  test('that never sends a head, or never ends it, is given up', async () => {
    const silent = await served(serve(() => {}));
    const chatty = await served(
      serveBytes((socket) => {
        socket.write('HTTP/1.1 200 OK\r\n');
        const drip = setInterval(() => socket.write('x-y: z\r\n'), 30);
        socket.on('close', () => clearInterval(drip));
      }),
    );
    for (const { url } of [silent, chatty])
      await expect(fetcher({ headersMs: 200 }).bytes(url, bounds)).rejects.toMatchObject({ code: 'timeout' });
  });

  test('whose name is never resolved is given up', async () => {
    const resolve = () => new Promise<never>(() => {});
    await expect(
      fetcher({ headersMs: 50, resolve }).bytes('http://a.example/', bounds),
    ).rejects.toMatchObject({
      code: 'timeout',
    });
  });

  test('that takes too long in all is given up', async () => {
    const { url } = await served(
      serve((_, response) => {
        const drip = setInterval(() => response.write('x'.repeat(1_000)), 10);
        response.on('close', () => clearInterval(drip));
      }),
    );
    await expect(fetcher({ totalMs: 200 }).bytes(url, bounds)).rejects.toMatchObject({ code: 'timeout' });
  });
});

describe('a cut body', () => {
  test('is asked for again, and is no answer if it stays cut', async () => {
    let times = 0;
    const { url } = await served(
      serve((_, response) => {
        if (++times < 3)
          response.writeHead(200, { 'content-length': 10 }).write('12345', () => response.destroy());
        else response.writeHead(200, { 'content-length': 10 }).end('1234567890');
      }),
    );
    await expect(fetcher({ tries: 2 }).bytes(url, bounds)).rejects.toMatchObject({ code: 'unreachable' });
    expect(Buffer.from((await fetcher().bytes(url, bounds)).bytes).toString()).toBe('1234567890');
  });

  test('cannot be told from a whole one that ends with its connection, which is refused', async () => {
    const { url } = await served(serveBytes((socket) => socket.end('HTTP/1.1 200 OK\r\n\r\n[]')));
    await expect(fetcher().bytes(url, bounds)).rejects.toMatchObject({ code: 'unreachable' });
  });
});

describe('a status', () => {
  test.each([
    [404, 'not-found', 1],
    [410, 'not-found', 1],
    [403, 'rpc-refused', 1],
    [204, 'rpc-refused', 1],
    [206, 'rpc-refused', 1],
    [304, 'rpc-refused', 1],
    [500, 'unreachable', 3],
    [429, 'unreachable', 3],
  ])('of %d is %s after %d tries', async (status, code, times) => {
    const { url, requests } = await served(serve((_, response) => response.writeHead(status).end()));
    const failure = await fetcher({ tries: 3 })
      .bytes(url, bounds)
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({ code, fields: { status } });
    expect(requests).toHaveLength(times);
  });

  test('of 429 is waited for as long as it asks, within reason', async () => {
    let times = 0;
    const { url } = await served(
      serve((_, response) => {
        if (++times === 1) response.writeHead(429, { 'retry-after': '1' }).end();
        else response.end('x');
      }),
    );
    await expect(fetcher({ maxWaitMs: 10 }).bytes(url, bounds)).rejects.toMatchObject({
      code: 'unreachable',
    });
    expect(times).toBe(1);
    times = 0;
    const startedMs = performance.now();
    await fetcher({ maxWaitMs: 2_000 }).bytes(url, bounds);
    expect(performance.now() - startedMs).toBeGreaterThan(900);
  });
});

describe('a redirect', () => {
  const mayConnect = (address: string) => address === '127.0.0.2' || isPublicAddress(address);

  test.each([
    'http://127.0.0.1:1/',
    'http://169.254.169.254/latest/meta-data/',
    'http://[::1]:1/',
    'http://[::ffff:127.0.0.1]/',
    'http://0x7f000001/',
    'http://2130706433/',
    'http://0/',
    '//127.1/',
    'file:///etc/passwd',
  ])('to %s is refused', async (location) => {
    const { url, requests } = await served(
      serve((_, response) => response.writeHead(302, { location }).end(), '127.0.0.2'),
    );
    await expect(fetcher({ allowPrivate: false, mayConnect }).bytes(url, bounds)).rejects.toMatchObject({
      code: 'refused',
    });
    expect(requests).toHaveLength(1);
  });

  test('is followed five times and no more', async () => {
    const { url, requests } = await served(
      serve((request, response) => {
        const left = Number(request.url?.slice(1));
        if (left > 0) response.writeHead(307, { location: `/${left - 1}` }).end();
        else response.end('here');
      }),
    );
    expect(Buffer.from((await fetcher().bytes(`${url}/5`, bounds)).bytes).toString()).toBe('here');
    requests.length = 0;
    await expect(fetcher().bytes(`${url}/99`, bounds)).rejects.toMatchObject({ code: 'refused' });
    expect(requests).toHaveLength(6);
  });

  test('takes credentials along within the origin only', async () => {
    const other = await served(serve((_, response) => response.end('x'), '127.0.0.2'));
    const { url, requests } = await served(
      serve((request, response) => {
        const location = request.url === '/a' ? '/b' : `${other.url}/c`;
        response.writeHead(301, { location }).end();
      }),
    );
    await fetcher().bytes(`${url.replace('//', '//me:canary@')}/a`, bounds);
    const authorization = 'Basic bWU6Y2FuYXJ5';
    expect(requests.map(({ headers }) => headers.authorization)).toEqual([authorization, authorization]);
    expect(other.requests.map(({ headers }) => headers.authorization)).toEqual([undefined]);
  });
});

test('no failure names a path, a query or a credential', async () => {
  const { url } = await served(serve((_, response) => response.writeHead(500).end('canary')));
  const secret = `${url.replace('//', '//me:canary@')}/canary?key=canary`;
  const failure = await fetcher({ tries: 1 })
    .bytes(secret, bounds)
    .catch((error: unknown) => error);
  expect(isTaoscopeError(failure, 'unreachable')).toBe(true);
  expect(JSON.stringify([failure, (failure as Error).message, (failure as Error).stack])).not.toContain(
    'canary',
  );
  await expect(fetcher().bytes('canary://canary', bounds)).rejects.not.toThrow('canary/');
});

describe('an abort', () => {
  test('ends a download at any point', async () => {
    const { url, requests } = await served(
      serve((request, response) => {
        if (request.url === '/body') response.write('x');
      }),
    );
    for (const path of ['/head', '/body']) {
      const controller = new AbortController();
      const download = fetcher().bytes(url + path, bounds, controller.signal);
      await expect.poll(() => requests.some((request) => request.url === path)).toBe(true);
      controller.abort();
      await expect(download).rejects.toMatchObject({ code: 'aborted' });
    }
    await expect(fetcher().bytes(url, bounds, AbortSignal.abort())).rejects.toMatchObject({
      code: 'aborted',
    });
  });

  test('ends the wait for a turn, and gives the turn to the next', async () => {
    const { url, requests } = await served(serve(() => {}));
    const one = fetcher({ perHost: 1 });
    const [first, second, third] = [new AbortController(), new AbortController(), new AbortController()];
    const downloads = [first, second, third].map(({ signal }) => one.bytes(url, bounds, signal));
    const outcomes = Promise.allSettled(downloads);
    await expect.poll(() => requests.length).toBe(1);
    second?.abort();
    await expect(downloads[1]).rejects.toMatchObject({ code: 'aborted' });
    first?.abort();
    await expect.poll(() => requests.length).toBe(2);
    third?.abort();
    expect((await outcomes).every(({ status }) => status === 'rejected')).toBe(true);
  });
});

test('one host serves no more downloads at a time than allowed', async () => {
  let now = 0;
  let most = 0;
  const { url, requests } = await served(
    serve((_, response) => {
      most = Math.max(most, ++now);
      setImmediate(() => {
        now--;
        response.end('x');
      });
    }),
  );
  const two = fetcher({ perHost: 2 });
  await Promise.all(Array.from({ length: 12 }, () => two.bytes(url, bounds)));
  expect(requests).toHaveLength(12);
  expect(most).toBeLessThanOrEqual(2);
});

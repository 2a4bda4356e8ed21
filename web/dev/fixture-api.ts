import type { IncomingMessage, ServerResponse } from 'node:http';
import type { StatusBody, SubnetBody } from '../../src/server/schemas.ts';
import { accountAt } from './fixture-accounts.ts';
import { auditAt, auditRows } from './fixture-audit.ts';
import {
  account,
  blocksOf,
  GENESIS_HEAD,
  historyOf,
  mechanismsOf,
  metagraphAt,
  subnetAt,
  timeOf,
} from './fixture-data.ts';
import { figureAt } from './fixture-figures.ts';
import { weightsAt } from './fixture-weights.ts';

export interface FixtureOptions {
  /** `normal`, `empty` (a fresh store), `stale` (old data, dead endpoints), `token` (demands "secret"), `broken` (every answer fails). */
  scenario: string;
  subnets?: number;
  blockMs?: number;
}

export interface FixtureApi {
  /** Answers an API request; `false` when the address is none of the API's. */
  handle(request: IncomingMessage, response: ServerResponse): boolean;
  close(): void;
}

/** The API over invented data: every shape, error and event that the pages must bear, without a chain. */
export function createFixtureApi({ scenario, subnets = 128, blockMs = 1_000 }: FixtureOptions): FixtureApi {
  let head = GENESIS_HEAD;
  const streams = new Set<ServerResponse>();
  const publish = (event: string, data: unknown) => {
    for (const stream of streams) stream.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  };
  const timer = setInterval(() => {
    if (scenario === 'stale' || scenario === 'broken') return;
    head += 1;
    publish('head', { best: ref(head), finalized: ref(head - 3) });
    if (scenario === 'empty') return;
    if (head % 10 === 0) {
      for (let netuid = 0; netuid < subnets; netuid += 1)
        publish('snapshot', { netuid, mechanism: 0, block: head });
    }
    if (head % 5 === 0) publish('status', status());
    if (head === GENESIS_HEAD + 20)
      publish('runtime', { specName: 'node-subtensor', specVersion: 344, block: head });
  }, blockMs);
  timer.unref();

  return {
    handle(request, response) {
      const url = new URL(request.url ?? '/', 'http://fixture');
      if (!url.pathname.startsWith('/api/v1/')) return false;
      void answer(url, request, response);
      return true;
    },
    close() {
      clearInterval(timer);
      for (const stream of streams) stream.end();
    },
  };

  async function answer(url: URL, request: IncomingMessage, response: ServerResponse): Promise<unknown> {
    if (scenario === 'token' && request.headers.authorization !== 'Bearer secret') {
      return fail(
        response,
        401,
        'refused',
        'this server asks for a token',
        'no token',
        'Authorization: Bearer …',
        'give the token that the server was started with',
      );
    }
    if (scenario === 'broken') {
      return fail(
        response,
        500,
        'store-failed',
        'the store refused a statement',
        'DB::Exception: Table neurons is in readonly mode',
        'an answer',
        'look at the server’s log; free disk space if it is full',
      );
    }
    const path = url.pathname.slice('/api/v1'.length);
    const now = Date.now();
    const known = scenario === 'empty' ? 0 : subnets;
    const snapshot = Math.floor(head / 10) * 10;
    const number = (name: string) =>
      url.searchParams.has(name) ? Number(url.searchParams.get(name)) : undefined;
    if (path === '/status') return json(response, status());
    if (path === '/events') {
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
      response.write(`: hello\n\nevent: status\ndata: ${JSON.stringify(status())}\n\n`);
      streams.add(response);
      request.on('close', () => streams.delete(response));
      return;
    }
    if (path === '/subnets') {
      return json(response, {
        ...(known === 0 ? {} : { block: snapshot, timestamp: timeOf(snapshot, head, now) }),
        subnets: Array.from({ length: known }, (_, netuid) => subnetAt(netuid, snapshot)),
      });
    }
    if (path === '/gaps') {
      return json(response, {
        gaps:
          known === 0
            ? []
            : [
                {
                  from: head - 9_120,
                  to: head - 9_101,
                  reason: 'state already discarded by every endpoint',
                  seenAt: new Date(now - 3e7).toISOString(),
                },
              ],
      });
    }
    if (path === '/runtimes') {
      return json(response, {
        runtimes:
          known === 0
            ? []
            : [
                {
                  specName: 'node-subtensor',
                  specVersion: 334,
                  codeHash: `0x${'1'.repeat(64)}`,
                  metadataHash: `0x${'2'.repeat(64)}`,
                  metadataVersion: 14,
                  firstBlock: head - 90_000,
                },
                {
                  specName: 'node-subtensor',
                  specVersion: 343,
                  codeHash: `0x${'3'.repeat(64)}`,
                  metadataHash: `0x${'4'.repeat(64)}`,
                  metadataVersion: 15,
                  firstBlock: GENESIS_HEAD - 20_000,
                },
              ],
      });
    }
    if (path === '/sql') {
      const asked = await bodyOf(request);
      const rows = auditRows(asked);
      return rows === undefined ? sql(response, asked) : json(response, rows);
    }
    if (path === '/audit' && scenario === 'empty')
      return json(response, { on: false, findings: { info: 0, warning: 0, critical: 0 }, sources: [] });
    const audited = auditAt(path, (name) => url.searchParams.get(name) ?? undefined, now);
    if (audited !== undefined) return json(response, audited);
    const subnet = /^\/subnets\/(\d+)(\/.*)?$/.exec(path);
    if (subnet !== null)
      return subnetAnswer(Number(subnet[1]), subnet[2] ?? '', number, url, response, known, snapshot, now);
    const held = accountAt(path, (name) => url.searchParams.get(name) ?? undefined, head, now);
    if (held !== undefined) return json(response, held);
    const neuron = /^\/neurons\/([^/]+)(\/history)?$/.exec(path);
    if (neuron !== null)
      return neuronAnswer(
        decodeURIComponent(neuron[1] ?? ''),
        neuron[2] !== undefined,
        number,
        url,
        response,
        snapshot,
        now,
      );
    return fail(response, 404, 'not-found', 'there is no such route', path);
  }

  async function subnetAnswer(
    netuid: number,
    rest: string,
    number: (name: string) => number | undefined,
    url: URL,
    response: ServerResponse,
    known: number,
    snapshot: number,
    now: number,
  ): Promise<unknown> {
    if (netuid >= known) {
      return fail(
        response,
        404,
        'not-found',
        `there is no subnet ${netuid}`,
        `netuid ${netuid}`,
        known === 0 ? 'a stored subnet; none is stored yet' : `a netuid from 0 to ${known - 1}`,
        'pick a subnet from the network page',
      );
    }
    const mechanism = number('mechanism') ?? 0;
    const wanted = number('block');
    const blocks = blocksOf(netuid, head, now);
    const block = wanted === undefined ? snapshot : blocks.findLast((each) => each.block <= wanted)?.block;
    if (block === undefined) {
      return fail(
        response,
        404,
        'not-found',
        `nothing is stored of subnet ${netuid} at or before block ${wanted}`,
        `block ${wanted}`,
        `a block from ${blocks[0]?.block} on`,
        `run taoscope backfill --netuid ${netuid} --from ${wanted}`,
      );
    }
    if (rest === '/blocks') return json(response, { blocks });
    const query = (name: string) => url.searchParams.get(name) ?? undefined;
    const figure =
      figureAt(rest.slice(1), netuid, query, head, now) ??
      weightsAt(rest.slice(1), { netuid, query, head, nowMs: now });
    if (figure !== undefined) return json(response, figure);
    if (rest === '/metagraph') {
      const metagraph = metagraphAt(netuid, mechanism, block, head, now);
      if (url.searchParams.get('format') !== 'csv') return json(response, metagraph);
      response.writeHead(200, { 'content-type': 'text/csv' });
      response.end(
        `uid,hotkey\r\n${metagraph.neurons.map(({ uid, hotkey }) => `${uid},${hotkey}`).join('\r\n')}`,
      );
      return;
    }
    if (rest === '/refresh') {
      await new Promise((resolve) => setTimeout(resolve, 700));
      if (netuid % 2 === 1)
        return fail(
          response,
          503,
          'unreachable',
          `cannot read subnet ${netuid} now`,
          'no endpoint answered within 10 s',
          'one of 2 endpoints',
          'try again in a moment; look at the endpoints on the network page',
        );
      return json(response, { netuid, block: head, snapshots: 1 });
    }
    const facts = subnetAt(netuid, block);
    const body: SubnetBody = {
      subnet: facts,
      blockHash: `0x${block.toString(16).padStart(64, 'a')}`,
      timestamp: timeOf(block, head, now),
      specVersion: 343,
      header: {
        registerCost: { value: Number(facts.burnTao), delta24h: -0.01234 },
        validators: { ...(facts.validators === undefined ? {} : { value: facts.validators }), delta24h: 0 },
        miners: { ...(facts.miners === undefined ? {} : { value: facts.miners, delta24h: 3 }) },
        comparedWithBlock: block - 7_200,
      },
      mechanisms: mechanismsOf(netuid),
    };
    return json(response, body);
  }

  function neuronAnswer(
    hotkey: string,
    history: boolean,
    number: (name: string) => number | undefined,
    url: URL,
    response: ServerResponse,
    snapshot: number,
    now: number,
  ): unknown {
    if (!/^[1-9A-HJ-NP-Za-km-z]{47,48}$/.test(hotkey)) {
      return fail(
        response,
        400,
        'usage',
        'this is not an account address',
        `${JSON.stringify(hotkey.slice(0, 80))}: its checksum does not match`,
        'an ss58 address of 47 or 48 characters (5…)',
        'copy the address again from the wallet or the explorer',
      );
    }
    if (history) {
      const netuid = number('netuid') ?? 1;
      const uid =
        metagraphAt(netuid, 0, snapshot, head, now).neurons.find((neuron) => neuron.hotkey === hotkey)?.uid ??
        3;
      return json(
        response,
        historyOf(
          netuid,
          number('mechanism') ?? 0,
          uid,
          number('from') ?? 0,
          snapshot,
          now,
          url.searchParams.get('resolution') ?? 'auto',
        ),
      );
    }
    const registrations = [1, 2, 4, 20].flatMap((netuid) => {
      const metagraph = metagraphAt(netuid, 0, snapshot, head, now);
      const found = metagraph.neurons.find((neuron) => neuron.hotkey === hotkey);
      const neuron = found ?? (netuid === 4 ? { ...metagraph.neurons[3]!, hotkey } : undefined);
      const name = subnetAt(netuid, snapshot).name;
      return neuron === undefined
        ? []
        : [
            {
              netuid,
              mechanism: 0,
              ...(name === undefined ? {} : { subnetName: name }),
              block: snapshot,
              timestamp: timeOf(snapshot, head, now),
              unit: metagraph.unit,
              current: found !== undefined,
              neuron,
            },
          ];
    });
    json(response, { hotkey, coldkeys: [account(900_000 + 31), account(900_000)], registrations });
  }

  function sql(response: ServerResponse, body: string): unknown {
    const { query } = JSON.parse(body) as { query: string };
    if (!/^\s*(select|with)\b/i.test(query)) {
      return fail(
        response,
        400,
        'refused',
        'this statement is not allowed here',
        query.slice(0, 60),
        'one SELECT',
        'write a SELECT; the store is changed only by Taoscope itself',
      );
    }
    json(response, {
      columns: [
        { name: 'netuid', type: 'UInt16' },
        { name: 'uid', type: 'UInt16' },
        { name: 'hotkey', type: 'FixedString(48)' },
        { name: 'stake', type: 'UInt64' },
        { name: 'incentive', type: 'Nullable(Float64)' },
        { name: 'tags', type: 'Array(String)' },
      ],
      rows: Array.from({ length: 10_000 }, (_, index) => [
        index % 128,
        index % 256,
        account(index % 64),
        String(10n ** 12n + BigInt(index) ** 3n),
        index % 7 === 0 ? null : 1 / (index + 1),
        index % 50 === 0 ? ['<i>x</i>', '=1+1'] : [],
      ]),
      elapsedMs: 41,
      truncated: true,
    });
  }

  function status(): StatusBody {
    const stale = scenario === 'stale';
    const empty = scenario === 'empty';
    return {
      version: '0.1.0',
      chain: {
        name: 'Bittensor',
        genesisHash: '0x2f0555cc76fc2840a25a6ea3b9637146806f1f44b090c175ffde2a7e5ab36c03',
        tokenSymbol: 'TAO',
        best: ref(head),
        finalized: ref(head - 3),
        finalizedLag: 3,
        specName: 'node-subtensor',
        specVersion: head > GENESIS_HEAD + 20 ? 344 : 343,
        headSeenAt: Date.now() - (stale ? 4_000_000 : 400),
        endpoints: [
          {
            host: 'entrypoint-finney.opentensor.ai',
            connected: !stale,
            requests: 12_345,
            errors: 3,
            rejected: 0,
            latencyMs: 42.5,
          },
          { host: '127.0.0.1:9944', connected: false, requests: 12, errors: 12, rejected: 1 },
        ],
      },
      collect: {
        ...(empty
          ? {}
          : {
              lastBlock: head,
              lastSnapshotBlock: stale ? head - 1_234 : Math.floor(head / 10) * 10,
              lagBlocks: stale ? 1_234 : head % 10,
            }),
        everyBlocks: 10,
        netuids: 'all',
        queue: 0,
        snapshots: empty ? 0 : 54_321,
        errors: 2,
        lastError: { at: Date.now() - 60_000, message: 'timeout reading subnet 12' },
        ...(stale ? { stopped: 'the disk is full: free some space, then start again' } : {}),
      },
      store: {
        kind: 'embedded',
        version: '25.8.2.1',
        bytesOnDisk: empty ? 81_920 : 734_003_200,
        neuronRows: empty ? 0 : 91_234_567,
      },
    };
  }
}

function ref(number: number): { number: number; hash: string } {
  return { number, hash: `0x${number.toString(16).padStart(64, 'b')}` };
}

function json(response: ServerResponse, body: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

function fail(
  response: ServerResponse,
  status: number,
  code: string,
  failed: string,
  got?: string,
  expected?: string,
  todo?: string,
): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ error: { code, failed, got, expected, todo } }));
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += chunk;
  return text;
}

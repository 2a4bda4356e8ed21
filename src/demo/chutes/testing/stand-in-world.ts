import { createHash } from 'node:crypto';
import { Twox64Concat, Twox128 } from '@polkadot-api/substrate-bindings';
import { parseAccount, toHex } from '../../../shared/index.ts';
import { type ChutesOptions, type Demo, startDemo } from '../../index.ts';

export const HOUR = 3_600_000;
/** 2025-11-06 10:20:00 UTC, in the days of profile P18. */
export const NOW = Date.UTC(2025, 10, 6, 10, 20);
const PREFIX = '0xca407206ec1ab726b2636c4b145ac287419a60ae8b01e6dcaebd7317e43c69bf4000';

/** `SubtensorModule.Weights` of netuid 64, uid 0; both keys as they are. */
const WEIGHTS_OF_UID_0 = `0x${Buffer.from(Twox128(Buffer.from('SubtensorModule'))).toString('hex')}${Buffer.from(Twox128(Buffer.from('Weights'))).toString('hex')}40000000`;

export interface Entry {
  entry_id: string;
  hotkey: string;
  block: number;
  path: string;
  created_at: string;
  start_time: string;
  end_time: string;
}

/** A demo of some hours, without other actors; its clock is moved by hand. */
export async function begin(chutes: ChutesOptions = {}, hours = 10, dataDir?: string, at = NOW) {
  let now = at;
  const demo = await startDemo({
    blockMs: 0,
    actors: false,
    seed: 'stand-in',
    historyBlocks: 2 * hours,
    historyStepMs: HOUR / 2,
    now: () => now,
    chutes: { eventMs: 0, endlessBytes: 50_000_000, ...chutes },
    dataDir,
  });
  const standIn = demo.chutes!;
  return {
    demo,
    standIn,
    forward: (ms: number) => {
      now += ms;
    },
    get: (path: string) => fetch(`${standIn.url}${path}`, { redirect: 'manual' }),
    list: async () => (await (await fetch(`${standIn.url}/audit/`)).json()) as Entry[],
    bytes: async (path: string) => {
      const response = await fetch(`${standIn.url}/audit/download?path=${encodeURIComponent(path)}`);
      return Buffer.from(await response.arrayBuffer());
    },
  };
}

export type World = Awaited<ReturnType<typeof begin>>;

async function rpc<T>(demo: Demo, method: string, ...params: unknown[]): Promise<T> {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params });
  return ((await (await fetch(demo.httpUrl, { method: 'POST', body })).json()) as { result: T }).result;
}

/** What the chain held for an account at the end of a block: the block that set it, and the digest. By the layout of the reference, section 4. */
export async function committed(demo: Demo, hotkey: string, block: number) {
  const key = `${PREFIX}${toHex(Twox64Concat(parseAccount(hotkey))).slice(2)}`;
  const hash = await rpc<string>(demo, 'chain_getBlockHash', block);
  const value = await rpc<string | null>(demo, 'state_getStorage', key, hash);
  if (value === null) return undefined;
  const bytes = Buffer.from(value.slice(2), 'hex');
  const isDigest = bytes[12] === 4 && bytes[13] === 131;
  return { block: bytes.readUInt32LE(8), digest: isDigest ? bytes.toString('hex', 14, 46) : undefined };
}

export const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
export const exportUrl = (path: string) => `/${path.replace('invocations/', 'invocations/exports/')}`;

/** Shares of the validator's row on the chain, by uid. */
export async function paid({ demo }: World): Promise<Map<number, number>> {
  const value = await rpc<string>(demo, 'state_getStorage', WEIGHTS_OF_UID_0);
  const bytes = Buffer.from(value.slice(2), 'hex');
  // A compact length below 64, then pairs of u16.
  const pairs = Array.from({ length: (bytes[0] ?? 0) >> 2 }, (_, at) => {
    return [bytes.readUInt16LE(1 + 4 * at), bytes.readUInt16LE(3 + 4 * at)] as const;
  });
  const sum = pairs.reduce((total, [, weight]) => total + weight, 0);
  return new Map(pairs.map(([uid, weight]) => [uid, weight / sum]));
}

interface Event {
  trace?: { invocation_id: string; child_id?: string; message: string };
  result?: unknown;
  error?: unknown;
}

export async function ask({ standIn }: World, path: string, body: object, key = 'cpk_test') {
  const response = await fetch(`${standIn.url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'x-chutes-trace': 'true' },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  const lines = text.split('\n\n').filter((line) => line.startsWith('data: '));
  return {
    status: response.status,
    parent: response.headers.get('x-chutes-invocationid') ?? '',
    events: lines.map((line) => JSON.parse(line.slice(6)) as Event),
  };
}

export async function whole({ standIn }: World, path: string, body: object): Promise<Buffer> {
  const response = await fetch(`${standIn.url}${path}`, {
    method: 'POST',
    headers: { authorization: 'Bearer cpk_test' },
    body: JSON.stringify(body),
  });
  return Buffer.from(await response.arrayBuffer());
}

export async function newestExport(world: World): Promise<string> {
  const newest = world.standIn.reports().findLast(({ role }) => role === 'validator');
  const { csv_exports } = JSON.parse(String(await world.bytes(newest?.path ?? '')));
  return (await world.get(exportUrl(csv_exports.invocations.path))).text();
}

/** A reader of its own, as small as can be: quotes, commas, CRLF. */
export function parseCsv(text: string): Record<string, string>[] {
  const rows: string[][] = [[]];
  for (const [, quoted, plain = '', end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)) {
    rows.at(-1)?.push(quoted?.replaceAll('""', '"') ?? plain);
    if (end === '\r\n') rows.push([]);
  }
  const [header = [], ...body] = rows;
  return body
    .filter((row) => row.length > 1)
    .map((row) => Object.fromEntries(header.map((name, at) => [name, row[at] ?? ''])));
}

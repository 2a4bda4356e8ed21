import type { JsonRpc } from './json-rpc.ts';
import type { Random } from './seed.ts';

export interface Message {
  readonly id?: unknown;
  readonly method?: string;
  readonly params?: readonly unknown[];
  readonly result?: unknown;
  readonly error?: unknown;
}

export interface Falsification {
  readonly method: string;
  /** What is wrong with it. */
  readonly kind: string;
}

interface Lie {
  readonly kind: string;
  readonly result: unknown;
}

type Liar = (
  params: readonly unknown[],
  result: unknown,
  random: Random,
  node: JsonRpc,
) => Promise<Lie | undefined> | Lie | undefined;

/**
 * An untrue answer in place of an honest one. Only lies that can be noticed without a state proof: another block, a wrong
 * length, bytes that are no value of the type, nothing at all. `undefined` for methods and values that it cannot lie about in this way.
 */
export async function falsify(
  request: Message,
  result: unknown,
  random: Random,
  node: JsonRpc,
): Promise<Lie | undefined> {
  const liars = LIARS[request.method ?? ''];
  if (liars === undefined || result === null || result === undefined) return undefined;
  const start = Math.floor(random() * liars.length);
  for (let i = 0; i < liars.length; i++) {
    const lie = await liars[(start + i) % liars.length]!(request.params ?? [], result, random, node);
    if (lie !== undefined) return lie;
  }
  return undefined;
}

// twox128 of `SubtensorModule` and of items that hold one value per uid; golden values of the reference, section 1.3.
const SUBTENSOR = '0x658faa385070e074c85bf6b568cf0555';
const VECTOR_ITEMS = [
  '0f41321f75df7ea5127be2db4983c8b2', // Active
  '56af5b07ace59da2c9d7f0d48bc93143', // ValidatorPermit
  '925bd7637d049b4f2508e14eb43b51a1', // Consensus
  '89c69c2c416b8105d37501394f4de849', // Incentive
  '86752d66f11480ecef37769cdd736b9b', // Dividends
  '372b10ce520c756285796e436e44318e', // ValidatorTrust
  '93916af563e2313a574d6cd48caec1a5', // Emission
  '696e262a16e52255a69d8acd79354146', // LastUpdate
].map((item) => `${SUBTENSOR}${item}`);

/** System.Number: where it is part of the question, an answer of another block gives itself away. */
const SYSTEM_NUMBER = '0x26aa394eea5630e07c48ae0c9558cef702a5c1b19ab7a04f536c519aca4983ac';

/** Runtime calls whose answer names its block. */
const DATED_CALLS = new Set(['SubnetInfoRuntimeApi_get_metagraph', 'SubnetInfoRuntimeApi_get_mechagraph']);

const LIARS: Readonly<Record<string, readonly Liar[]>> = {
  chain_getHeader: [
    async (params, _result, _random, node) => {
      const parent = await parentOf(node, params[0]);
      return parent === undefined
        ? undefined
        : { kind: 'header of another block', result: await node('chain_getHeader', parent) };
    },
    (_params, result) => ({ kind: 'number changed', result: { ...object(result), number: '0x7fffffff' } }),
    (_params, result) => ({
      kind: 'state root changed',
      result: { ...object(result), stateRoot: `0x${'5a'.repeat(32)}` },
    }),
    () => ({ kind: 'no header', result: null }),
  ],
  chain_getBlockHash: [
    () => ({ kind: 'not hex', result: '0xnonsense' }),
    () => ({ kind: 'hash too short', result: '0x1234' }),
  ],
  chain_getBlock: [
    async (params, _result, _random, node) => {
      const parent = await parentOf(node, params[0]);
      return parent === undefined
        ? undefined
        : { kind: 'another block', result: await node('chain_getBlock', parent) };
    },
  ],
  state_queryStorageAt: [
    async (params, _result, _random, node) => {
      const parent = await parentOf(node, params[1]);
      if (parent === undefined) return undefined;
      return {
        kind: 'state of another block',
        result: await node('state_queryStorageAt', params[0], parent),
      };
    },
    async (params, _result, _random, node) => {
      // The same lie with the right hash written on it: only the values can give it away.
      if (!keysOf(params).includes(SYSTEM_NUMBER)) return undefined;
      const parent = await parentOf(node, params[1]);
      if (parent === undefined) return undefined;
      const [old] = await node<object[]>('state_queryStorageAt', params[0], parent);
      return { kind: 'state of another block, relabelled', result: [{ ...old, block: params[1] }] };
    },
    (_params, result, random) => changeOne(result, random, resizeVector),
    (_params, result, random) => changeOne(result, random, cutBytes),
    (_params, result, random) =>
      changeOne(result, random, ([key]) => ({ kind: 'not hex', change: [key, '0xzz'] })),
    (_params, result, random) =>
      changeOne(result, random, ([key, value]) => ({
        kind: 'key not asked for',
        change: [`${key.slice(0, -2)}f7`, value],
      })),
  ],
  state_call: [
    async (params, _result, _random, node) => {
      if (!DATED_CALLS.has(String(params[0]))) return undefined;
      const parent = await parentOf(node, params[2]);
      if (parent === undefined) return undefined;
      return {
        kind: 'call at another block',
        result: await node('state_call', params[0], params[1], parent),
      };
    },
    (params, result) =>
      isOpaque(params) ? undefined : { kind: 'bytes missing', result: dropLastByte(result) },
    (params, result) =>
      isOpaque(params) ? undefined : { kind: 'bytes left over', result: `${String(result)}00` },
    () => ({ kind: 'not hex', result: '0x0g' }),
    () => ({ kind: 'nothing', result: null }),
  ],
  state_getMetadata: [
    (_params, result) => ({ kind: 'metadata cut', result: String(result).slice(0, 2_000) }),
  ],
};

/** Answers whose bytes are not decoded whole by everybody: the metadata, of which a byte more is another matter. */
function isOpaque(params: readonly unknown[]): boolean {
  return !/_(get_metagraph|get_mechagraph|get_neurons_lite|get_subnet_hyperparams|get_dynamic_info)/.test(
    String(params[0]),
  );
}

async function parentOf(node: JsonRpc, hash: unknown): Promise<string | undefined> {
  if (typeof hash !== 'string') return undefined;
  const header = await node<{ parentHash: string; number: string } | null>('chain_getHeader', hash);
  return header === null || Number(header.number) < 2 ? undefined : header.parentHash;
}

type Change = [key: string, value: string | null];

function changeOne(
  result: unknown,
  random: Random,
  alter: (change: [string, string], random: Random) => { kind: string; change: Change } | undefined,
): Lie | undefined {
  const [answer] = result as { changes: Change[] }[];
  if (answer === undefined) return undefined;
  const { changes } = answer;
  const start = Math.floor(random() * changes.length);
  for (let i = 0; i < changes.length; i++) {
    const index = (start + i) % changes.length;
    const [key, value] = changes[index]!;
    if (value === null) continue;
    const altered = alter([key, value], random);
    if (altered === undefined) continue;
    return { kind: altered.kind, result: [{ ...answer, changes: changes.with(index, altered.change) }] };
  }
  return undefined;
}

/** One element less or more in a vector that must have one per uid; the compact length is kept true to the bytes. */
function resizeVector(
  [key, value]: [string, string],
  random: Random,
): { kind: string; change: Change } | undefined {
  if (!VECTOR_ITEMS.some((item) => key.startsWith(item))) return undefined;
  const bytes = Buffer.from(value.slice(2), 'hex');
  const mode = bytes[0]! & 3;
  if (mode > 1) return undefined;
  const prefix = mode === 0 ? 1 : 2;
  const length = mode === 0 ? bytes[0]! >> 2 : bytes.readUInt16LE(0) >> 2;
  if (length < 2) return undefined;
  const width = (bytes.length - prefix) / length;
  const longer = random() < 0.5;
  const body = bytes.subarray(prefix);
  const resized = longer
    ? Buffer.concat([body, body.subarray(body.length - width)])
    : body.subarray(0, body.length - width);
  const changed = Buffer.concat([compactLength(longer ? length + 1 : length - 1), resized]);
  return {
    kind: longer ? 'vector too long' : 'vector too short',
    change: [key, `0x${changed.toString('hex')}`],
  };
}

function cutBytes([key, value]: [string, string]): { kind: string; change: Change } | undefined {
  if (!VECTOR_ITEMS.some((item) => key.startsWith(item)) || value.length < 8) return undefined;
  return { kind: 'value cut', change: [key, value.slice(0, -2)] };
}

function compactLength(length: number): Buffer {
  if (length < 64) return Buffer.of(length << 2);
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE((length << 2) | 1);
  return bytes;
}

function dropLastByte(result: unknown): string {
  const text = String(result);
  return text.length > 4 ? text.slice(0, -2) : '0x';
}

function keysOf(params: readonly unknown[]): readonly unknown[] {
  return Array.isArray(params[0]) ? params[0] : [];
}

function object(result: unknown): Record<string, unknown> {
  return result as Record<string, unknown>;
}

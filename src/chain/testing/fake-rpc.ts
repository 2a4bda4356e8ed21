import { type Hex, isTaoscopeError, TaoscopeError, toHex } from '../../shared/index.ts';
import type { RequestOptions, Rpc } from '../rpc/types.ts';
import { blake2Hex } from '../runtimes.ts';
import type { BlockHeader } from '../types.ts';

/** What a fake node has at one block hash. */
export interface FakeBlock {
  readonly header: BlockHeader;
  /** Stands for `:code`: blocks with the same text run the same program. */
  readonly code: string;
  readonly storage: Map<Hex, Hex>;
  /** Answers of runtime calls by name; a missing one is "not found". */
  readonly calls: Map<string, (args: Hex) => Hex>;
  readonly body?: readonly Hex[];
}

/** The program behind a `code`. */
export interface FakeRuntime {
  readonly specName: string;
  readonly specVersion: number;
  readonly metadata: ReadonlyMap<number, Uint8Array>;
}

export interface FakeRpc extends Rpc {
  /** Methods that answer "method not found". */
  readonly refused: Set<string>;
  /** Changes of answers, used up one by one: what a lying node would say instead. */
  readonly lies: { method: string; tell: (answer: unknown, params: readonly unknown[]) => unknown }[];
  /** Methods asked, in order. */
  readonly asked: string[];
  /** Answers that a `check` rejected. */
  readonly rejected: TaoscopeError[];
}

/** Longest answer in characters of hex; beyond it `response-too-big`. */
const MAX_ANSWER = 15 * 1024 * 1024;

/** An `Rpc` that answers from maps, and asks again (three times) when an answer is rejected, as the real one does. */
export function createFakeRpc(
  blocks: readonly FakeBlock[],
  runtimes: Readonly<Record<string, FakeRuntime>>,
  maxKeys = 100_000,
): FakeRpc {
  const byHash = new Map(blocks.map((block) => [block.header.hash, block]));
  const refused = new Set<string>();
  const lies: FakeRpc['lies'] = [];
  const asked: string[] = [];
  const rejected: TaoscopeError[] = [];

  const blockOf = (hash: unknown): FakeBlock => {
    const block = byHash.get(hash as Hex);
    if (block === undefined)
      throw new TaoscopeError('state-pruned', { failed: `State already discarded for ${String(hash)}` });
    return block;
  };

  const answer = (method: string, params: readonly unknown[]): unknown => {
    switch (method) {
      case 'state_getStorageHash':
        return blake2Hex(Buffer.from(blockOf(params[1]).code));
      case 'state_getRuntimeVersion': {
        const { specName, specVersion } = runtimes[blockOf(params[0]).code]!;
        return { specName, specVersion, transactionVersion: 1, implVersion: 1 };
      }
      case 'state_getMetadata': {
        const bytes = runtimes[blockOf(params[0]).code]!.metadata.get(14);
        if (bytes === undefined) throw notFound(method);
        return toHex(bytes);
      }
      case 'state_call':
        return callOf(blockOf(params[2]), params[0] as string, params[1] as Hex);
      case 'state_getStorage':
        return blockOf(params[1]).storage.get(params[0] as Hex) ?? null;
      case 'state_queryStorageAt': {
        const [keys, hash] = params as [Hex[], Hex];
        if (keys.length > maxKeys)
          throw new TaoscopeError('response-too-big', { failed: 'Response is too big' });
        const { storage } = blockOf(hash);
        return [{ block: hash, changes: keys.map((key) => [key, storage.get(key) ?? null]) }];
      }
      case 'state_getKeysPaged': {
        const [prefix, count, start, hash] = params as [Hex, number, Hex | null, Hex];
        const keys = [...blockOf(hash).storage.keys()].filter(
          (key) => key.startsWith(prefix) && (start === null || key > start),
        );
        return keys.sort().slice(0, count);
      }
      case 'chain_getBlock': {
        const { header, body = [] } = blockOf(params[0]);
        return { block: { header: { ...header }, extrinsics: body } };
      }
      default:
        throw notFound(method);
    }
  };

  const callOf = (block: FakeBlock, name: string, args: Hex): Hex => {
    const { metadata } = runtimes[block.code]!;
    if (name === 'Metadata_metadata_versions') {
      const versions = [...metadata.keys()];
      return toHex(Uint8Array.of(versions.length << 2, ...versions.flatMap((version) => [version, 0, 0, 0])));
    }
    if (name === 'Metadata_metadata_at_version') {
      const bytes = metadata.get(Number.parseInt(args.slice(2, 4), 16))!;
      const head = Buffer.alloc(5);
      head[0] = 1;
      head.writeUInt32LE(((bytes.length << 2) | 2) >>> 0, 1);
      return toHex(Buffer.concat([head, bytes]));
    }
    const call = block.calls.get(name);
    if (call === undefined) throw notFound(name);
    return call(args);
  };

  return {
    refused,
    lies,
    asked,
    rejected,
    async request<T>(
      method: string,
      params: readonly unknown[],
      { check, signal }: RequestOptions<T> = {},
    ): Promise<T> {
      for (let tries = 1; ; tries++) {
        signal?.throwIfAborted();
        asked.push(method);
        if (refused.has(method)) throw notFound(method);
        let result = answer(method, params);
        if (JSON.stringify(result).length > MAX_ANSWER)
          throw new TaoscopeError('response-too-big', { failed: 'Response is too big' });
        const lie = lies.findIndex((candidate) => candidate.method === method);
        if (lie !== -1) result = lies.splice(lie, 1)[0]!.tell(result, params);
        if (check === undefined) return result as T;
        try {
          return check(result);
        } catch (error) {
          const isRejection = isTaoscopeError(error, 'falsified') || isTaoscopeError(error, 'undecodable');
          if (isRejection) rejected.push(error);
          if (!isRejection || tries === 3) throw error;
        }
      }
    },
    async *heads() {},
    stats: () => [],
    close: async () => {},
  };
}

function notFound(name: string): TaoscopeError {
  return new TaoscopeError('unsupported', { failed: `Method not found: ${name}` });
}

/** A header of the given number; hashes are made up from it (and `fork`), the digest says whether the code was set. */
export function fakeHeader(number: number, { upgrade = false, fork = '' } = {}): BlockHeader {
  const hashOf = (n: number) => blake2Hex(Buffer.from(`block ${n} ${fork}`));
  return {
    number,
    hash: hashOf(number),
    parentHash: hashOf(number - 1),
    stateRoot: blake2Hex(Buffer.from(`state ${number}`)),
    extrinsicsRoot: blake2Hex(Buffer.from(`body ${number}`)),
    digest: upgrade ? ['0x08'] : [],
    verified: true,
  };
}

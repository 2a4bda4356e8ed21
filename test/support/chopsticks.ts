import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Child, startChild } from './child.ts';
import { type JsonRpc, jsonRpc } from './json-rpc.ts';
import { peersDir, sharedFile, tempDir } from './paths.ts';

/** A node that executes a real Subtensor runtime and builds a block only when told to. */
export interface Chopsticks {
  readonly url: string;
  readonly rpc: JsonRpc;
  /** Builds blocks; answers the hash of the last. */
  newBlock(count?: number): Promise<string>;
  /** Rewrites storage of the head block: `{ Pallet: { Item: [[keys, value], …] } }`, or raw `[key, value]` pairs in hex. */
  setStorage(values: StorageValues): Promise<void>;
  head(): Promise<{ number: number; hash: string }>;
  child: Child;
  [Symbol.asyncDispose](): Promise<void>;
}

export type StorageValues = Record<string, Record<string, unknown>> | [string, string | null][];

export const SPEC_185 = 'subtensor-185.json';
export const SPEC_218 = 'subtensor-218-rao.json';

/**
 * Starts Chopsticks on a raw chain spec of `../shared/chain`, on a free port.
 * `mockSignatures`: signatures of the form 0xdeadbeef… pass too; by default only real ones do.
 */
export async function startChopsticks(spec: string, { mockSignatures = false } = {}): Promise<Chopsticks> {
  const dir = await tempDir('chopsticks');
  const config = join(dir.path, 'config.yml');
  await writeFile(
    config,
    `genesis: ${sharedFile(`chain/${spec}`)}
port: 0
host: 127.0.0.1
build-block-mode: Manual
mock-signature-host: ${mockSignatures}
`,
  );
  const program = join(peersDir, 'node_modules/@acala-network/chopsticks/chopsticks.cjs');
  const child = startChild('node', [program, '--config', config], { cwd: dir.path });
  try {
    const match = await child.waitFor(/RPC listening on http:\/\/([\d.]+:\d+)/, 90_000);
    const url = `ws://${match[1]}`;
    const rpc = jsonRpc(url);
    return {
      url,
      rpc,
      child,
      newBlock: (count = 1) => rpc<string>('dev_newBlock', { count }),
      setStorage: async (values) => {
        await rpc('dev_setStorage', values);
      },
      head: async () => {
        const hash = await rpc<string>('chain_getBlockHash');
        const header = await rpc<{ number: string }>('chain_getHeader', hash);
        return { number: Number(header.number), hash };
      },
      [Symbol.asyncDispose]: async () => {
        await child.stop('SIGKILL');
        await dir[Symbol.asyncDispose]();
      },
    };
  } catch (error) {
    await child.stop('SIGKILL');
    await dir[Symbol.asyncDispose]();
    throw error;
  }
}

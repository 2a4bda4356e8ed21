import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { type Child, startChild } from './child.ts';
import { peersDir } from './paths.ts';
import { until } from './until.ts';

/** A decoded value of @polkadot/api, as far as the tests use it. */
export interface Codec {
  toJSON(): unknown;
  toHuman(): unknown;
  toString(): string;
  toHex(): string;
  toU8a(isBare?: boolean): Uint8Array;
  readonly isNone?: boolean;
}

export interface KeyringPair {
  readonly address: string;
  readonly publicKey: Uint8Array;
}

export interface Submittable {
  signAsync(pair: KeyringPair, options?: Record<string, unknown>): Promise<Submittable>;
  send(): Promise<Codec>;
  send(status: (result: SubmitResult) => void): Promise<() => void>;
  signAndSend(pair: KeyringPair, options?: Record<string, unknown>): Promise<Codec>;
  toHex(): string;
}

export interface SubmitResult {
  readonly status: {
    readonly isInBlock: boolean;
    readonly isFinalized: boolean;
    readonly asInBlock: Codec;
    readonly type: string;
  };
  readonly events: readonly { event: { section: string; method: string; data: Codec } }[];
  readonly dispatchError?: Codec;
}

type StorageEntry = ((...keys: unknown[]) => Promise<Codec>) & {
  key(...keys: unknown[]): string;
  entries(...keys: unknown[]): Promise<[Codec & { args: Codec[] }, Codec][]>;
  multi(keys: readonly unknown[]): Promise<Codec[]>;
};
type Section<T> = Record<string, Record<string, T>>;

/** The parts of `ApiPromise` that the tests use. */
export interface PolkadotApi {
  readonly query: Section<StorageEntry>;
  readonly tx: Section<(...args: unknown[]) => Submittable>;
  readonly call: Section<(...args: unknown[]) => Promise<Codec>>;
  readonly consts: Section<Codec>;
  readonly rpc: Section<(...args: unknown[]) => Promise<Codec>>;
  readonly genesisHash: Codec;
  readonly runtimeVersion: { readonly specVersion: Codec };
  readonly registry: PolkadotRegistry;
  at(hash: string): Promise<PolkadotApi>;
  disconnect(): Promise<void>;
}

export interface PolkadotRegistry {
  createType(type: string, ...values: unknown[]): Codec;
  setMetadata(metadata: unknown): void;
  findMetaError(indexAndError: Uint8Array): { section: string; name: string };
}

export interface PolkadotModules {
  /** Connects; the caller disconnects. */
  connect(url: string): Promise<PolkadotApi>;
  /** Accounts by secret URI, e.g. `//Alice`. */
  keyring: { addFromUri(uri: string): KeyringPair };
  /** For other modules of the same installation. */
  require: NodeJS.Require;
}

/** `@polkadot/api` of `test/peers`. */
export async function loadPolkadotApi(): Promise<PolkadotModules> {
  const load = createRequire(join(peersDir, 'package.json'));
  const { ApiPromise, WsProvider, Keyring } = load('@polkadot/api');
  const { cryptoWaitReady } = load('@polkadot/util-crypto');
  await cryptoWaitReady();
  return {
    connect: (url) =>
      ApiPromise.create({ provider: new WsProvider(url, 1_000), noInitWarn: true, throwOnConnect: true }),
    keyring: new Keyring({ type: 'sr25519', ss58Format: 42 }),
    require: load,
  };
}

export interface Sidecar {
  readonly url: string;
  /** GET; fails on any status but 200. */
  get<T = Record<string, unknown>>(path: string): Promise<T>;
  child: Child;
  [Symbol.asyncDispose](): Promise<void>;
}

/** `@substrate/api-sidecar` of `test/peers` in front of a node, on a free port. */
export async function startSidecar(nodeUrl: string): Promise<Sidecar> {
  const port = await freePort();
  const program = join(peersDir, 'node_modules/@substrate/api-sidecar/build/src/main.js');
  const child = startChild('node', [program], {
    cwd: peersDir,
    env: {
      SAS_SUBSTRATE_URL: nodeUrl,
      SAS_EXPRESS_BIND_HOST: '127.0.0.1',
      SAS_EXPRESS_PORT: String(port),
      SAS_LOG_STRIP_ANSI: 'true',
    },
  });
  const url = `http://127.0.0.1:${port}`;
  const get = async <T>(path: string): Promise<T> => {
    const response = await fetch(`${url}${path}`);
    const text = await response.text();
    if (!response.ok) throw new Error(`GET ${path}: ${response.status} ${text.slice(0, 500)}`);
    return JSON.parse(text) as T;
  };
  try {
    await until(async () => (await get('/node/version')) !== undefined, {
      what: 'the sidecar answers',
      deadlineMs: 90_000,
      everyMs: 200,
      onTimeout: () => child.output().slice(-3_000),
    });
  } catch (error) {
    await child.stop('SIGKILL');
    throw error;
  }
  return {
    url,
    get,
    child,
    [Symbol.asyncDispose]: async () => {
      await child.stop('SIGKILL');
    },
  };
}

/** A port of 127.0.0.1 that nobody listens on at this moment. */
export async function freePort(): Promise<number> {
  const server = createServer();
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  server.once('error', reject);
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    server.close(() => resolve(port));
  });
  return promise;
}

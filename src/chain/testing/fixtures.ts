import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fromHex } from '../../shared/index.ts';
import { Cursor, createRuntime, type Runtime } from '../codec/index.ts';

/** Where the shared data lies: `TAOSCOPE_SHARED`, else beside the checkout. */
const SHARED = resolve(
  process.env.TAOSCOPE_SHARED ?? new URL('../../../../shared', import.meta.url).pathname,
);

/** `true` when the shared data is there; tests that need it are skipped otherwise, and the reason is printed once. */
export const hasShared: boolean = existsSync(`${SHARED}/chain/metadata-343-v15.hex`);

if (!hasShared) {
  const reason = `no shared data at ${SHARED} (set TAOSCOPE_SHARED)`;
  if (process.env.REQUIRE_ALL === '1') throw new Error(reason);
  process.stderr.write(`skipped: ${reason}\n`);
}

/** Metadata of mainnet's spec 343: V14 as `state_getMetadata`, V15 without its `Option<Vec<u8>>` wrapping. */
export function metadata343(version: 14 | 15): Uint8Array {
  const bytes = fromHex(readFileSync(`${SHARED}/chain/metadata-343-v${version}.hex`, 'utf8').trim());
  if (version === 14) return bytes;
  const cursor = new Cursor(bytes);
  cursor.bool();
  return cursor.take(cursor.compact());
}

/** The runtime of mainnet's spec 343. */
export function runtime343(version: 14 | 15 = 15): Runtime {
  return createRuntime(
    { specName: 'node-subtensor', specVersion: 343, transactionVersion: 1 },
    metadata343(version),
  );
}

export interface Recording {
  readonly scenario: string;
  readonly method: string;
  readonly params: readonly unknown[];
  readonly result: unknown;
}

/** All recorded requests with an answer. */
export function recordings(): Recording[] {
  const text = readFileSync(`${SHARED}/fixtures/mainnet-rpc-recordings.json`, 'utf8');
  const file = JSON.parse(text) as Record<
    string,
    Record<string, { params: unknown[]; response: { result?: unknown } }[]>
  >;
  return Object.entries(file).flatMap(([scenario, methods]) =>
    typeof methods !== 'object'
      ? []
      : Object.entries(methods).flatMap(([method, list]) =>
          (Array.isArray(list) ? list : []).map(({ params, response }) => ({
            scenario,
            method,
            params,
            result: typeof response === 'object' ? response.result : undefined,
          })),
        ),
  );
}

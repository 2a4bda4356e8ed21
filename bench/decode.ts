import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createRuntime, decodeAll, encodeAll } from '../src/chain/codec/index.ts';
import { toHex } from '../src/shared/index.ts';
import { hasPeers, peersDir } from '../test/support/paths.ts';
import { machine, measure, showTimings } from './measure.ts';
import { metadata343 } from './metadata.ts';
import { realisticMetagraph } from './metagraph-value.ts';

const API = 'SubnetInfoRuntimeApi';
const METHOD = 'get_metagraph';

/** Warm decoding of `get_metagraph` answers, against @polkadot/api on the same bytes and the same metadata. */
export async function benchDecode(): Promise<void> {
  const metadata = metadata343();
  if (metadata === undefined || !hasPeers()) {
    console.log('decode: skipped; it needs TAOSCOPE_SHARED and test/peers');
    return;
  }
  const runtime = createRuntime(
    { specName: 'node-subtensor', specVersion: 343, transactionVersion: 1 },
    metadata,
  );
  const api = runtime.api(API, METHOD);
  if (api === undefined) throw new Error(`metadata 343 has no ${API}_${METHOD}`);
  const theirs = polkadotDecoder(metadata);

  for (const n of [256, 1_024]) {
    const bytes = encodeAll(api.output, realisticMetagraph(n));
    const decoded = theirs(bytes);
    // The comparison counts only when both read the same from the bytes.
    if (toHex(decoded.toU8a()) !== toHex(bytes))
      throw new Error('@polkadot/api reads something else from these bytes');
    const ours = decodeAll(api.output, bytes) as { hotkeys: Uint8Array[]; total_stake: bigint[] };
    const json = decoded.toJSON() as { totalStake: unknown[]; hotkeys: string[] };
    if (json.totalStake.some((stake, uid) => BigInt(stake as string) !== ours.total_stake[uid]))
      throw new Error('the stakes differ');

    const timings = measure(
      { taoscope: () => decodeAll(api.output, bytes), '@polkadot/api 16.5': () => theirs(bytes) },
      n === 256 ? { rounds: 60, warmUp: 30 } : { rounds: 30, warmUp: 10 },
    );
    console.log(`decode: ${METHOD} of ${n} neurons, ${bytes.length} bytes, metadata 343 (V15), warm`);
    console.log(showTimings(timings));
    const [a, b] = Object.values(timings);
    console.log(`  ratio of medians ${((b?.median ?? Number.NaN) / (a?.median ?? Number.NaN)).toFixed(1)} x`);
  }
}

interface PolkadotValue {
  toU8a(): Uint8Array;
  toJSON(): unknown;
}

/** What `api.call.subnetInfoRuntimeApi.getMetagraph` does with the bytes of an answer. */
function polkadotDecoder(metadata: Uint8Array): (bytes: Uint8Array) => PolkadotValue {
  const load = createRequire(join(peersDir, 'package.json'));
  const { TypeRegistry, Metadata } = load('@polkadot/types');
  const registry = new TypeRegistry();
  const parsed = new Metadata(registry, toHex(metadata));
  registry.setMetadata(parsed);
  const api = [...parsed.asLatest.apis].find((candidate) => candidate.name.toString() === API);
  const method = [...api.methods].find((candidate) => candidate.name.toString() === METHOD);
  const type: string = registry.createLookupType(method.output);
  return (bytes) => registry.createTypeUnsafe(type, [bytes]);
}

if (import.meta.main) {
  console.log(machine());
  await benchDecode();
}

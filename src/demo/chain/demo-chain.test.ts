import { blake2b } from '@noble/hashes/blake2.js';
import { blockHeader } from '@polkadot-api/substrate-bindings';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../shared/index.ts';
import { act } from '../population/actors.ts';
import { callApi } from '../runtime/call-api.ts';
import { runtimeAfter } from '../runtime/runtime.ts';
import { StateReader } from '../runtime/storage.ts';
import { DemoChain } from './demo-chain.ts';
import { Pool } from './pool.ts';

const OPTIONS = { seed: 'test', stateBlocks: 64, bodyBlocks: 128, finalityLag: 3 };

function makeChain(
  blocks: number,
  options = OPTIONS,
): { chain: DemoChain; pool: Pool; step: (count?: number) => void } {
  const chain = new DemoChain(options);
  const pool = new Pool(chain);
  const step = (count = 1) => {
    for (let left = count; left > 0; left--) {
      act(chain, pool, true);
      chain.produce(1_700_000_000_000 + 12_000 * chain.best.number, pool.ready());
    }
  };
  step(blocks);
  return { chain, pool, step };
}

function readerAt(chain: DemoChain, hash = chain.best.hash): StateReader {
  const found = chain.stateOf(hash);
  if (typeof found === 'string') throw new Error(found);
  return new StateReader(found.runtime, found.state);
}

describe('demo chain', () => {
  it('is the same chain for the same seed, and another for another', () => {
    const hash = (seed: string) => makeChain(40, { ...OPTIONS, seed }).chain.best.hash;
    expect(hash('a')).toBe(hash('a'));
    expect(hash('a')).not.toBe(hash('b'));
  });

  it('links headers whose hash is the Blake2-256 of their SCALE bytes', () => {
    const { chain } = makeChain(5);
    for (let number = 1; number <= 5; number++) {
      const block = chain.blockAt(number);
      if (block === undefined) throw new Error(`no block ${number}`);
      expect(block.parentHash).toBe(chain.blockHash(number - 1));
      // Encoded by another's codec from the parts that JSON-RPC shows.
      const bytes = blockHeader.enc({
        parentHash: block.parentHash,
        number,
        stateRoot: block.stateRoot,
        extrinsicRoot: block.extrinsicsRoot,
        digests: [
          {
            type: 'preRuntime',
            value: { engine: 'aura', payload: toHex(fromHex(block.digest[0] ?? '0x').slice(6)) },
          },
        ],
      });
      expect(toHex(blake2b(bytes, { dkLen: 32 }))).toBe(block.hash);
    }
  });

  it('lets the state of each kept block be read, and knows the others as discarded or unknown', () => {
    const { chain } = makeChain(100);
    expect(chain.oldestState).toBe(37);
    for (const number of [37, 50, 100]) {
      expect(readerAt(chain, chain.blockHash(number)).get('System', 'Number')).toBe(number);
    }
    expect(chain.stateOf(chain.blockHash(36) ?? '0x')).toBe('discarded');
    expect(chain.stateOf(`0x${'12'.repeat(32)}`)).toBe('unknown');
    expect(chain.block(chain.blockHash(36) ?? '0x')?.number).toBe(36);
  });

  it('replaces blocks in a fork, final ones never, and still tells what the lost branch held', () => {
    const { chain, step } = makeChain(30);
    const [final, lost] = [chain.finalized, chain.best];
    const lostNumber = readerAt(chain, lost.hash).sub<bigint>('SubnetTAO', 1);
    const left = chain.retract(100);
    expect(left.map((block) => block.number)).toEqual([30, 29, 28]);
    expect(chain.best.hash).toBe(final.hash);
    step(5);
    expect(chain.best.number).toBe(32);
    expect(chain.blockHash(30)).not.toBe(lost.hash);
    expect(chain.blockHash(27)).toBe(final.hash);
    expect(readerAt(chain, lost.hash).get('System', 'Number')).toBe(30);
    expect(readerAt(chain, lost.hash).sub('SubnetTAO', 1)).toBe(lostNumber);
    expect(readerAt(chain, lost.hash).get('System', 'ParentHash')).toBe(lost.parentHash);
  });

  it('tells every block as final, in order, through forks', () => {
    const { chain, step } = makeChain(0);
    const finals: number[] = [];
    chain.on('finalized', (block) => finals.push(block.number));
    step(10);
    chain.retract(2);
    step(6);
    expect(finals).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  });

  it('answers at the upgrade block with the new runtime, while that block’s events are of the old one', () => {
    const { chain } = makeChain(3);
    const upgrade = chain.produce(2_000_000_000_000, [], true);
    const state = readerAt(chain, upgrade.hash);
    expect(state.runtime.spec.specVersion).toBe(344);
    expect(toHex(state.raw.read('0x3a636f6465') ?? new Uint8Array())).toBe(toHex(runtimeAfter(1).code));
    const version = callApi(state, 'Core_version', new Uint8Array());
    if (!(version instanceof Uint8Array)) throw new Error(version);
    expect(state.runtime.api('Core_version')?.answer.dec(version).spec_version).toBe(344);
    const key = runtimeAfter(0).item('System', 'Events').key([]);
    const events = runtimeAfter(0).events.dec(state.raw.read(key) ?? new Uint8Array());
    expect(events.map((one: { event: { value: { type: string } } }) => one.event.value.type)).toContain(
      'CodeUpdated',
    );
    expect(upgrade.digest).toContain('0x08');
    expect(state.get('System', 'LastRuntimeUpgrade')).toMatchObject({ spec_version: 343 });
    const next = chain.produce(2_000_000_001_000);
    expect(readerAt(chain, next.hash).get('System', 'LastRuntimeUpgrade')).toMatchObject({
      spec_version: 344,
    });
  });

  it('says the same by runtime call as by storage', () => {
    const { chain } = makeChain(130, { ...OPTIONS, stateBlocks: 200, bodyBlocks: 200 });
    const state = readerAt(chain);
    for (const [netuid, mechanism] of [
      [1, 0],
      [2, 0],
      [3, 0],
      [3, 1],
    ] as const) {
      const name = 'SubnetInfoRuntimeApi_get_mechagraph';
      const answer = callApi(state, name, Uint8Array.of(netuid, 0, mechanism));
      if (!(answer instanceof Uint8Array)) throw new Error(answer);
      const metagraph = state.runtime.api(name)?.answer.dec(answer);
      const n = state.sub<number>('SubnetworkN', netuid);
      expect(metagraph.num_uids).toBe(n);
      expect(metagraph.hotkeys).toEqual(
        Array.from({ length: n }, (_, uid) => state.sub('Keys', netuid, uid)),
      );
      expect(metagraph.incentives).toEqual(state.sub('Incentive', mechanism * 4096 + netuid));
      expect(metagraph.consensus).toEqual(state.sub('Consensus', netuid));
      expect(metagraph.block).toBe(130n);
      for (const column of [
        'coldkeys',
        'axons',
        'active',
        'emission',
        'total_stake',
        'block_at_registration',
      ]) {
        expect(metagraph[column]).toHaveLength(n);
      }
    }
    expect(callApi(state, 'SubnetInfoRuntimeApi_get_metagraph', Uint8Array.of(9, 0))).toEqual(
      Uint8Array.of(0),
    );
  });

  it('has an epoch whose shares add up and whose pay is what was put aside', () => {
    const { chain } = makeChain(130, { ...OPTIONS, stateBlocks: 200, bodyBlocks: 200 });
    // Tempo 20, netuid 1: every 21 blocks, last at 124; (124 + 2) % 21 = 0.
    const number = 124;
    const state = readerAt(chain, chain.blockHash(number));
    const before = readerAt(chain, chain.blockHash(number - 1));
    expect(state.sub('LastMechansimStepBlock', 1)).toBe(124n);
    const sum = (values: readonly (number | bigint)[]) =>
      values.reduce<number>((total, one) => total + Number(one), 0);
    for (const item of ['Incentive', 'Dividends', 'Consensus']) {
      expect(sum(state.sub<number[]>(item, 1)) / 65_535).toBeCloseTo(1, 2);
    }
    const aside = ['PendingServerEmission', 'PendingValidatorEmission'].map((item) =>
      before.sub<bigint>(item, 1),
    );
    const paid = sum(state.sub<bigint[]>('Emission', 1));
    // The block of the epoch itself puts 0.82 alpha aside before it pays.
    expect(paid / (sum(aside) + 820_000_000)).toBeCloseTo(1, 5);
    const permits = state.sub<boolean[]>('ValidatorPermit', 1);
    state.sub<number[]>('Incentive', 1).forEach((share, uid) => {
      if (permits[uid]) expect(share).toBe(0);
    });
  });
});

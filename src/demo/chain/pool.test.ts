import { beforeEach, describe, expect, it } from 'vitest';
import { type DemoKey, demoKey, devAccount } from '../population/keys.ts';
import { accountOf } from '../runtime/balances.ts';
import { type Call, signExtrinsic } from '../runtime/extrinsic.ts';
import { DemoChain } from './demo-chain.ts';
import { Pool, PoolRejection, type TransactionStatus } from './pool.ts';

const REMARK: Call = {
  type: 'System',
  value: { type: 'remark_with_event', value: { remark: new Uint8Array(3) } },
};

describe('pool', () => {
  let chain: DemoChain;
  let pool: Pool;

  beforeEach(() => {
    chain = new DemoChain({ seed: 'pool', stateBlocks: 128, bodyBlocks: 128, finalityLag: 3 });
    pool = new Pool(chain);
  });

  function signed(
    key: DemoKey,
    call: Call,
    nonce = pool.nextNonce(key.publicKey),
    genesisHash = chain.genesisHash,
  ) {
    const { runtime, best } = chain;
    const context = { runtime, genesisHash, blockHash: (number: number) => chain.blockHash(number) };
    return signExtrinsic(key, call, { nonce, current: best.number }, context);
  }

  function step(count = 1): void {
    for (; count > 0; count--) chain.produce(chain.best.timestampMs + 1_000, pool.ready());
  }

  function refusal(bytes: Uint8Array): [number, string | undefined] {
    try {
      pool.submit(bytes);
    } catch (error) {
      if (error instanceof PoolRejection) return [error.code, error.data];
      throw error;
    }
    throw new Error('the pool took it');
  }

  const alice = devAccount('//Alice');

  it('takes a signed extrinsic into the next block and counts the nonce', () => {
    pool.submit(signed(alice, REMARK));
    pool.submit(signed(alice, REMARK));
    expect(pool.nextNonce(alice.publicKey)).toBe(2);
    step();
    expect(chain.best.extrinsics).toHaveLength(3);
    expect(accountOf(chain.head, alice.publicKey).nonce).toBe(2);
    expect(pool.size).toBe(0);
  });

  it('refuses with the code and the words of a node', () => {
    const good = signed(alice, REMARK);
    const forged = Uint8Array.from(good);
    forged[50] = (forged[50] ?? 0) ^ 1;
    expect(refusal(forged)).toEqual([1010, 'Transaction has a bad signature']);
    const elsewhere = signed(alice, REMARK, 0, `0x${'01'.repeat(32)}`);
    chain.produce(1_000);
    const otherGenesis = signed(alice, REMARK, 0, `0x${'01'.repeat(32)}`);
    expect(refusal(otherGenesis)).toEqual([1010, 'Transaction has a bad signature']);
    expect(elsewhere).not.toEqual(otherGenesis);
    expect(refusal(signed(demoKey('pauper'), REMARK))[1]).toBe(
      'Inability to pay some fees , e.g. account balance too low',
    );
    expect(refusal(Uint8Array.of(1, 2, 3))[0]).toBe(1002);
    expect(refusal(good.slice(0, -1))[0]).toBe(1002);
    pool.submit(good);
    expect(refusal(good)[0]).toBe(1013);
    expect(
      refusal(
        signed(alice, { ...REMARK, value: { type: 'remark', value: { remark: new Uint8Array(9) } } }, 0),
      )[0],
    ).toBe(1014);
    step();
    expect(refusal(good)).toEqual([1010, 'Transaction is outdated']);
  });

  it('refuses free calls that could be abused, as the chain does', () => {
    const weights = { netuid: 1, dests: [1], weights: [1], version_key: 0n };
    const setWeights: Call = { type: 'SubtensorModule', value: { type: 'set_weights', value: weights } };
    expect(refusal(signed(alice, setWeights))).toEqual([1010, 'Custom error: 10']);
    const register: Call = {
      type: 'SubtensorModule',
      value: { type: 'burned_register', value: { netuid: 77, hotkey: alice.publicKey } },
    };
    expect(refusal(signed(alice, register))).toEqual([1010, 'Custom error: 3']);
  });

  it('lets a nonce from the future wait for those before it', () => {
    const seen: TransactionStatus[] = [];
    pool.watch(pool.submit(signed(alice, REMARK, 1)), (status) => seen.push(status));
    step();
    expect(chain.best.extrinsics).toHaveLength(1);
    pool.submit(signed(alice, REMARK, 0));
    step();
    expect(chain.best.extrinsics).toHaveLength(3);
    expect(seen).toEqual(['future', { inBlock: chain.best.hash }]);
  });

  it('tells a watcher of a block, its loss in a fork, the next block and finality', () => {
    const seen: TransactionStatus[] = [];
    step(5);
    pool.watch(pool.submit(signed(alice, REMARK)), (status) => seen.push(status));
    step();
    const lost = chain.best.hash;
    chain.retract(2);
    step(2);
    const first = chain.blockHash(5);
    step(3);
    expect(seen).toEqual([
      'ready',
      { inBlock: lost },
      { retracted: lost },
      { inBlock: first },
      { finalized: first },
    ]);
  });

  it('drops what was signed for another runtime', () => {
    const seen: TransactionStatus[] = [];
    step();
    chain.produce(chain.best.timestampMs + 1, [], true);
    step();
    const old = signed(alice, REMARK);
    pool.watch(pool.submit(old), (status) => seen.push(status));
    chain.produce(chain.best.timestampMs + 1, [], true);
    step();
    expect(chain.best.extrinsics).toHaveLength(1);
    expect(seen).toEqual(['ready', 'invalid']);
  });

  it('forgets a mortal transaction when its time is over', () => {
    const bytes = signed(alice, REMARK, 1);
    pool.submit(bytes);
    step(70);
    expect(pool.size).toBe(0);
    expect(refusal(bytes)[1]).toMatch(/bad signature|ancient birth block/);
  });
});

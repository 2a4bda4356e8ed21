import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { fromHex, type Hex, parseAccount, TaoscopeError, toHex, toSs58 } from '../../shared/index.ts';
import { decodeAll, encodeAll, type Runtime, type StorageEntry } from '../codec/index.ts';
import { changeMetadata } from '../testing/change-metadata.ts';
import { createFakeRpc, type FakeRuntime, fakeHeader } from '../testing/fake-rpc.ts';
import { hasShared, metadata343, recordings, runtime343 } from '../testing/fixtures.ts';
import { createStorageWriter } from '../testing/subnet.ts';
import { createViews } from '../view.ts';
import { knownCommitmentKey, TIMESTAMP_KEY } from './known-keys.ts';
import { commitmentKey, readCommitment } from './read-commitment.ts';
import { decodeRegistration, digestsOf, type Registration, registrationOf } from './registration.ts';

const identity = { specName: 'node-subtensor', specVersion: 343, transactionVersion: 1 };

// The key of the validator of netuid 64 and its parts, worked out in section 4 of the reference on Chutes.
const VALIDATOR = '5Dt7HZ7Zpw4DppPxFM7Ke3Cm7sDAWhsZXmM5ZAmE7dSVJbcQ';
const KEY =
  '0xca407206ec1ab726b2636c4b145ac287419a60ae8b01e6dcaebd7317e43c69bf400045624eff1d5f6d3a5063a3000daa02d892617cda479bc20bb8acf430a8cb167e653c5395b9d4f834';
const validator = parseAccount(VALIDATOR);

// deposit 0 as u64, block 5 000 000 (0x4c4b40) as u32, one field (compact 1), tag 131 = Sha256: section 6 of the reference on Subtensor.
const DIGEST = '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824';
const VALUE: Hex = `0x0000000000000000404b4c000483${DIGEST}`;

/** `Data` as the metadata decodes it, every variant of it, with the bytes by hand: tag, then the body. */
const anyData = fc.oneof(
  fc.constant({ field: { type: 'None', value: undefined }, bytes: '00', hex: '' }),
  fc.uint8Array({ maxLength: 128 }).map((raw) => ({
    field: { type: `Raw${raw.length}`, value: raw },
    bytes: byte(raw.length + 1) + digits(raw),
    hex: digits(raw),
  })),
  fc
    .tuple(
      fc.constantFrom(...(['BlakeTwo256', 'Sha256', 'Keccak256', 'ShaThree256'] as const).entries()),
      fc.uint8Array({ minLength: 32, maxLength: 32 }),
    )
    .map(([[i, type], hash]) => ({
      field: { type, value: hash },
      bytes: byte(130 + i) + digits(hash),
      hex: digits(hash),
    })),
  fc.tuple(fc.uint8Array({ maxLength: 63 }), fc.bigInt(0n, 2n ** 64n - 1n)).map(([encrypted, round]) => ({
    field: { type: 'TimelockEncrypted', value: { encrypted, reveal_round: round } },
    bytes: byte(134) + byte(encrypted.length << 2) + digits(encrypted) + littleEndian(round),
    hex: digits(encrypted),
    round,
  })),
  fc.constant({ field: { type: 'ResetBondsFlag', value: undefined }, bytes: '87', hex: '' }),
  fc.uint8Array({ maxLength: 63 }).map((raw) => ({
    field: { type: 'BigRaw', value: raw },
    bytes: byte(136) + byte(raw.length << 2) + digits(raw),
    hex: digits(raw),
  })),
);

describe.skipIf(!hasShared)('commitments', () => {
  let runtime: Runtime;
  let entry: StorageEntry;
  beforeAll(() => {
    runtime = runtime343();
    entry = runtime.storage('Commitments', 'CommitmentOf')!;
  });

  /** A view of block 100 of a made-up chain that runs the given metadata, with storage as it is. */
  async function viewOf(storage: Map<Hex, Hex>, metadata = metadata343(15), version = 15) {
    const header = fakeHeader(100);
    const program: FakeRuntime = { ...identity, metadata: new Map([[version, metadata]]) };
    const blocks = [header, fakeHeader(99)].map((at) => ({
      header: at,
      code: 'x',
      storage,
      calls: new Map(),
    }));
    const rpc = createFakeRpc(blocks, { x: program });
    return { rpc, view: await createViews(rpc).view(header) };
  }

  /** An account's commitment of netuid 64, as raw bytes. */
  const holding = (value: Hex) => new Map<Hex, Hex>([[KEY, value]]);

  test.each([14, 15] as const)('a digest is read with its bytes (metadata V%i)', async (version) => {
    const { view } = await viewOf(
      holding(`0x0000000000000000640000000483${DIGEST}` as Hex),
      metadata343(version),
      version,
    );
    expect(commitmentKey(view, 64, validator)).toBe(KEY);
    expect(await readCommitment(view, 64, validator)).toEqual({
      key: KEY,
      value: `0x0000000000000000640000000483${DIGEST}`,
      deposit: 0n,
      setAt: 100,
      fields: [{ kind: 'Sha256', hex: DIGEST }],
    });
  });

  test('the key is the one that a client asked mainnet for', async () => {
    const { params } = recordings().find(
      ({ scenario, method }) => scenario === 'get_commitment' && method === 'state_getStorageAt',
    )!;
    const asked = params[0] as Hex;
    const [netuid, account] = entry.keysOf(asked) as [number, Uint8Array];
    const { view } = await viewOf(new Map());
    expect(netuid).toBe(23);
    expect(commitmentKey(view, netuid, parseAccount(toSs58(account)))).toBe(asked);
    expect(knownCommitmentKey(netuid, account)).toBe(asked);
    expect(view.storageKey('Timestamp', 'Now', [])).toBe(TIMESTAMP_KEY);
  });

  test('no commitment, one of another netuid and one of another account are none', async () => {
    expect(await readCommitment((await viewOf(new Map())).view, 64, validator)).toBeUndefined();
    const { view } = await viewOf(holding(VALUE));
    expect(await readCommitment(view, 65, validator)).toBeUndefined();
    expect(await readCommitment(view, 0, validator)).toBeUndefined();
    expect(await readCommitment(view, 64, new Uint8Array(32))).toBeUndefined();
  });

  test('one that is set in a block to come is not believed, and asked for again', async () => {
    const { rpc, view } = await viewOf(holding(VALUE));
    await expect(readCommitment(view, 64, validator)).rejects.toMatchObject({ code: 'falsified' });
    expect(rpc.rejected).toHaveLength(3);
  });

  test('bytes that are no commitment are undecodable, not "none"', async () => {
    const { view } = await viewOf(holding(`${VALUE}00`));
    await expect(readCommitment(view, 64, validator)).rejects.toMatchObject({ code: 'undecodable' });
    const empty = await viewOf(holding('0x'));
    await expect(readCommitment(empty.view, 64, validator)).rejects.toMatchObject({ code: 'undecodable' });
  });

  test('pruned state and an absent pallet are errors of their own', async () => {
    const gone = await viewOf(new Map());
    gone.rpc.lies.push({
      method: 'state_queryStorageAt',
      tell: () => {
        throw new TaoscopeError('state-pruned', { failed: 'State already discarded' });
      },
    });
    await expect(readCommitment(gone.view, 64, validator)).rejects.toMatchObject({ code: 'state-pruned' });
    const without = changeMetadata(metadata343(15), (metadata) => {
      metadata.pallets = metadata.pallets.filter(({ name }) => name !== 'Commitments');
    });
    const { view } = await viewOf(new Map(), without);
    await expect(readCommitment(view, 64, validator)).rejects.toMatchObject({ code: 'unsupported' });
    expect(() => commitmentKey(view, 64, validator)).toThrow(
      'does not offer storage Commitments.CommitmentOf',
    );
  });

  test('a description in another order or with other names decides how bytes are read', async () => {
    // Another runtime: the block stands before the deposit.
    const moved = changeMetadata(metadata343(15), ({ lookup }) => {
      const { def } = lookup.find(
        ({ path }) => path.at(-1) === 'Registration' && path[0] === 'pallet_commitments',
      )!;
      if (def.tag === 'composite') def.value.unshift(...def.value.splice(1, 1));
    });
    const { view } = await viewOf(holding(`0x6400000000000000000000000483${DIGEST}`), moved);
    expect(await readCommitment(view, 64, validator)).toMatchObject({
      setAt: 100,
      fields: [{ hex: DIGEST }],
    });
    const renamed = changeMetadata(metadata343(15), ({ lookup }) => {
      const { def } = lookup.find(
        ({ path }) => path.at(-1) === 'Registration' && path[0] === 'pallet_commitments',
      )!;
      if (def.tag === 'composite') def.value[1]!.name = 'when';
    });
    const other = await viewOf(holding(`0x0000000000000000640000000483${DIGEST}`), renamed);
    await expect(readCommitment(other.view, 64, validator)).rejects.toMatchObject({ code: 'unsupported' });
  });

  test('every kind of content: by the metadata and without it, from bytes laid out by hand, and back', () => {
    fc.assert(
      fc.property(
        fc.bigInt(0n, 2n ** 64n - 1n),
        fc.nat(2 ** 31 - 1),
        fc.array(anyData, { maxLength: 3 }),
        (deposit, setAt, contents) => {
          const head = littleEndian(deposit) + littleEndian(BigInt(setAt)).slice(0, 8);
          const bytes = fromHex(
            `0x${head}${byte(contents.length << 2)}${contents.map((one) => one.bytes).join('')}`,
          );
          const expected: Registration = {
            deposit,
            setAt,
            fields: contents.map((one) => ({
              kind: one.field.type,
              hex: one.hex,
              ...('round' in one ? { revealRound: one.round } : {}),
            })),
          };
          expect(decodeRegistration(bytes)).toEqual(expected);
          const decoded = decodeAll(entry.value, bytes, 'a registration');
          expect(registrationOf(decoded)).toEqual(expected);
          expect(toHex(encodeAll(entry.value, decoded))).toBe(toHex(bytes));
          const written = { deposit, block: setAt, info: { fields: contents.map(({ field }) => field) } };
          const { storage, put } = createStorageWriter(runtime);
          put('Commitments', 'CommitmentOf', [64, validator], written);
          expect(storage.get(KEY)).toBe(toHex(bytes));
        },
      ),
    );
  });
});

describe('without metadata', () => {
  test('the keys are known', () => {
    expect(knownCommitmentKey(64, validator)).toBe(KEY);
    // As every Substrate tool shows it, and 4097 as bytes 01 10.
    expect(TIMESTAMP_KEY).toBe('0xf0c365c3cf59d671eb72da0e7a4113c49f1f0515f462cdcf84e0f1d6045dfcbb');
    expect(knownCommitmentKey(4_097, validator).slice(66, 70)).toBe('0110');
  });

  test('digests of one kind, in order', () => {
    const registration = decodeRegistration(fromHex(VALUE));
    expect(registration).toEqual({
      deposit: 0n,
      setAt: 5_000_000,
      fields: [{ kind: 'Sha256', hex: DIGEST }],
    });
    expect(digestsOf(registration)).toEqual([DIGEST]);
    expect(digestsOf(registration, 'Keccak256')).toEqual([]);
  });

  test.each([
    ['nothing', '0x'],
    ['cut short', VALUE.slice(0, -2)],
    ['more', `${VALUE}00`],
    ['a kind of the future', '0x0000000000000000404b4c000489'],
    ['more fields than there are', '0x0000000000000000404b4c000800'],
    ['far more fields than allowed', `0x0000000000000000404b4c0044${'00'.repeat(17)}`],
    ['a claim of a gigabyte', '0x0000000000000000404b4c000488feffffff'],
  ])('%s is undecodable', (_, value) => {
    expect(() => decodeRegistration(fromHex(value))).toThrow(
      'cannot decode a value of Commitments.CommitmentOf',
    );
  });

  test('no bytes make it throw anything else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          decodeRegistration(bytes);
        } catch (error) {
          expect(error).toMatchObject({ code: 'undecodable' });
        }
      }),
    );
  });

  test.each([
    undefined,
    null,
    7,
    [],
    {},
    { deposit: 0n, block: 1, info: { fields: 'none' } },
    { deposit: 0n, block: 1, info: { fields: [{ value: 1 }] } },
    { deposit: 0n, block: 1, info: { fields: [{ type: 'Sha256', value: [1, 2] }] } },
    { deposit: 0n, block: '1', info: { fields: [] } },
    {
      deposit: 0n,
      block: 1,
      info: { fields: [{ type: 'TimelockEncrypted', value: { encrypted: new Uint8Array() } }] },
    },
  ])('a decoded value of another shape is not guessed at (%#)', (value) => {
    expect(registrationOf(value)).toBeUndefined();
  });
});

function byte(value: number): string {
  return value.toString(16).padStart(2, '0');
}

function digits(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

function littleEndian(value: bigint): string {
  return value.toString(16).padStart(16, '0').match(/../g)!.reverse().join('');
}

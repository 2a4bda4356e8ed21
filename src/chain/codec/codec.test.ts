import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { fromHex, toHex } from '../../shared/index.ts';
import { hasShared, metadata343, runtime343 } from '../testing/fixtures.ts';
import { arbitraryOf, isInhabited } from '../testing/type-arbitrary.ts';
import { Cursor, createRuntime, decodeAll, defaultOf, encodeAll, type Runtime } from './index.ts';
import { compactBig, compactSmall } from './primitives.ts';

describe('compact integers', () => {
  // Examples of the SCALE specification (polkadot-sdk documentation, "SCALE codec": compact/general integers).
  test.each([
    [0n, '0x00'],
    [1n, '0x04'],
    [42n, '0xa8'],
    [69n, '0x1501'],
    [65_535n, '0xfeff0300'],
    [100_000_000_000_000n, '0x0b00407a10f35a'],
  ])('%s is %s', (value, hex) => {
    expect(toHex(encodeAll(compactBig(64), value))).toBe(hex);
    expect(decodeAll(compactBig(64), fromHex(hex))).toBe(value);
  });

  test('every u64 comes back as the same bigint', () => {
    const codec = compactBig(64);
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
        (value) => decodeAll(codec, encodeAll(codec, value)) === value,
      ),
    );
  });

  test.each([
    ['longer than needed', '0x0100'],
    ['longer than needed', '0x02000000'],
    ['longer than needed', '0x0300000000'],
    ['longer than needed', '0x0700000000 00'.replace(' ', '')],
    ['beyond its type', '0x02000400'],
    ['cut short', '0x01'],
  ])('a compact u16 that is %s is refused (%s)', (_, hex) => {
    expect(() => decodeAll(compactSmall(16), fromHex(hex))).toThrow(
      expect.objectContaining({ code: 'undecodable' }),
    );
  });
});

describe.skipIf(!hasShared)('codecs of spec 343', () => {
  let runtime: Runtime;
  beforeAll(() => {
    runtime = runtime343();
  });

  test('every type takes generated values to bytes and back', () => {
    const ids = Array.from({ length: runtime.types.size }, (_, id) => id).filter((id) =>
      isInhabited(runtime.types, id),
    );
    expect(ids.length).toBeGreaterThan(600);
    for (const id of ids) {
      const codec = runtime.types.codec(id);
      fc.assert(
        fc.property(arbitraryOf(runtime.types, id), (value) => {
          const bytes = encodeAll(codec, value);
          expect(decodeAll(codec, bytes)).toEqual(value);
          expect(bytes.length).toBeGreaterThanOrEqual(codec.minBytes);
        }),
        { numRuns: 3 },
      );
    }
  }, 120_000);

  test('storage values decode the same by V14 and V15 metadata', () => {
    const old = runtime343(14);
    let compared = 0;
    for (const pallet of runtime.metadata.pallets) {
      for (const item of pallet.storage?.items ?? []) {
        const [v15, v14] = [runtime.storage(pallet.name, item.name)!, old.storage(pallet.name, item.name)!];
        expect(v14.keys.map((key) => key.hasher)).toEqual(v15.keys.map((key) => key.hasher));
        expect(v14.fallback).toEqual(v15.fallback);
        if (v15.fallback !== undefined) expect(defaultOf(v14)).toEqual(defaultOf(v15));
        const valueId = item.type.tag === 'plain' ? item.type.value : item.type.value.value;
        if (!isInhabited(runtime.types, valueId)) continue;
        fc.assert(
          fc.property(arbitraryOf(runtime.types, valueId), (value) => {
            const bytes = encodeAll(v15.value, value);
            expect(decodeAll(v14.value, bytes)).toEqual(decodeAll(v15.value, bytes));
          }),
          { numRuns: 3 },
        );
        compared++;
      }
    }
    expect(compared).toBeGreaterThan(250);
  }, 60_000);

  test('random bytes never do worse than `undecodable`', () => {
    const methods = runtime.metadata.apis.flatMap((api) =>
      api.methods.map((method) => runtime.api(api.name, method.name)!),
    );
    fc.assert(
      fc.property(fc.constantFrom(...methods), fc.uint8Array({ maxLength: 400 }), ({ output }, bytes) => {
        try {
          decodeAll(output, bytes);
        } catch (error) {
          expect(error).toMatchObject({ code: 'undecodable' });
        }
      }),
      { numRuns: 3_000 },
    );
  });

  test('a length that its bytes cannot hold is refused before anything is allocated', () => {
    const { value } = runtime.storage('SubtensorModule', 'Emission')!;
    expect(() => decodeAll(value, fromHex('0xfeffffff01'), 'Emission')).toThrowErrorMatchingInlineSnapshot(`
      [TaoscopeError: cannot decode Emission
        got:      a sequence claims 1073741823 elements, the 1 bytes left hold at most 0 at byte 0
        expected: bytes that fit the metadata of the runtime that wrote them
        to do:    ask another endpoint; if all agree, report it with the block and the name above]
    `);
  });

  test('the error names the path to the byte at fault', () => {
    const { output } = runtime.api('NeuronInfoRuntimeApi', 'get_neurons_lite')!;
    const bytes = new Uint8Array(170);
    bytes[0] = 4;
    bytes[67] = 9;
    expect(() => decodeAll(output, bytes)).toThrow(/\[0\]\.active/);
  });

  test('calls within calls end at a bound', () => {
    const { call } = runtime.extrinsic;
    const nested = (depth: number): unknown =>
      depth === 0
        ? { type: 'System', value: { type: 'remark', value: { remark: new Uint8Array() } } }
        : { type: 'Utility', value: { type: 'batch', value: { calls: [nested(depth - 1)] } } };
    expect(decodeAll(call, encodeAll(call, nested(20)))).toEqual(nested(20));
    expect(() => decodeAll(call, encodeAll(call, nested(500)))).toThrow(/nested deeper/);
  });

  test.each([14, 15] as const)('metadata V%i cut short or with bytes left over is refused', (version) => {
    const identity = { specName: 'node-subtensor', specVersion: 343, transactionVersion: 1 };
    const bytes = metadata343(version);
    for (const wrong of [
      bytes.subarray(0, -1),
      Buffer.concat([bytes, Buffer.of(0)]),
      bytes.subarray(0, 1000),
      new Uint8Array(),
    ]) {
      expect(() => createRuntime(identity, wrong)).toThrow(expect.objectContaining({ code: 'undecodable' }));
    }
  });
});

test('a cursor reads u64 compacts of every length like the plain arithmetic', () => {
  for (let length = 4; length <= 8; length++) {
    const bytes = Uint8Array.of(((length - 4) << 2) | 3, ...Array.from({ length }, (_, i) => 0xf0 + i));
    const expected = BigInt(`0x${Buffer.from(bytes.subarray(1)).reverse().toString('hex')}`);
    expect(new Cursor(bytes).compactBig(64)).toBe(expected);
  }
});

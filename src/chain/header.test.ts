import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { sharedFile } from '../../test/support/paths.ts';
import { requirement } from '../../test/support/requirement.ts';
import type { Hex } from '../shared/index.ts';
import { fetchHeader, hashHeader, parseHeader } from './header.ts';
import type { RequestOptions, Rpc } from './rpc/index.ts';

/** Polkadot's block 1 000 000, as any explorer of that chain shows it. */
const POLKADOT_1M = {
  hash: '0x490cd542b4a40ad743183c7d1088a4fe7b1edf21e50c850b86f29e389f31c5c1',
  header: {
    parentHash: '0xe89d37367d4c8310520d6f0a43cfaa4a722aa54a9a3fbdf59a108cfaec8fc3b3',
    number: '0xf4240',
    stateRoot: '0xf85945dd5a4cc62fda9527b07e58632b0c12a78ce5f0e4d92e44b65c5919ec49',
    extrinsicsRoot: '0xfd4fdcff91ba217c04b1eb64925c354e31a3f7cc27bda72f7f090a5a27b532bc',
    digest: {
      logs: [
        '0x0642414245b5010397000000c52edc0f000000002477179454d7803d78c89a458f3aa1223f887c67c71383ee10003f0919caff0390e039aef579da4d501499311e62f3567305255a5613e75e4f816b166f511908dd0a875741ac1cf53c81b59a36971e0303c443e475c2fc59bfb2385946b5a702',
        '0x05424142450101ecf08f9ed7930c0ce2b9e8eeca3f2432e828cddf53bc067c9cfafe31522b26194acaac7672a63e238f4b93b18f24c6d4a211bfccb1c9caf0270a29c4eab2418e',
      ],
    },
  },
} as const;

/** A transport that gives the next of the given answers and asks again like the real one when an answer is not believed. */
function answering(...answers: unknown[]): Rpc & { asked: number } {
  const rpc = {
    asked: 0,
    async request<T>(
      _method: string,
      _params: readonly unknown[],
      { check }: RequestOptions<T> = {},
    ): Promise<T> {
      for (;;) {
        const answer = answers[Math.min(rpc.asked++, answers.length - 1)];
        try {
          return check === undefined ? (answer as T) : check(answer);
        } catch (error) {
          if (rpc.asked >= 3) throw error;
        }
      }
    },
    heads: () => {
      throw new Error('not needed');
    },
    stats: () => [],
    close: async () => {},
  };
  return rpc;
}

test('the hash of a header is the one under which the chain knows it', () => {
  expect(hashHeader(parseHeader(POLKADOT_1M.header))).toBe(POLKADOT_1M.hash);
});

const recordingsFile = sharedFile('fixtures/mainnet-rpc-recordings.json');
describe.skipIf(
  !requirement(
    'recorded headers',
    existsSync(recordingsFile),
    'no mainnet-rpc-recordings.json in TAOSCOPE_SHARED',
  ),
)('headers recorded on Bittensor mainnet', () => {
  test('all hash to the hash they were asked by', () => {
    type Entry = { params: unknown[]; response: { result?: unknown } };
    const recordings = JSON.parse(readFileSync(recordingsFile, 'utf8')) as Record<
      string,
      Record<string, Entry[]>
    >;
    const entries = Object.values(recordings).flatMap((methods) => methods.chain_getHeader ?? []);
    const asked = entries.filter(({ params }) => typeof params[0] === 'string');
    expect(asked.length).toBeGreaterThan(50);
    for (const { params, response } of asked)
      expect(hashHeader(parseHeader(response.result))).toBe(params[0]);
  });
});

describe('reading a header', () => {
  const { hash, header } = POLKADOT_1M;
  const forged = { ...header, stateRoot: `0x${'00'.repeat(32)}` };

  test('gives the header with its number and whether it was verified', async () => {
    const read = await fetchHeader(answering(header), hash, { strict: true });
    expect(read).toMatchObject({ number: 1_000_000, hash, parentHash: header.parentHash, verified: true });
  });

  test('does not believe a header that is not the one of the hash, and asks again', async () => {
    expect((await fetchHeader(answering(forged, header), hash, { strict: true })).verified).toBe(true);
    expect((await fetchHeader(answering(forged, header), hash, { strict: false })).verified).toBe(true);
    await expect(fetchHeader(answering(forged), hash, { strict: true })).rejects.toMatchObject({
      code: 'falsified',
    });
  });

  test('takes the same unverifiable header when it is given twice, only if that is allowed', async () => {
    const rpc = answering(forged);
    expect(await fetchHeader(rpc, hash, { strict: false })).toMatchObject({
      number: 1_000_000,
      hash,
      verified: false,
    });
    expect(rpc.asked).toBe(2);
    const other = { ...forged, extrinsicsRoot: forged.stateRoot };
    const wavering = answering(forged, other, forged);
    await expect(fetchHeader(wavering, hash, { strict: false })).rejects.toMatchObject({ code: 'falsified' });
  });

  test('believes the header of block 0, whose hash names the chain, when it is given twice', async () => {
    const genesis = { ...header, number: '0x0' };
    const rpc = answering(genesis);
    expect(await fetchHeader(rpc, hash, { strict: true })).toMatchObject({ number: 0, verified: false });
    expect(rpc.asked).toBe(2);
    expect(await fetchHeader(answering(genesis, header), hash, { strict: true })).toMatchObject({
      number: 1_000_000,
      verified: true,
    });
  });

  test('says that a block is unknown', async () => {
    await expect(fetchHeader(answering(null), hash, { strict: true })).rejects.toMatchObject({
      code: 'not-found',
    });
  });
});

describe('a header from outside', () => {
  const { header } = POLKADOT_1M;
  test.each<[string, unknown]>([
    ['no object', 'header'],
    ['null', null],
    ['a list', [header]],
    ['no digest', { ...header, digest: undefined }],
    ['digest items that are no hex', { ...header, digest: { logs: ['0x0g'] } }],
    ['empty digest items', { ...header, digest: { logs: ['0x'] } }],
    ['too many digest items', { ...header, digest: { logs: Array.from({ length: 257 }, () => '0x00') } }],
    ['a digest beyond its bound', { ...header, digest: { logs: [`0x${'00'.repeat(2 * 1024 * 1024)}`] } }],
    ['a short parent hash', { ...header, parentHash: '0x12' }],
    ['no number', { ...header, number: undefined }],
    ['a number that is none', { ...header, number: '0xzz' }],
    ['a number beyond u32', { ...header, number: '0x100000000' }],
    ['a negative number', { ...header, number: -1 }],
    ['a broken number', { ...header, number: 1.5 }],
  ])('is refused with %s', (_name, value) => {
    expect(() => parseHeader(value)).toThrowError(expect.objectContaining({ code: 'falsified' }));
  });

  test('may write its hashes in capitals', () => {
    const upper = { ...header, parentHash: `0x${header.parentHash.slice(2).toUpperCase()}` as Hex };
    expect(parseHeader(upper).parentHash).toBe(header.parentHash);
  });
});

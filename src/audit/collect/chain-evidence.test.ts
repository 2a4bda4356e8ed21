import { expect, test } from 'vitest';
import type { BlockView, Chain, StorageRequest } from '../../chain/index.ts';
import { TaoscopeError } from '../../shared/index.ts';
import type { ListedReport } from '../types.ts';
import { createEvidenceReader } from './chain-evidence.ts';

const BLOCK = 5_000_000;
const DIGEST = 'ab'.repeat(32);
const REPORT: ListedReport = {
  source: 'made-up',
  role: 'validator',
  hotkey: '5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY',
  entryId: 'x',
  block: BLOCK,
  path: 'x',
  start: 0,
  end: 3_600_000_000,
};

/** A chain of one block. `told`: what the node says it holds; `proven`: what its proof shows. */
function chainWith({
  told,
  proven,
}: {
  told: Uint8Array | undefined;
  proven: Uint8Array | undefined | TaoscopeError;
}) {
  let proofs = 0;
  const view = {
    block: { number: BLOCK, hash: `0x${'11'.repeat(32)}` },
    header: {},
    storageKey: () => '0x01',
    timestamp: async () => 3_700_000,
    async storageBytes({ check }: StorageRequest) {
      const fields = [{ type: 'Sha256', value: told }];
      const value = told && { deposit: 0n, block: BLOCK, info: { fields } };
      check?.(value);
      return { key: '0x01', bytes: told, value };
    },
  } as unknown as BlockView;
  const chain = {
    head: async () => ({ number: BLOCK + 1, hash: `0x${'22'.repeat(32)}` }),
    blockAt: async () => view.block,
    view: async () => view,
    async readProof() {
      proofs++;
      if (proven instanceof TaoscopeError) throw proven;
      return { nodes: [], values: [proven] };
    },
  } as unknown as Chain;
  return { reader: createEvidenceReader(chain), proofs: () => proofs };
}

const digest = Buffer.from(DIGEST, 'hex');
const other = Buffer.from('cd'.repeat(32), 'hex');

test('a value is read when the storage proof of the node shows the same', async () => {
  const { commitment } = await chainWith({ told: digest, proven: digest }).reader.read(REPORT, 64);
  expect(commitment).toMatchObject({
    outcome: 'read',
    commitment: { setAt: BLOCK, fields: [{ hex: DIGEST }] },
  });
});

test.each([
  ['another digest', { told: other, proven: digest }],
  ['a digest where there is none', { told: digest, proven: undefined }],
  ['none where there is one', { told: undefined, proven: digest }],
])('a node that tells %s than its proof shows is not believed', async (_, chain) => {
  const { commitment } = await chainWith(chain).reader.read(REPORT, 64);
  expect(commitment).toMatchObject({ outcome: 'failed', reason: 'rpc' });
});

test('a proof that does not lead to the root of the state leaves it open', async () => {
  const proven = new TaoscopeError('falsified', { failed: 'a proof is none' });
  const { commitment } = await chainWith({ told: digest, proven }).reader.read(REPORT, 64);
  expect(commitment).toMatchObject({ outcome: 'failed', reason: 'rpc' });
});

test('a node that gives no proofs is taken at its word, and asked for one once', async () => {
  const proven = new TaoscopeError('unsupported', { failed: 'no proofs here' });
  const { reader, proofs } = chainWith({ told: digest, proven });
  for (let n = 0; n < 3; n++)
    expect((await reader.read(REPORT, 64)).commitment).toMatchObject({ outcome: 'read' });
  expect(proofs()).toBe(1);
});

test('what is no fault of the node is thrown on, never a verdict', async () => {
  const proven = new TaoscopeError('disk-full', { failed: 'no room' });
  await expect(chainWith({ told: digest, proven }).reader.read(REPORT, 64)).rejects.toThrow('no room');
});

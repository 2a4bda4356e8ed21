import { expect, test } from 'vitest';
import { TaoscopeError } from '../../shared/index.ts';
import type { BlockView } from '../types.ts';
import { noSuchSubnet } from './standing.ts';

const viewThatCannotList = (error: Error) =>
  ({
    block: { number: 9, hash: '0x00' },
    hasStorage: () => true,
    // biome-ignore lint/correctness/useYield: it fails before the first page.
    async *entries() {
      throw error;
    },
  }) as unknown as BlockView;

test('a subnet is not found even where the node cannot list those there are', async () => {
  const view = viewThatCannotList(new TaoscopeError('rpc-refused', { failed: 'Method not found' }));
  expect(await noSuchSubnet(view, 65)).toMatchObject({
    code: 'not-found',
    parts: { got: 'netuid 65', expected: 'a netuid of this chain' },
  });
});

test('a stop stays a stop', async () => {
  const view = viewThatCannotList(new TaoscopeError('aborted', { failed: 'stopped' }));
  await expect(noSuchSubnet(view, 65)).rejects.toMatchObject({ code: 'aborted' });
});

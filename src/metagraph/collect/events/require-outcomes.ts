import type { ChainEvent, Extrinsic } from '../../../chain/index.ts';
import { TaoscopeError } from '../../../shared/index.ts';

/**
 * Throws `falsified` where the events and the body of a block, which come in different answers, do not belong together:
 * every extrinsic ends in one `ExtrinsicSuccess` or `ExtrinsicFailed`, and no event is of an extrinsic that is not there.
 */
export function requireOutcomes(
  block: number,
  extrinsics: readonly Extrinsic[],
  events: readonly ChainEvent[],
): void {
  const outcomes = new Array<number>(extrinsics.length).fill(0);
  for (const { pallet, name, extrinsicIndex } of events) {
    if (extrinsicIndex === undefined) continue;
    if (extrinsicIndex >= extrinsics.length)
      throw contradicted(block, `an event of extrinsic ${extrinsicIndex}`, `${extrinsics.length} extrinsics`);
    if (pallet === 'System' && (name === 'ExtrinsicSuccess' || name === 'ExtrinsicFailed'))
      outcomes[extrinsicIndex]!++;
  }
  const odd = outcomes.findIndex((count) => count !== 1);
  if (odd !== -1) throw contradicted(block, `${outcomes[odd]} results of extrinsic ${odd}`, 'one of each');
}

function contradicted(block: number, got: string, expected: string): TaoscopeError {
  return new TaoscopeError('falsified', {
    failed: `the events of block ${block} are not those of its extrinsics`,
    got,
    expected,
  });
}

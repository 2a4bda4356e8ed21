import { TaoscopeError } from '../../shared/index.ts';
import { storageIndex } from '../metagraph/columns.ts';
import { PALLET, requireU16 } from '../metagraph/index.ts';
import type { BlockView } from '../types.ts';

/** `GLOBAL_MAX_SUBNET_COUNT`: where mechanisms are, netuids are below it, and there is room for 16 in a u16. */
const NETUIDS = 4_096;
const MECHANISMS = 16;

/** The storage index of a mechanism of a subnet; `usage` when it is none, `unsupported` when the runtime has one mechanism only. */
export function requireStorageIndex(view: BlockView, netuid: number, mechanism: number): number {
  requireU16(netuid);
  if (mechanism === 0) return netuid;
  if (!Number.isInteger(mechanism) || mechanism < 0 || mechanism >= MECHANISMS || netuid >= NETUIDS) {
    throw new TaoscopeError('usage', {
      failed: 'this is not a mechanism of a subnet',
      got: `mechanism ${mechanism} of netuid ${netuid}`,
      expected: `a mechanism from 0 to ${MECHANISMS - 1} of a netuid below ${NETUIDS}`,
    });
  }
  // There, the index would be the netuid of another subnet.
  if (!view.hasStorage(PALLET, 'MechanismCountCurrent')) {
    throw new TaoscopeError('unsupported', {
      failed: `subnets have one mechanism only at block ${view.block.number}`,
      got: `mechanism ${mechanism} of netuid ${netuid}`,
      expected: 'mechanism 0',
    });
  }
  return storageIndex(netuid, mechanism);
}

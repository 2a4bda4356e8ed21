import { type AccountId, sameBytes } from '../../shared/index.ts';
import { OWNER_PARAMETERS } from '../metadata/admin-utils.ts';
import { epochAt } from './epoch.ts';
import type { EventLog } from './events.ts';
import { badOrigin, ensure, moduleFailure } from './failure.ts';
import type { StateWriter } from './storage.ts';

/**
 * A `sudo_set_…` call of `AdminUtils`: the owner of a subnet sets one of its parameters. Refused in the last
 * `AdminFreezeWindow` blocks before an epoch. Unlike the chain's, not limited to one change per two tempos, and without
 * bounds for values.
 */
export function setParameter(
  state: StateWriter,
  log: EventLog,
  who: AccountId,
  call: string,
  args: Readonly<Record<string, unknown>>,
  block: number,
): void {
  const parameter = OWNER_PARAMETERS.find((one) => one.call === call);
  if (parameter === undefined) throw moduleFailure('System', 'CallFiltered');
  const netuid = args.netuid as number;
  if (!state.sub<boolean>('NetworksAdded', netuid)) throw moduleFailure('AdminUtils', 'SubnetDoesNotExist');
  if (!sameBytes(state.sub<AccountId>('SubnetOwner', netuid), who)) throw badOrigin();
  const tempo = state.sub<number>('Tempo', netuid);
  const left = epochAt(netuid, tempo, block).next - block;
  ensure(left >= state.sub<number>('AdminFreezeWindow'), 'AdminActionProhibitedDuringWeightsWindow');
  const value = args[parameter.argument];
  state.putSub(parameter.item, netuid, value);
  if (parameter.event !== undefined) log.emit('SubtensorModule', parameter.event, [netuid, value]);
}

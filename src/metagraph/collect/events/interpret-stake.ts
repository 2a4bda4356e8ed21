import { type ChainEvent, eventField } from '../../../chain/index.ts';
import type { Facts, Interpret } from './draft.ts';
import { accountAt, amountAt, u16At } from './event-fields.ts';

/**
 * Stake events of every era. Until spec 219 stake was TAO on a hotkey and the coldkey only in the call; since 233 it is
 * alpha of a subnet. A move between subnets is told under both.
 */
export const interpretStake: Readonly<Record<string, Interpret>> = {
  StakeAdded: (event) => changed('stake-added', event),
  StakeRemoved: (event) => changed('stake-removed', event),
  StakeMoved: (event) =>
    moved({
      coldkey: accountAt(event, 'coldkey', '0'),
      hotkey: accountAt(event, 'origin_hotkey', '1'),
      from: u16At(event, 'origin_netuid', '2'),
      otherHotkey: accountAt(event, 'destination_hotkey', '3'),
      to: u16At(event, 'destination_netuid', '4'),
      tao: amountAt(event, 'tao_amount', 'tao', 'amount', '5'),
    }),
  StakeTransferred: (event) =>
    moved({
      coldkey: accountAt(event, 'origin_coldkey', '0'),
      otherColdkey: accountAt(event, 'destination_coldkey', '1'),
      hotkey: accountAt(event, 'hotkey', '2'),
      from: u16At(event, 'origin_netuid', '3'),
      to: u16At(event, 'destination_netuid', '4'),
      tao: amountAt(event, 'tao_amount', 'tao', 'amount', '5'),
    }),
  StakeSwapped: (event) =>
    moved({
      coldkey: accountAt(event, 'coldkey', '0'),
      hotkey: accountAt(event, 'hotkey', '1'),
      from: u16At(event, 'origin_netuid', '2'),
      to: u16At(event, 'destination_netuid', '3'),
      tao: amountAt(event, 'tao_amount', 'tao', 'amount', '4'),
    }),
};

function changed(kind: 'stake-added' | 'stake-removed', event: ChainEvent): Facts | undefined {
  // (hotkey, TAO) until spec 219; since 233 (coldkey, hotkey, TAO, alpha, netuid), with a fee from 261 on.
  if (eventField(event, 'alpha', '3') === undefined) {
    const hotkey = accountAt(event, 'hotkey', '0');
    const tao = amountAt(event, 'amount', 'tao', '1');
    return hotkey === undefined || tao === undefined ? undefined : { kind, hotkey, tao };
  }
  const [coldkey, hotkey] = [accountAt(event, 'coldkey', '0'), accountAt(event, 'hotkey', '1')];
  const tao = amountAt(event, 'tao_amount', 'tao', '2');
  const alpha = amountAt(event, 'alpha_amount', 'alpha', '3');
  const netuid = u16At(event, 'netuid', '4');
  if (coldkey === undefined || hotkey === undefined || tao === undefined) return undefined;
  if (alpha === undefined || netuid === undefined) return undefined;
  return { kind, coldkey, hotkey, tao, alpha, netuid };
}

interface Move {
  readonly coldkey: Facts['coldkey'];
  readonly hotkey: Facts['hotkey'];
  readonly otherColdkey?: Facts['otherColdkey'];
  readonly otherHotkey?: Facts['otherHotkey'];
  readonly from: number | undefined;
  readonly to: number | undefined;
  readonly tao: bigint | undefined;
}

/** Both rows say the same: hotkey and coldkey are those it came from, the others those it went to; the values are netuids. */
function moved({ from, to, tao, coldkey, hotkey, ...others }: Move): readonly Facts[] | undefined {
  if (from === undefined || to === undefined || tao === undefined) return undefined;
  if (coldkey === undefined || hotkey === undefined) return undefined;
  // A destination that is in the event, but is no account, makes the whole event another one than we know.
  if (Object.values(others).includes(undefined)) return undefined;
  const facts = {
    ...({ kind: 'stake-moved', coldkey, hotkey, ...others, tao } as const),
    oldValue: String(from),
    newValue: String(to),
  };
  if (from === to) return [{ ...facts, netuid: from }];
  return [
    { ...facts, netuid: from, otherNetuid: to },
    { ...facts, netuid: to, otherNetuid: from },
  ];
}

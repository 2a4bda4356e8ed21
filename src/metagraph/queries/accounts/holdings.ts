import { BLOCKS_PER_DAY, raoToNumber, toSs58, u16ToFraction } from '../../../shared/index.ts';
import type { Store } from '../../../store/index.ts';
import { classOf } from '../../analysis/classes.ts';
import type { PruningOrder } from '../../analysis/pruning/pruning-order.ts';
import type { NeuronRow } from '../../neuron-row.ts';
import { standingOf } from './pruning.ts';
import { currentOccupants, servedIp } from './seats.ts';
import { type NewestFacts, newestFacts, periodOf, priceRaoOf } from './subnet-facts.ts';

/** A neuron that an account has, with what it is worth and how safe it is. Coins in `unit`, or TAO where the name says so. */
export interface Holding {
  netuid: number;
  name: string | null;
  symbol: string | null;
  block: number;
  uid: number;
  hotkey: string;
  role: 'validator' | 'miner' | 'idle';
  unit: 'alpha' | 'tao';
  /** All that is staked to the hotkey on the subnet, by whomever. */
  stake: number | null;
  stakeTao: number | null;
  /** TAO per alpha. */
  price: number | null;
  incentive: number | null;
  dividends: number | null;
  /** At the last epoch's pay; of a validator before its nominators get their part. */
  emissionPerDay: number | null;
  emissionPerDayTao: number | null;
  registeredAt: number | null;
  /** Blocks. */
  immunityLeft: number | null;
  /** 1 goes first; `null` is safe, or not known. */
  pruningPlace: number | null;
  /** Neurons on the subnet. */
  neurons: number;
  /** Cost to register now, TAO. */
  reregisterCost: number | null;
  ip: string | null;
}

/** What some registered neurons hold, each with the facts and the pruning order of its subnet. */
export async function holdingsOf(
  store: Store,
  rows: readonly NeuronRow[],
  signal: AbortSignal | undefined,
): Promise<Holding[]> {
  const netuids = [...new Set(rows.map(({ netuid }) => netuid))];
  const [facts, occupants] = await Promise.all([
    newestFacts(store, netuids, signal),
    netuids.length === 0 ? [] : currentOccupants(store, { netuids }, signal),
  ]);
  const bySubnet = Map.groupBy(occupants, ({ netuid }) => netuid);
  const orders = new Map(
    [...facts].map(([netuid, newest]) => [netuid, standingOf(bySubnet.get(netuid) ?? [], newest)?.order]),
  );
  return rows.map((row) =>
    holdingOf(row, {
      newest: facts.get(row.netuid),
      order: orders.get(row.netuid),
      neurons: bySubnet.get(row.netuid)?.length ?? 0,
    }),
  );
}

interface Surroundings {
  readonly newest: NewestFacts | undefined;
  readonly order: PruningOrder | undefined;
  readonly neurons: number;
}

function holdingOf(row: NeuronRow, { newest, order, neurons }: Surroundings): Holding {
  const facts = newest?.facts;
  const unit = row.unit_name;
  const priceRao = unit === 'tao' || facts === undefined ? undefined : priceRaoOf(facts);
  const price = priceRao === undefined ? null : raoToNumber(priceRao);
  const toTao = (amount: number | null) =>
    amount === null ? null : unit === 'tao' ? amount : price === null ? null : amount * price;
  const stake = coins(row.stake ?? row.total_stake);
  const period = facts === undefined ? undefined : periodOf(facts);
  const emission = coins(row.emission);
  const perDay =
    emission === null || period === undefined
      ? emission === 0
        ? 0
        : null
      : (emission * BLOCKS_PER_DAY) / period;
  const registeredAt = row.registered_at === null ? null : Number(row.registered_at);
  return {
    netuid: row.netuid,
    name: facts?.name ?? null,
    symbol: facts?.symbol ?? null,
    block: row.block,
    uid: row.uid,
    hotkey: toSs58(Buffer.from(row.hotkey_hex, 'hex')),
    role: roleOf(row),
    unit,
    stake,
    stakeTao: toTao(stake),
    price,
    incentive: row.incentive === null ? null : u16ToFraction(row.incentive),
    dividends: row.dividends === null ? null : u16ToFraction(row.dividends),
    emissionPerDay: perDay,
    emissionPerDayTao: toTao(perDay),
    registeredAt,
    immunityLeft:
      registeredAt === null || facts?.immunityPeriod === undefined
        ? null
        : Math.max(0, registeredAt + facts.immunityPeriod - row.block),
    pruningPlace: order?.place[row.uid] ?? null,
    neurons,
    reregisterCost: facts?.burn === undefined ? null : raoToNumber(facts.burn),
    ip: row.axon_block === null ? null : servedIp(row.axon_ip),
  };
}

function roleOf({ validator_trust, validator_permit, incentive, trust }: NeuronRow): Holding['role'] {
  if (classOf(validator_trust, validator_permit) === 'validator') return 'validator';
  return (incentive ?? trust ?? 0) > 0 ? 'miner' : 'idle';
}

function coins(rao: string | null): number | null {
  return rao === null ? null : raoToNumber(BigInt(rao));
}

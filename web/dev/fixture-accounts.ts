import type { ColdkeyBody, EarningsBody, StandingBody } from '../../src/server/figure-schemas.ts';
import { account, metagraphAt, random, subnetAt, timeOf } from './fixture-data.ts';

/** Bodies about accounts over the invented chain; `undefined` when the path is none of theirs. */
export function accountAt(
  path: string,
  query: (name: string) => string | undefined,
  head: number,
  nowMs: number,
): object | undefined {
  const found = /^\/(coldkeys|neurons)\/([^/]+)(\/earnings|\/standing)?$/.exec(path);
  const [, of, encoded = '', part] = found ?? [];
  const key = decodeURIComponent(encoded);
  if (of === undefined || !/^[1-9A-HJ-NP-Za-km-z]{47,48}$/.test(key)) return undefined;
  if (part === '/earnings') return earnings(key, Number(query('days') ?? 30), head, nowMs);
  if (of === 'coldkeys') {
    const body = part === undefined ? coldkeyBody(key, head, nowMs) : undefined;
    return body?.holdings.length === 0 ? undefined : body;
  }
  return part === '/standing' ? standing(key, head, nowMs) : undefined;
}

type Holding = ColdkeyBody['holdings'][number];

function holdings(
  head: number,
  nowMs: number,
  mine: (neuron: { hotkey: string; coldkey?: string }) => boolean,
) {
  return [0, 1, 2, 4, 20].flatMap((netuid): Holding[] => {
    const subnet = subnetAt(netuid, head);
    const price = netuid === 0 ? 1 : Number(subnet.priceTao);
    const { neurons, block, unit } = metagraphAt(netuid, 0, Math.floor(head / 10) * 10, head, nowMs);
    return neurons.filter(mine as never).map((neuron) => {
      const stake = Number(neuron.totalStake ?? 0) / 1e9;
      const perDay = (Number(neuron.emission ?? 0) / 1e9) * 20;
      return {
        netuid,
        name: subnet.name ?? null,
        symbol: subnet.symbol ?? null,
        block,
        uid: neuron.uid,
        hotkey: neuron.hotkey,
        role: neuron.validatorPermit === true ? 'validator' : (neuron.incentive ?? 0) > 0 ? 'miner' : 'idle',
        unit,
        stake,
        stakeTao: stake * price,
        price,
        incentive: neuron.incentiveFraction ?? null,
        dividends: neuron.dividendsFraction ?? null,
        emissionPerDay: netuid === 0 ? null : perDay,
        emissionPerDayTao: netuid === 0 ? null : perDay * price,
        registeredAt: neuron.registeredAt ?? null,
        immunityLeft: Math.max(0, (neuron.registeredAt ?? 0) + 5_000 - head),
        pruningPlace: neuron.uid < 3 ? null : neuron.uid,
        neurons: neurons.length,
        reregisterCost: netuid === 0 ? null : Number(subnet.burnTao),
        ip: neuron.axon?.ip ?? null,
      };
    });
  });
}

function coldkeyBody(coldkey: string, head: number, nowMs: number): ColdkeyBody {
  const held = holdings(head, nowMs, (neuron) => neuron.coldkey === coldkey);
  const sum = (of: (holding: Holding) => number | null) =>
    held.reduce((total, each) => total + (of(each) ?? 0), 0);
  return {
    coldkey,
    identityName: 'tao5 <b>bold</b>',
    holdings: held,
    totals: {
      neurons: held.length,
      subnets: new Set(held.map(({ netuid }) => netuid)).size,
      hotkeys: new Set(held.map(({ hotkey }) => hotkey)).size,
      stakeTao: sum(({ stakeTao }) => stakeTao),
      emissionPerDayTao: sum(({ emissionPerDayTao }) => emissionPerDayTao),
    },
    siblings:
      held.length === 0
        ? []
        : [2, 3].map((each) => ({ coldkey: account(900_000 + each), ip: '203.0.113.20', neurons: each })),
  };
}

function earnings(key: string, days: number, head: number, nowMs: number): EarningsBody {
  const day = Array.from({ length: Math.min(days, 90) }, (_, index) =>
    timeOf(head - (Math.min(days, 90) - 1 - index) * 7_200, head, nowMs).slice(0, 10),
  );
  const next = random(key.charCodeAt(5));
  return {
    from: day[0] ?? '',
    to: day.at(-1) ?? '',
    day,
    subnets: [1, 2, 4].map((netuid, at) => {
      const amount = day.map((_, index) => (at === 1 && index < 8 ? null : 4 + at * 3 + next() * 2));
      return {
        netuid,
        unit: 'alpha' as const,
        amount,
        tao: amount.map((each) => (each === null ? null : each * Number(subnetAt(netuid, head).priceTao))),
        epochs: day.map((_, index) => (index % 9 === 4 ? 17 : 20)),
        expected: day.map(() => 20),
      };
    }),
  };
}

function standing(hotkey: string, head: number, nowMs: number): StandingBody {
  const held = holdings(head, nowMs, (neuron) => neuron.hotkey === hotkey);
  const first = held[0];
  const { neurons } = metagraphAt(1, 0, head, head, nowMs);
  const coldkey = neurons.find((each) => each.hotkey === hotkey)?.coldkey;
  return {
    hotkey,
    holdings: held,
    siblings:
      first === undefined
        ? []
        : neurons
            .filter((each) => each.hotkey !== hotkey && (each.coldkey === coldkey || each.uid === 40))
            .map((each) => ({
              netuid: 1,
              uid: each.uid,
              hotkey: each.hotkey,
              coldkey: each.coldkey ?? null,
              by: each.uid === 40 ? ('ip' as const) : ('coldkey' as const),
              ip: each.axon?.ip ?? null,
            })),
    tenures: [
      ...held.map(({ netuid, uid, registeredAt, block }) => ({
        netuid,
        uid,
        coldkey: coldkey ?? null,
        registeredAt,
        firstBlock: Math.max(registeredAt ?? 0, head - 216_000),
        lastBlock: block,
        present: true,
      })),
      {
        netuid: 4,
        uid: 77,
        coldkey: account(900_001),
        registeredAt: head - 400_000,
        firstBlock: head - 399_990,
        lastBlock: head - 250_000,
        present: false,
      },
    ],
  };
}

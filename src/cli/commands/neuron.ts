import type { Command } from 'commander';
import { type BlockView, readMetagraph, readSubnets } from '../../chain/index.ts';
import { type MetagraphJson, type NeuronJson, presentMetagraph } from '../../metagraph/index.ts';
import {
  type AccountId,
  parseAccount,
  recordsToCsv,
  stringifyJson,
  TaoscopeError,
  toSs58,
} from '../../shared/index.ts';
import { createContext } from '../context.ts';
import type { Effects } from '../effects.ts';
import { renderFacts } from '../table.ts';
import { withView } from './chain.ts';

export interface NeuronOptions {
  netuid?: number;
  block?: number;
  json?: boolean;
  csv?: boolean;
}

/** A neuron with the snapshot it stands in. */
interface Found {
  readonly snapshot: MetagraphJson;
  readonly neuron: NeuronJson;
}

/** `taoscope neuron <hotkey>` */
export async function neuron(
  command: Command,
  effects: Effects,
  address: string,
  options: NeuronOptions,
): Promise<void> {
  const hotkey = parseAccount(address);
  const context = createContext(command, effects);
  const found = await withView(context, options.block, (view) =>
    findNeurons(view, hotkey, options.netuid, effects.signal),
  );
  const items = found.map(({ snapshot, neuron }) => ({
    netuid: snapshot.netuid,
    block: snapshot.block,
    blockHash: snapshot.blockHash,
    specVersion: snapshot.specVersion,
    unit: snapshot.unit,
    ...neuron,
  }));
  if (options.json) {
    effects.stdout.write(
      `${stringifyJson(options.netuid === undefined ? { hotkey: toSs58(hotkey), neurons: items } : items[0], 2)}\n`,
    );
  } else if (options.csv) {
    effects.stdout.write(recordsToCsv(items));
  } else
    effects.stdout.write(
      found.map(({ snapshot, neuron }) => renderFacts(neuronFacts(snapshot, neuron))).join('\n'),
    );
}

async function findNeurons(
  view: BlockView,
  hotkey: AccountId,
  netuid: number | undefined,
  signal: AbortSignal,
): Promise<Found[]> {
  const netuids =
    netuid === undefined ? (await readSubnets(view, signal)).map((facts) => facts.netuid) : [netuid];
  const uids = await view.storageMany(
    netuids.map((id) => ({ pallet: 'SubtensorModule', item: 'Uids', keys: [id, hotkey] })),
    signal,
  );
  const found: Found[] = [];
  for (const [index, id] of netuids.entries()) {
    const uid = uids[index];
    if (uid === undefined && netuid === undefined) continue;
    // With --netuid the subnet is read even so: an unknown one has its own error.
    const snapshot = presentMetagraph(await readMetagraph(view, id, { signal }));
    const neuron = snapshot.neurons.find((candidate) => candidate.uid === uid);
    if (neuron !== undefined) found.push({ snapshot, neuron });
  }
  if (found.length === 0) {
    throw new TaoscopeError('not-found', {
      failed: `${toSs58(hotkey)} is not registered ${netuid === undefined ? 'on any subnet' : `on netuid ${netuid}`} at block ${view.block.number}`,
      expected: 'the hotkey of a neuron (not its coldkey)',
      todo: netuid === undefined ? 'check the address' : 'leave out --netuid to look on all subnets',
    });
  }
  return found;
}

/** What the field calls NeuronInfo, each figure with its unit. */
function neuronFacts(m: MetagraphJson, n: NeuronJson): [string, string][] {
  const coin = m.unit === 'alpha' ? 'alpha' : 'TAO';
  const facts: [string, string | undefined][] = [
    ['netuid', String(m.netuid)],
    ['uid', String(n.uid)],
    ['hotkey', n.hotkey],
    ['coldkey', n.coldkey],
    ['stake', withUnit(n.stakeAlpha ?? n.stakeTao, coin)],
    ['total stake', withUnit(n.totalStakeAlpha ?? n.totalStakeTao, coin)],
    ['rank', fraction(n.rankFraction, n.rank)],
    ['trust', fraction(n.trustFraction, n.trust)],
    ['consensus', fraction(n.consensusFraction, n.consensus)],
    ['incentive', fraction(n.incentiveFraction, n.incentive)],
    ['dividends', fraction(n.dividendsFraction, n.dividends)],
    ['validator trust', fraction(n.validatorTrustFraction, n.validatorTrust)],
    ['emission', withUnit(n.emissionAlpha ?? n.emissionTao, `${coin} per epoch`)],
    ['updated', n.updated === undefined ? undefined : `${n.updated} blocks ago (block ${n.lastUpdate})`],
    ['validator permit', n.validatorPermit === undefined ? undefined : n.validatorPermit ? 'yes' : 'no'],
    ['active', n.active === undefined ? undefined : n.active ? 'yes' : 'no'],
    ['registered', n.registeredAt === undefined ? undefined : `at block ${n.registeredAt}`],
    [
      'axon',
      n.axon === undefined
        ? 'not served'
        : `${n.axon.ip}:${n.axon.port}, version ${n.axon.version}, since block ${n.axon.block}`,
    ],
    ['height', `block ${m.block}`],
  ];
  return facts.filter((fact): fact is [string, string] => fact[1] !== undefined);
}

function withUnit(decimal: string | undefined, unit: string): string | undefined {
  return decimal === undefined ? undefined : `${decimal} ${unit}`;
}

function fraction(value: number | undefined, raw: number | undefined): string | undefined {
  return value === undefined ? undefined : `${value.toFixed(5)} (${raw} of 65535)`;
}

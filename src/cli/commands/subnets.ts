import type { Command } from 'commander';
import { readSubnets } from '../../chain/index.ts';
import { presentSubnet, type SubnetJson } from '../../metagraph/index.ts';
import { recordsToCsv, shortAddress, stringifyJson } from '../../shared/index.ts';
import { createContext } from '../context.ts';
import type { Effects } from '../effects.ts';
import { type Column, renderTable } from '../table.ts';
import { withView } from './chain.ts';
import { fixed } from './metagraph.ts';

export interface SubnetsOptions {
  block?: number;
  json?: boolean;
  csv?: boolean;
}

/** `taoscope subnets` */
export async function subnets(command: Command, effects: Effects, options: SubnetsOptions): Promise<void> {
  const context = createContext(command, effects);
  const { block, list } = await withView(context, options.block, async (view) => ({
    block: { number: view.block.number, hash: view.block.hash, specVersion: view.runtime.specVersion },
    list: (await readSubnets(view, effects.signal)).map((facts) => presentSubnet(facts, view.block)),
  }));
  if (options.json)
    effects.stdout.write(
      `${stringifyJson({ block: block.number, blockHash: block.hash, specVersion: block.specVersion, subnets: list }, 2)}\n`,
    );
  else if (options.csv) effects.stdout.write(recordsToCsv(list));
  else
    effects.stdout.write(`${list.length} subnets at block ${block.number}\n\n${renderTable(COLUMNS, list)}`);
}

const COLUMNS: Column<SubnetJson>[] = [
  { title: 'netuid', align: 'right', cell: (s) => String(s.netuid) },
  { title: 'name', cell: (s) => (s.name ?? '').slice(0, 24) },
  { title: 'symbol', cell: (s) => s.symbol ?? '' },
  { title: 'price τ/α', align: 'right', cell: (s) => fixed(s.priceTao, 6) },
  {
    title: 'neurons',
    align: 'right',
    cell: (s) => `${s.n}${s.maxUids === undefined ? '' : `/${s.maxUids}`}`,
  },
  { title: 'register τ', align: 'right', cell: (s) => fixed(s.burnTao, 4) },
  { title: 'tempo (blocks)', align: 'right', cell: (s) => String(s.tempo) },
  {
    title: 'next epoch',
    align: 'right',
    cell: (s) => (s.nextEpochBlock === undefined ? '' : String(s.nextEpochBlock)),
  },
  { title: 'mechanisms', align: 'right', cell: (s) => String(s.mechanisms) },
  { title: 'owner', cell: (s) => (s.ownerColdkey === undefined ? '' : shortAddress(s.ownerColdkey)) },
];

import type { Command } from 'commander';
import { openConfiguredStore, openRows } from '../../app.ts';
import { type BlockRef, type Chain, readMetagraph } from '../../chain/index.ts';
import {
  type MetagraphJson,
  metagraphToCsv,
  type NeuronJson,
  presentMetagraph,
  refresh,
} from '../../metagraph/index.ts';
import { isTaoscopeError, shortAddress, stringifyJson, TaoscopeError } from '../../shared/index.ts';
import { type Context, createContext } from '../context.ts';
import type { Effects } from '../effects.ts';
import { type Column, printable, renderTable } from '../table.ts';
import { withView } from './chain.ts';

export interface MetagraphOptions {
  block?: number;
  mechanism: number;
  source: string;
  refresh?: boolean;
  json?: boolean;
  csv?: boolean;
}

/** `taoscope metagraph <netuid>` */
export async function metagraph(
  command: Command,
  effects: Effects,
  netuid: number,
  options: MetagraphOptions,
): Promise<void> {
  const { source } = options;
  if (source !== 'auto' && source !== 'storage') {
    throw new TaoscopeError('usage', {
      failed: 'unknown --source',
      got: source,
      expected: 'auto or storage',
    });
  }
  const context = createContext(command, effects);
  const result = await withView(context, options.block, async (view, chain) => {
    const read = await readMetagraph(view, netuid, {
      mechanism: options.mechanism,
      signal: effects.signal,
      ...(source === 'storage' ? { source: 'storage' as const } : {}),
    });
    if (options.refresh) await keep(context, chain, view.block, netuid, options.block !== undefined);
    return presentMetagraph(read);
  });
  if (options.json) effects.stdout.write(`${stringifyJson(result, 2)}\n`);
  else if (options.csv) effects.stdout.write(metagraphToCsv(result));
  else effects.stdout.write(renderMetagraph(result));
}

/** Stores what was read, or has the server that owns the store read it. */
async function keep(
  context: Context,
  chain: Chain,
  block: BlockRef,
  netuid: number,
  atBlock: boolean,
): Promise<void> {
  const { config, logger, effects } = context;
  try {
    const store = await openConfiguredStore(config, logger, effects.signal);
    try {
      const rows = await openRows(config, store, chain);
      await refresh(chain, rows, block, {
        netuids: [netuid],
        source: config.collect.source,
        concurrency: 1,
        signal: effects.signal,
      });
    } finally {
      await store.close();
    }
  } catch (error) {
    if (!isTaoscopeError(error, 'store-owned') || typeof error.fields.url !== 'string') throw error;
    if (atBlock) {
      throw new TaoscopeError('usage', {
        failed: 'the running server stores its head only',
        got: `--block ${block.number}`,
        expected: '--refresh without --block while a server owns the data folder',
        todo: `use \`taoscope backfill --from ${block.number} --to ${block.number}\``,
      });
    }
    const { connectServed } = await import('../served.ts');
    await connectServed(error.fields.url, context).json('POST', `/subnets/${netuid}/refresh`, {});
  }
}

/** The table for people: fractions as decimals, coins in whole units. */
export function renderMetagraph(m: MetagraphJson): string {
  const coin = m.unit === 'alpha' ? 'α' : 'τ';
  const fraction = (value: number | undefined) => (value === undefined ? '' : value.toFixed(5));
  const right = (title: string, cell: (n: NeuronJson) => string): Column<NeuronJson> => ({
    title,
    align: 'right',
    cell,
  });
  const columns: Column<NeuronJson>[] = [
    right('uid', (n) => String(n.uid)),
    { title: 'hotkey', cell: (n) => shortAddress(n.hotkey) },
    { title: 'coldkey', cell: (n) => (n.coldkey === undefined ? '' : shortAddress(n.coldkey)) },
    right(`stake ${coin}`, (n) =>
      fixed(n.totalStakeAlpha ?? n.totalStakeTao ?? n.stakeAlpha ?? n.stakeTao, 3),
    ),
    right('incentive', (n) => fraction(n.incentiveFraction)),
    right('consensus', (n) => fraction(n.consensusFraction)),
    right('trust', (n) => fraction(n.trustFraction)),
    right('vtrust', (n) => fraction(n.validatorTrustFraction)),
    right('dividends', (n) => fraction(n.dividendsFraction)),
    right(`emission ${coin}`, (n) => fixed(n.emissionAlpha ?? n.emissionTao, 6)),
    right('updated (blocks)', (n) => (n.updated === undefined ? '' : String(n.updated))),
    { title: 'permit', cell: (n) => (n.validatorPermit ? '*' : '') },
    { title: 'active', cell: (n) => (n.active === undefined ? '' : n.active ? 'yes' : 'no') },
    { title: 'axon', cell: (n) => (n.axon === undefined ? '' : `${n.axon.ip}:${n.axon.port}`) },
  ];
  // A column that nobody on this subnet fills only takes room.
  const filled = columns.filter(
    ({ cell, title }) => title === 'uid' || m.neurons.some((n) => cell(n) !== ''),
  );
  const mechanism = m.mechanism === 0 ? '' : `, mechanism ${m.mechanism}`;
  const time = m.timestamp === undefined ? '' : ` (${m.timestamp})`;
  return `netuid ${m.netuid}${mechanism}: ${m.n} neurons at block ${m.block}${time}, ${printable(m.specName)} ${m.specVersion}, read by ${m.source}\n\n${renderTable(filled, m.neurons)}`;
}

/** Decimal text cut to so many places. */
export function fixed(decimal: string | undefined, places: number): string {
  if (decimal === undefined) return '';
  const [whole = '0', fraction = ''] = decimal.split('.');
  return `${whole}.${fraction.padEnd(places, '0').slice(0, places)}`;
}

import { type AccountId, TaoscopeError, toSs58 } from '../../shared/index.ts';
import type { Store } from '../../store/index.ts';
import type { NeuronJson } from '../json.ts';
import { NEURON_SELECT, type NeuronRow, parseNeuronRow } from '../neuron-row.ts';
import { isoTime, presentNeuron } from '../present.ts';

export interface Registration {
  netuid: number;
  mechanism: number;
  subnetName?: string;
  block: number;
  timestamp?: string;
  unit: 'alpha' | 'tao';
  /** Still registered at the newest snapshot of that subnet. */
  current: boolean;
  neuron: NeuronJson;
}

export interface HotkeyAnswer {
  hotkey: string;
  /** Owner coldkeys seen, newest first. */
  coldkeys: string[];
  registrations: Registration[];
}

const IS_HOTKEY = 'hotkey = toFixedString(unhex({hotkey:String}), 32)';

/** A hotkey over all subnets: where it is and was registered, each as last seen. Throws `not-found` when it was never seen. */
export async function hotkeyRegistrations(
  store: Store,
  { hotkey }: { hotkey: AccountId },
  signal?: AbortSignal,
): Promise<HotkeyAnswer> {
  const params = { hotkey: Buffer.from(hotkey).toString('hex') };
  const seen = new Map<string, NeuronRow>();
  const coldkeys = new Map<string, number>();
  // The roll-ups remember registrations that full resolution has forgotten.
  for (const table of ['neurons', 'neurons_hourly', 'neurons_epoch']) {
    const rows = await store.query<NeuronRow>(
      `SELECT ${NEURON_SELECT} FROM ${table} FINAL WHERE ${IS_HOTKEY}
       ORDER BY netuid, mechanism, block DESC LIMIT 1 BY netuid, mechanism`,
      { params, label: 'find a hotkey', signal },
    );
    for (const row of rows) {
      const key = `${row.netuid}/${row.mechanism}`;
      if ((seen.get(key)?.block ?? -1) < row.block) seen.set(key, row);
    }
    const owners = await store.query<{ coldkey_hex: string; last: number }>(
      `SELECT hex(assumeNotNull(coldkey)) AS coldkey_hex, max(block) AS last FROM ${table}
       WHERE ${IS_HOTKEY} AND coldkey IS NOT NULL GROUP BY coldkey_hex`,
      { params, label: 'find the owners of a hotkey', signal },
    );
    for (const { coldkey_hex, last } of owners)
      coldkeys.set(coldkey_hex, Math.max(last, coldkeys.get(coldkey_hex) ?? 0));
  }
  if (seen.size === 0) {
    throw new TaoscopeError('not-found', {
      failed: `the hotkey ${toSs58(hotkey)} is in no stored snapshot`,
      todo: 'check the address; a hotkey registered a moment ago appears with the next snapshot',
    });
  }
  const rows = [...seen.values()].sort((a, b) => a.netuid - b.netuid || a.mechanism - b.mechanism);
  const netuids = [...new Set(rows.map(({ netuid }) => netuid))];
  const [newest, names] = await Promise.all([
    newestSnapshots(store, netuids, signal),
    subnetNames(store, netuids, signal),
  ]);
  return {
    hotkey: toSs58(hotkey),
    coldkeys: [...coldkeys].sort(([, a], [, b]) => b - a).map(([hex]) => toSs58(Buffer.from(hex, 'hex'))),
    registrations: rows.map((row) => {
      const subnetName = names.get(row.netuid);
      return {
        netuid: row.netuid,
        mechanism: row.mechanism,
        ...(subnetName === undefined ? {} : { subnetName }),
        block: row.block,
        ...(row.seconds === 0 ? {} : { timestamp: isoTime(row.seconds * 1000) }),
        unit: row.unit_name,
        current: row.block >= (newest.get(`${row.netuid}/${row.mechanism}`) ?? 0),
        neuron: presentNeuron(parseNeuronRow(row), row.unit_name, row.block),
      };
    }),
  };
}

async function newestSnapshots(
  store: Store,
  netuids: readonly number[],
  signal: AbortSignal | undefined,
): Promise<Map<string, number>> {
  const rows = await store.query<{ netuid: number; mechanism: number; newest: number }>(
    `SELECT netuid, mechanism, max(block) AS newest FROM snapshots WHERE netuid IN {netuids:Array(UInt16)}
     GROUP BY netuid, mechanism`,
    { params: { netuids }, label: 'find the newest snapshots', signal },
  );
  return new Map(rows.map(({ netuid, mechanism, newest }) => [`${netuid}/${mechanism}`, newest]));
}

async function subnetNames(
  store: Store,
  netuids: readonly number[],
  signal: AbortSignal | undefined,
): Promise<Map<number, string>> {
  const rows = await store.query<{ netuid: number; latest: [string | null] }>(
    `SELECT netuid, argMax(tuple(name), block) AS latest FROM subnets_hourly WHERE netuid IN {netuids:Array(UInt16)}
     GROUP BY netuid`,
    { params: { netuids }, label: 'read subnet names', signal },
  );
  return new Map(
    rows.flatMap(({ netuid, latest }) => (latest[0] === null ? [] : [[netuid, latest[0]] as const])),
  );
}

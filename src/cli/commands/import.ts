import type { Command } from 'commander';
import { openConfiguredStore } from '../../app.ts';
import {
  createSnapshotStore,
  type ImportProgress,
  type ImportResult,
  importMetagraph,
} from '../../metagraph/index.ts';
import { isTaoscopeError, stringifyJson, TaoscopeError } from '../../shared/index.ts';
import { createContext } from '../context.ts';
import type { Effects } from '../effects.ts';

export interface ImportCommandOptions {
  netuid?: number;
  genesis?: string;
  skipBad?: boolean;
  json?: boolean;
}

/** `taoscope import <file>`: snapshots of an export, or of the old dashboards, into the store. */
export async function runImport(
  command: Command,
  effects: Effects,
  path: string,
  { netuid, genesis, skipBad = false, json = false }: ImportCommandOptions,
): Promise<void> {
  const { config, logger } = createContext(command, effects);
  const store = await openConfiguredStore(config, logger, effects.signal).catch((error: unknown) => {
    throw isTaoscopeError(error, 'store-owned') ? servedInstead(error) : error;
  });
  const progress = createProgressLine(effects.stderr);
  let result: ImportResult;
  try {
    result = await importMetagraph({
      store,
      rows: createSnapshotStore(store, config.retention),
      path,
      netuid,
      genesis: genesis === undefined ? undefined : parseGenesis(genesis),
      skipBad,
      signal: effects.signal,
      onProgress: progress.show,
    });
  } finally {
    progress.end();
    await store.close();
  }
  effects.stdout.write(json ? `${stringifyJson(result)}\n` : summary(path, result));
}

function parseGenesis(text: string): `0x${string}` {
  if (/^0x[0-9a-f]{64}$/i.test(text)) return text.toLowerCase() as `0x${string}`;
  throw new TaoscopeError('usage', {
    failed: 'this is not the hash of a genesis block',
    got: JSON.stringify(text.slice(0, 80)),
    expected: '0x and 64 hex digits',
  });
}

function servedInstead(owned: TaoscopeError): TaoscopeError {
  return new TaoscopeError(
    'store-owned',
    {
      failed: 'cannot import into a data folder that another process has open',
      got: owned.parts.got,
      expected: 'a folder that nobody uses, or a ClickHouse server (store.url)',
      todo: 'stop that process, import, and start it again; or choose another folder with --data',
    },
    { cause: owned, fields: owned.fields },
  );
}

function summary(
  path: string,
  { layout, snapshots, alreadyStored, neurons, mistakes, ignored }: ImportResult,
) {
  const kind = layout === 'dashboards' ? ' (a table of the old dashboards)' : '';
  return [
    `${path}${kind}: ${counted(snapshots, 'snapshot')} of ${counted(neurons, 'neuron')} stored`,
    alreadyStored > 0 ? `${alreadyStored} were stored before and stay as they are` : '',
    mistakes > 0 ? `${counted(mistakes, 'mistake')}; the snapshots that have one were left out` : '',
    ignored.length > 0 ? `columns not taken: ${ignored.map((name) => JSON.stringify(name)).join(', ')}` : '',
  ]
    .filter((line) => line !== '')
    .join('\n')
    .concat('\n');
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** A line that is redrawn on a terminal; elsewhere nothing. */
function createProgressLine(stderr: Effects['stderr']): {
  show(progress: ImportProgress): void;
  end(): void;
} {
  let shown = '';
  return {
    show({ phase, share }) {
      const line = `${phase} ${Math.floor(share * 100)} %`;
      if (!stderr.isTTY || line === shown) return;
      shown = line;
      stderr.write(`\r\x1b[2K${line}`);
    },
    end() {
      if (shown !== '') stderr.write('\r\x1b[2K');
    },
  };
}

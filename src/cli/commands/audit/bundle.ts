import type { Command } from 'commander';
import { openChain } from '../../../app.ts';
import type { VerifyOptions } from '../../../audit/index.ts';
import { createBundle, evidenceFolder, gatherBundle } from '../../../audit/index.ts';
import { TaoscopeError } from '../../../shared/index.ts';
import { type Context, createContext } from '../../context.ts';
import type { Effects } from '../../effects.ts';
import { openOrServed } from '../../served.ts';
import { VERSION } from '../../version.ts';
import { writeOut } from '../../write-out.ts';

export interface BundleCommandOptions {
  out?: string;
  withExports?: boolean;
}

/** `taoscope audit bundle <report>`: everything that shows how a report came out, in one file. The file appears whole or not at all. */
export async function bundle(
  command: Command,
  effects: Effects,
  reportId: string,
  { out = `taoscope-${reportId}.bundle`, withExports = false }: BundleCommandOptions,
  { adapterOf }: VerifyOptions,
): Promise<void> {
  // It becomes part of a file name.
  if (!/^[0-9a-f]{32}$/.test(reportId)) throw notAnId(reportId);
  const context = createContext(command, effects);
  const place = await openOrServed(context);
  if ('served' in place) {
    const path = `/audit/reports/${reportId}/bundle${withExports ? '?exports=true' : ''}`;
    await writeOut(out, await place.served.bytes(path), effects);
  } else {
    try {
      await writeOut(out, make(context, place.store, reportId, withExports, adapterOf), effects);
    } finally {
      await place.store.close();
    }
  }
  if (out !== '-') effects.stderr.write(`wrote ${out}\n`);
}

async function* make(
  { config, logger, effects: { signal } }: Context,
  store: Parameters<typeof gatherBundle>[0]['store'],
  reportId: string,
  withExports: boolean,
  adapterOf: VerifyOptions['adapterOf'],
): AsyncGenerator<Uint8Array> {
  const chain = await openChain(config, logger, signal);
  try {
    const contents = await gatherBundle(
      {
        store,
        evidence: evidenceFolder(config.audit.path),
        chain,
        sources: config.audit.sources,
        adapterOf,
        madeBy: { program: 'taoscope', version: VERSION },
        nowMs: Date.now(),
      },
      reportId,
      { withExports, signal },
    );
    yield* createBundle(contents);
  } finally {
    await chain.close();
  }
}

function notAnId(text: string): TaoscopeError {
  return new TaoscopeError('usage', {
    failed: 'this is not the id of a report',
    got: JSON.stringify(text.slice(0, 80)),
    expected: '32 lower-case hex digits, as `taoscope audit` and the page of a report show it',
  });
}

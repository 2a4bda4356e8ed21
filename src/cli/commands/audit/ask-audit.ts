import type { Command } from 'commander';
import { openChain } from '../../../app.ts';
import {
  type AuditAdapter,
  type AuditAnswers,
  createAuditAnswers,
  createPaymentReader,
} from '../../../audit/index.ts';
import { TaoscopeError } from '../../../shared/index.ts';
import { type Context, createContext } from '../../context.ts';
import type { Effects } from '../../effects.ts';
import { openOrServed, withQuery } from '../../served.ts';

/** The languages of publishers, by name. */
export interface Adapters {
  readonly adapterOf: (name: string) => AuditAdapter | undefined;
}

/** How an answer is had: from the API of the server that owns the store, or from the store. */
export interface AuditQuestion<Answer> {
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | undefined>> | undefined;
  readonly read: (answers: AuditAnswers, signal: AbortSignal) => Promise<Answer>;
  /** Whether the chain is asked as well; it is connected to only then. */
  readonly chain?: boolean | undefined;
}

/** Asks, and closes again what it opened. */
export async function askAudit<Answer>(
  command: Command,
  effects: Effects,
  { path, query = {}, read, chain: needsChain = false }: AuditQuestion<Answer>,
  { adapterOf }: Adapters,
): Promise<Answer> {
  const context = createContext(command, effects);
  const place = await openOrServed(context);
  if ('served' in place) return place.served.json<Answer>('GET', withQuery(path, query));
  const { store } = place;
  try {
    const chain = needsChain ? await openChain(context.config, context.logger, effects.signal) : undefined;
    try {
      const answers = createAuditAnswers({
        store,
        sources: sourcesOf(context, adapterOf),
        profile: context.config.audit.profile,
        payments: chain === undefined ? undefined : (netuid) => createPaymentReader(chain, netuid),
        logger: context.logger,
      });
      return await read(answers, effects.signal);
    } finally {
      await chain?.close();
    }
  } finally {
    await store.close();
  }
}

function sourcesOf({ config }: Context, adapterOf: Adapters['adapterOf']): AuditAnswers['sources'] {
  return config.audit.sources.map((source) => {
    const adapter = adapterOf(source.adapter);
    if (adapter !== undefined) return { source, adapter };
    throw new TaoscopeError('usage', {
      failed: `nobody speaks the language of the source ${source.name}`,
      got: JSON.stringify(source.adapter),
      expected: 'the name of an adapter, as chutes',
    });
  });
}

/** A share as a table shows it: `5.2041 %`; empty where it is not known. */
export function percentCell(share: number | null): string {
  return share === null ? '' : `${(share * 100).toFixed(4)} %`;
}

/** The same with its sign. */
export function deltaCell(delta: number | null): string {
  return delta === null ? '' : `${delta > 0 ? '+' : ''}${(delta * 100).toFixed(4)} %`;
}

/** An instant to the second, as tables show it. */
export function timeCell(instant: string | null): string {
  return instant === null ? '' : instant.slice(0, 19).replace('T', ' ');
}

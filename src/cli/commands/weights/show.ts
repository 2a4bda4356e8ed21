import type { Command } from 'commander';
import { stringifyJson } from '../../../shared/index.ts';
import { createContext } from '../../context.ts';
import type { Effects } from '../../effects.ts';
import { withView } from '../chain.ts';
import { accountOf, namedKey, prepareWeights, type WeightsOptions } from './prepare.ts';
import { presentPrepared, renderPrepared } from './render.ts';

/** `taoscope weights show`: what would be set, and whether the chain would take it. Needs no key. */
export async function showWeights(
  command: Command,
  effects: Effects,
  options: WeightsOptions,
): Promise<void> {
  const context = createContext(command, effects);
  const key = await namedKey(context, options);
  const account = key === undefined ? undefined : accountOf(key);
  const prepared = await withView(context, undefined, (view) =>
    prepareWeights(context, view, account, options),
  );
  effects.stdout.write(
    options.json ? `${stringifyJson(presentPrepared(prepared), 2)}\n` : renderPrepared(prepared),
  );
}

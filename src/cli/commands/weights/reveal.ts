import type { Command } from 'commander';
import {
  advanceCommit,
  type CommitRecord,
  createCommitPort,
  type HeldCommit,
  isDone,
  openCommitFolder,
} from '../../../audit/index.ts';
import { type Hotkey, openHotkey } from '../../../chain/index.ts';
import { stringifyJson, type TaoscopeError, toTaoscopeError } from '../../../shared/index.ts';
import { createContext } from '../../context.ts';
import type { Effects } from '../../effects.ts';
import { withView } from '../chain.ts';
import { hotkeyPlace, type WeightsOptions } from './prepare.ts';
import { presentRecord, recordLine, requireRevealable } from './record.ts';

export interface RevealOptions
  extends Pick<WeightsOptions, 'netuid' | 'wallet' | 'hotkey' | 'keyFile' | 'json'> {
  /** Wait for those whose time has not come. */
  wait?: boolean;
}

/**
 * `taoscope weights reveal`: carries on every commit of this chain and hotkey that an earlier run left behind, oldest first. One that
 * cannot be carried on does not stop the others; the first such error is thrown in the end.
 */
export async function revealWeights(
  command: Command,
  effects: Effects,
  options: RevealOptions,
): Promise<void> {
  const context = createContext(command, effects);
  const { config } = context;
  const say = (text: string) => void (options.json ? effects.stderr.write(text) : effects.stdout.write(text));
  const folder = openCommitFolder(config.audit.path);
  const { records, bad } = await folder.list();
  const errors: TaoscopeError[] = [...bad];
  const open = records.filter(
    (record) => !isDone(record) && (options.netuid === undefined || record.netuid === options.netuid),
  );
  const ended: CommitRecord[] = [];
  if (open.length === 0) say('No commit waits to be revealed.\n');
  else {
    const hotkey = await openHotkey(hotkeyPlace(context, options));
    await withView(context, undefined, async (_view, chain) => {
      for (const record of open) {
        if (!isOurs(record, chain.identity.genesisHash, hotkey)) {
          say(
            `Left alone: ${folder.pathOf(record)} is of ${record.hotkey} on chain ${record.genesisHash.slice(0, 10)}….\n`,
          );
          continue;
        }
        let held: HeldCommit | undefined;
        try {
          held = await folder.take(record);
          if (held === undefined) {
            say(`Left alone: another process carries on ${folder.pathOf(record)}.\n`);
            continue;
          }
          const onStep = (step: CommitRecord) => say(recordLine(step, folder.pathOf(step)));
          const port = createCommitPort(chain, hotkey, folder, config.chain.heads);
          const wait = options.wait === true;
          const end = await advanceCommit(held.record, port, { wait, onStep, signal: effects.signal });
          ended.push(end);
          if (!isDone(end)) say(`Its time has not come: ${end.hash} of netuid ${end.netuid} waits.\n`);
          requireRevealable(end);
        } catch (caught) {
          const error = toTaoscopeError(caught);
          if (error.code === 'aborted') throw error;
          errors.push(error);
        } finally {
          held?.release();
        }
      }
    });
  }
  if (options.json) effects.stdout.write(`${stringifyJson(ended.map(presentRecord), 2)}\n`);
  for (const error of errors.slice(1)) effects.stderr.write(`taoscope: ${error.message}\n`);
  if (errors[0] !== undefined) throw errors[0];
}

function isOurs(record: CommitRecord, genesisHash: string, hotkey: Hotkey): boolean {
  return record.genesisHash === genesisHash && record.hotkey === hotkey.address;
}

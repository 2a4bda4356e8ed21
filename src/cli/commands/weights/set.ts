import type { Command } from 'commander';
import {
  type CommitRecord,
  obstacles,
  openCommitFolder,
  type RuleCheck,
  type SetResult,
  setWeights,
  wayOf,
} from '../../../audit/index.ts';
import { openHotkey, outcomeError } from '../../../chain/index.ts';
import { stringifyJson, TaoscopeError } from '../../../shared/index.ts';
import { createContext } from '../../context.ts';
import type { Effects } from '../../effects.ts';
import { withView } from '../chain.ts';
import { hotkeyPlace, prepareWeights, type WeightsOptions } from './prepare.ts';
import { presentRecord, recordLine, requireRevealable } from './record.ts';
import { presentPrepared, renderPrepared } from './render.ts';

export interface SetWeightsOptions extends WeightsOptions {
  /** Sign and send; else nothing is. */
  submit?: boolean;
  /** Send even what the rules speak against. */
  force?: boolean;
  salted?: boolean;
  /** Wait for the reveal of a commit. */
  wait?: boolean;
}

/** `taoscope weights set`: a dry run unless `--submit` is given. Ends with 1 when the chain would refuse, or did. */
export async function setWeightsCommand(
  command: Command,
  effects: Effects,
  options: SetWeightsOptions,
): Promise<void> {
  const context = createContext(command, effects);
  const { heads } = context.config.chain;
  const say = (text: string) => void (options.json ? effects.stderr.write(text) : effects.stdout.write(text));
  const hotkey = await openHotkey(hotkeyPlace(context, options));
  await withView(context, undefined, async (view, chain) => {
    const prepared = await prepareWeights(context, view, hotkey.publicKey, options);
    const { rules, row, checks } = prepared;
    if (!options.json) effects.stdout.write(renderPrepared(prepared));
    const way = wayOf(rules, options.salted === true);
    const against = obstacles(checks);
    if (against.length > 0 && options.force !== true) {
      if (options.json)
        effects.stdout.write(`${stringifyJson({ ...presentPrepared(prepared), sent: false }, 2)}\n`);
      throw wouldRefuse(against);
    }
    if (options.submit !== true) {
      if (options.json)
        effects.stdout.write(`${stringifyJson({ ...presentPrepared(prepared), sent: false }, 2)}\n`);
      else
        say(
          `\nNothing was sent. With --submit this row is ${way === 'plain' ? 'set' : 'committed'} by ${hotkey.address}.\n`,
        );
      return;
    }
    say(
      `\n${way === 'plain' ? 'Setting' : 'Committing to'} ${row.uids.length} weights on netuid ${row.netuid} as ${hotkey.address} …\n`,
    );
    const folder = openCommitFolder(context.config.audit.path);
    const onStep = (record: CommitRecord) => say(recordLine(record, folder.pathOf(record)));
    const result = await setWeights(chain, hotkey, folder, row, rules, {
      salted: options.salted,
      wait: options.wait,
      heads,
      onStep,
      signal: effects.signal,
    });
    if (options.json)
      effects.stdout.write(
        `${stringifyJson({ ...presentPrepared(prepared), sent: true, ...presentResult(result) }, 2)}\n`,
      );
    else if (result.way === 'plain' && result.outcome.status === 'included')
      say(`Set in block ${result.outcome.block.number}, extrinsic ${result.outcome.hash}.\n`);
    requireSuccess(result, against);
  });
}

function presentResult(result: SetResult) {
  if (result.way === 'salted') return { commit: presentRecord(result.record) };
  const { outcome } = result;
  return outcome.status === 'included'
    ? { outcome: { status: outcome.status, hash: outcome.hash, block: outcome.block.number } }
    : { outcome };
}

function requireSuccess(result: SetResult, against: readonly RuleCheck[]): void {
  if (result.way === 'salted') {
    requireRevealable(result.record);
    return;
  }
  const error = outcomeError(result.outcome, 'the weights');
  if (error === undefined) return;
  const known = against.map(rule).join('; ');
  if (known === '') throw error;
  // The rule that was broken explains more than the chain's name for it.
  throw new TaoscopeError(error.code, { ...error.parts, todo: `see to it: ${known}` }, { cause: error });
}

function wouldRefuse(against: readonly RuleCheck[]): TaoscopeError {
  const isUnsure = against.every(({ holds }) => holds === undefined);
  return new TaoscopeError('rpc-refused', {
    failed: isUnsure ? 'not all rules of the chain could be checked' : 'the chain would refuse these weights',
    got: against.map(rule).join('; '),
    expected: 'every rule to hold',
    todo: isUnsure ? 'give --force to send them all the same' : 'see to the rules named; nothing was sent',
  });
}

function rule({ rule: name, holds, got, needed }: RuleCheck): string {
  return `${name}${holds === undefined ? ' (not known)' : ''}: ${got}, needed is ${needed}`;
}

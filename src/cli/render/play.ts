import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { TaoscopeError } from '../../shared/index.ts';

/** Players that take a file and end by themselves, the one that takes every format first. */
const PLAYERS: readonly { readonly name: string; readonly args: readonly string[] }[] = [
  { name: 'ffplay', args: ['-nodisp', '-autoexit', '-loglevel', 'error'] },
  { name: 'afplay', args: [] },
  { name: 'paplay', args: [] },
  { name: 'aplay', args: ['-q'] },
];

/** Plays a file of ours with the system's player, without a shell. Errors: `usage` when there is none. */
export async function play(
  file: string,
  env: Readonly<Record<string, string | undefined>>,
  signal: AbortSignal,
): Promise<void> {
  const player = PLAYERS.find(({ name }) => findProgram(name, env) !== undefined);
  if (player === undefined) {
    throw new TaoscopeError('usage', {
      failed: 'there is no player of sound here',
      expected: PLAYERS.map(({ name }) => name).join(', '),
      todo: 'leave --play out, and write the sound to a file with --out',
    });
  }
  const { promise, resolve } = Promise.withResolvers<void>();
  const child = spawn(findProgram(player.name, env) ?? player.name, [...player.args, file], {
    stdio: 'ignore',
    signal,
  });
  // A player that cannot play is no reason to fail: the sound is in the file.
  child.once('error', () => resolve());
  child.once('exit', () => resolve());
  await promise;
}

function findProgram(name: string, env: Readonly<Record<string, string | undefined>>): string | undefined {
  return (env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, name))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

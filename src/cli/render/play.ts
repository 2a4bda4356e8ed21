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

/** A program that plays sound, and how it is told to. */
export interface Player {
  readonly program: string;
  readonly args: readonly string[];
}

/** The system's player of sound. Errors: `usage` when there is none. */
export function findPlayer(env: Readonly<Record<string, string | undefined>>): Player {
  for (const { name, args } of PLAYERS) {
    const program = findProgram(name, env);
    if (program !== undefined) return { program, args };
  }
  throw new TaoscopeError('usage', {
    failed: 'there is no player of sound here',
    expected: PLAYERS.map(({ name }) => name).join(', '),
    todo: 'leave --play out, and write the sound to a file with --out',
  });
}

/** Plays a file of ours, without a shell. A player that cannot play is no reason to fail: the sound is in the file. */
export async function play(file: string, { program, args }: Player, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const child = spawn(program, [...args, file], { stdio: 'ignore', signal });
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

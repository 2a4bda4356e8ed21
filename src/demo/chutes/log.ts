import { appendFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '../../shared/index.ts';
import type { Micros } from './clock.ts';
import type { Misbehaviour } from './misbehaviours.ts';

/** A request from outside, as it is kept: chute and instance by their ids. */
export interface KeptCall {
  readonly parentId: string;
  readonly invocationId: string;
  readonly chuteId: string;
  readonly function: string;
  readonly instanceId: string;
  readonly startedAt: Micros;
  readonly completedAt: Micros;
  readonly error: string;
}

/** A publication, as it is kept: its bytes follow from the rest. */
export interface KeptPublication {
  readonly account: string;
  readonly end: Micros;
  readonly writtenAt: Micros;
  readonly createdAt: Micros;
  readonly block: number;
  readonly differs: boolean;
}

export type LogLine =
  | { readonly world: { readonly of: string; readonly birth: Micros } }
  | { readonly call: KeptCall }
  | { readonly wrong: { readonly what: Misbehaviour; readonly end: Micros } }
  | { readonly published: KeptPublication }
  /** What was committed in this block and those after it is no more. */
  | { readonly takenBack: number };

/**
 * What the stand-in for Chutes did, a line each, so that it goes on with the same world, and serves the same bytes, after a restart. Without
 * a folder nothing is kept.
 */
export class StandInLog {
  readonly #path: string | undefined;
  readonly #of: string;

  /** `of` names the chain and all settings on which bytes depend: lines of another are not read. */
  constructor(folder: string | undefined, of: string) {
    if (folder !== undefined) makeFolder(folder);
    this.#path = folder === undefined ? undefined : join(folder, 'demo-chutes.jsonl');
    this.#of = of;
  }

  /** The lines written before, in order; none when they are of another world. A half line at the end is dropped. */
  open(): LogLine[] {
    if (this.#path === undefined || !existsSync(this.#path)) return [];
    const lines = readFileSync(this.#path, 'utf8').split('\n').flatMap(parse);
    const [first] = lines;
    if (first === undefined || !('world' in first) || first.world.of !== this.#of) return [];
    return lines;
  }

  /** Begins a new world: what was there is gone. */
  begin(birth: Micros): void {
    if (this.#path === undefined) return;
    rmSync(this.#path, { force: true });
    this.write({ world: { of: this.#of, birth } });
  }

  /** Goes on behind these lines, without those that are of no use any more: of requests and publications before an instant. */
  keep(lines: readonly LogLine[], since: Micros): void {
    if (this.#path !== undefined) writeFileSync(this.#path, lines.filter(isOfUse).map(textOf).join(''));

    function isOfUse(line: LogLine): boolean {
      if ('call' in line) return line.call.startedAt >= since;
      return !('published' in line) || line.published.end >= since;
    }
  }

  write(line: LogLine): void {
    if (this.#path !== undefined) appendFileSync(this.#path, textOf(line));
  }
}

function textOf(line: LogLine): string {
  return `${JSON.stringify(line)}\n`;
}

function parse(text: string): LogLine[] {
  try {
    return text === '' ? [] : [JSON.parse(text) as LogLine];
  } catch {
    return [];
  }
}

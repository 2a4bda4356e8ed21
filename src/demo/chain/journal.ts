import { closeSync, existsSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { type Hex, makeFolder } from '../../shared/index.ts';
import type { Block } from './block.ts';

/** Blocks per file. Two files are kept: the state of so many blocks at least survives a restart. */
const BLOCKS_PER_FILE = 1_024;

type Line =
  | { readonly genesis: Hex }
  | { readonly base: BlockJson }
  | { readonly block: BlockJson }
  | { readonly retract: number };

interface BlockJson extends Omit<Block, 'extrinsics' | 'changes'> {
  /** Base64. */
  readonly extrinsics: readonly string[];
  readonly changes: readonly (readonly [Hex, string | null])[];
}

/**
 * The chain on disk, so that the demo goes on where it was: each block is one line, written before the next is made. A
 * process that is killed loses nothing but a half-written line. Files turn over, so that their size stays bounded.
 */
export class Journal {
  readonly #folder: string;
  readonly #genesis: Hex;
  #file: number | undefined;
  /** Blocks in the newer file behind its base. */
  #blocks = 0;

  constructor(folder: string, genesis: Hex) {
    makeFolder(folder);
    this.#folder = folder;
    this.#genesis = genesis;
  }

  /**
   * The blocks written before, oldest first, the first of them with the whole state; none when there are none, or when
   * they belong to another chain (another seed, or a demo with other metadata). Goes on writing behind them.
   */
  open(): Block[] {
    const older = this.#readFile('previous').blocks;
    const { blocks: newer, isWhole } = this.#readFile('current');
    const [base, ...rest] = newer;
    if (base === undefined) return older;
    if (isWhole) {
      this.#file = openSync(this.#path('current'), 'a');
      this.#blocks = rest.length;
    }
    // The newer file begins with a block that the older one ends with, once more and with the whole state.
    const seam = older.findIndex((block) => block.hash === base.hash);
    return seam === -1 ? newer : [...older.slice(0, seam + 1), ...rest];
  }

  /** Writes a block. `snapshot` is asked for when a new file begins: the same block with the whole state. */
  append(block: Block, snapshot: () => Block): void {
    this.#write({ block: toJson(block) });
    this.#blocks++;
    if (this.#file === undefined || this.#blocks > BLOCKS_PER_FILE) this.#turnOver(snapshot());
  }

  /** Notes that the newest blocks were taken back. */
  retract(count: number): void {
    // Deeper than this file goes: the next block begins a new one.
    if (count > this.#blocks) this.#blocks = BLOCKS_PER_FILE;
    else {
      this.#write({ retract: count });
      this.#blocks -= count;
    }
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }

  #turnOver(base: Block): void {
    this.close();
    if (existsSync(this.#path('current'))) renameSync(this.#path('current'), this.#path('previous'));
    this.#file = openSync(this.#path('current'), 'w');
    this.#blocks = 0;
    this.#write({ genesis: this.#genesis });
    this.#write({ base: toJson(base) });
  }

  #write(line: Line): void {
    if (this.#file !== undefined) writeSync(this.#file, `${JSON.stringify(line)}\n`);
  }

  /** `isWhole`: every line could be used, so that more may follow. */
  #readFile(which: 'previous' | 'current'): { blocks: Block[]; isWhole: boolean } {
    const path = this.#path(which);
    if (!existsSync(path)) return { blocks: [], isWhole: false };
    const blocks: Block[] = [];
    const lines = readFileSync(path, 'utf8').split('\n');
    const end = lines.pop();
    for (const text of lines) {
      const line = parseLine(text);
      if (line === undefined) return { blocks, isWhole: false };
      if ('genesis' in line && line.genesis !== this.#genesis) return { blocks: [], isWhole: false };
      if ('base' in line) blocks.push(fromJson(line.base));
      if ('block' in line) {
        if (blocks.at(-1)?.hash !== line.block.parentHash) return { blocks, isWhole: false };
        blocks.push(fromJson(line.block));
      }
      if ('retract' in line) blocks.splice(Math.max(1, blocks.length - line.retract));
    }
    return { blocks, isWhole: end === '' };
  }

  #path(which: 'previous' | 'current'): string {
    return join(this.#folder, `demo-chain.${which}.jsonl`);
  }
}

/** `undefined` for the half line of a process that was killed. */
function parseLine(text: string): Line | undefined {
  try {
    return JSON.parse(text) as Line;
  } catch {
    return undefined;
  }
}

function toJson(block: Block): BlockJson {
  return {
    ...block,
    extrinsics: block.extrinsics.map(toBase64),
    changes: [...block.changes].map(([key, value]) => [key, value === undefined ? null : toBase64(value)]),
  };
}

function fromJson(json: BlockJson): Block {
  return {
    ...json,
    extrinsics: json.extrinsics.map(fromBase64),
    changes: new Map(
      json.changes.map(([key, value]) => [key, value === null ? undefined : fromBase64(value)]),
    ),
  };
}

function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}

function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, 'base64'));
}

import { DAY, HOUR, type Micros } from './clock.ts';
import { Dice } from './dice.ts';
import { type ExportKind, exportPath } from './edition.ts';
import { type Entry, entryJson } from './entry.ts';
import type { Misbehaviours } from './misbehaviours.ts';
import { HOSTILE_TEXT } from './world/mischief.ts';

/** A report with its place in the list. */
export interface Published {
  readonly entry: Entry;
  readonly bytes: Buffer;
  /** Lower-case hex of the bytes' SHA-256. */
  readonly sha256: string;
}

/** How a file is given away: as it is, or in one of the ways that hurt. */
export type Delivery =
  | { readonly way: 'plain'; readonly bytes: Buffer }
  | { readonly way: 'endless' | 'gzip-bomb' | 'redirect' }
  | { readonly way: 'slow' | 'cut'; readonly bytes: Buffer };

const KEPT: Micros = 8 * DAY;

/** All that the stand-in offers for download, in the state in which it offers it. */
export class Library {
  readonly #seed: string;
  readonly #wrongs: Misbehaviours;
  readonly #published: Published[] = [];
  readonly #exports = new Map<string, Buffer>();

  constructor(seed: string, wrongs: Misbehaviours) {
    this.#seed = seed;
    this.#wrongs = wrongs;
  }

  /** Reports in the order of their publication. */
  get published(): readonly Published[] {
    return this.#published;
  }

  add(published: Published, exports: Partial<Record<ExportKind, Buffer>>): void {
    const { end } = published.entry;
    this.#published.push(published);
    for (const [kind, bytes] of Object.entries(exports))
      this.#exports.set(exportPath(kind as ExportKind, end), bytes);
    while ((this.#published[0]?.entry.end ?? end) < end - KEPT) this.#published.shift();
    for (const kind of ['invocations', 'reports', 'jobs'] as const)
      this.#exports.delete(exportPath(kind, end - KEPT));
  }

  /** Takes back what was published with blocks that are no more; answers it. */
  takeBack(fromBlock: number): Published[] {
    const gone = this.#published.filter(({ entry }) => entry.block >= fromBlock);
    this.#published.splice(
      0,
      this.#published.length,
      ...this.#published.filter((one) => !gone.includes(one)),
    );
    return gone;
  }

  /** The list as it is served: entries that began no earlier than that, in no order. */
  list(since: Micros): Record<string, string | number>[] {
    return this.#published
      .filter(({ entry }) => entry.start >= since)
      .flatMap(({ entry }) => this.#lines(entry))
      .map(entryJson)
      .sort((a, b) => (String(a.entry_id) < String(b.entry_id) ? -1 : 1));
  }

  /** What is behind the path of an entry. */
  report(path: string): Delivery | undefined {
    const found = this.#published.find(({ entry }) => this.#lines(entry).some((line) => line.path === path));
    if (found === undefined) return undefined;
    const { entry, bytes } = found;
    if (entry.role === 'miner') return { way: 'plain', bytes };
    const does = (name: Parameters<Misbehaviours['has']>[0]) => this.#wrongs.has(name, entry.end);
    if (does('endless-body')) return { way: 'endless' };
    if (does('gzip-bomb')) return { way: 'gzip-bomb' };
    if (does('private-redirect')) return { way: 'redirect' };
    if (does('slow-loris')) return { way: 'slow', bytes };
    if (does('cut-body')) return { way: 'cut', bytes };
    if (does('replaced-report')) return { way: 'plain', bytes: replaced(bytes) };
    return { way: 'plain', bytes };
  }

  /** What is behind the path of an export, e.g. `invocations/2025/02/10/16.csv`. */
  export(path: string): Delivery | undefined {
    const bytes = this.#exports.get(path);
    if (bytes === undefined) return undefined;
    const end = endOf(path);
    if (end === undefined || /-(?:reports|jobs)\.csv$/.test(path)) return { way: 'plain', bytes };
    if (this.#wrongs.has('endless-export', end)) return { way: 'endless' };
    if (this.#wrongs.has('swapped-csv', end)) {
      const other = this.#exports.get(exportPath('invocations', end - HOUR));
      return { way: 'plain', bytes: other ?? Buffer.from('') };
    }
    if (this.#wrongs.has('truncated-csv', end))
      return { way: 'plain', bytes: bytes.subarray(0, Math.floor((2 * bytes.length) / 3)) };
    return { way: 'plain', bytes };
  }

  /** The lines of the list for an entry: one, as a rule. */
  #lines(entry: Entry): Entry[] {
    if (entry.role === 'miner') return [entry];
    const dice = new Dice(this.#seed, 'forged', entry.end, entry.block);
    const forged = this.#wrongs.has('forged-entry-id', entry.end)
      ? { ...entry, entryId: dice.uuid() }
      : entry;
    const elsewhere = ESCAPES[Math.round(entry.end / HOUR) % ESCAPES.length] ?? '';
    const lines = [this.#wrongs.has('path-escape', entry.end) ? { ...forged, path: elsewhere } : forged];
    if (this.#wrongs.has('hostile-text', entry.end)) {
      lines.push({ ...entry, entryId: HOSTILE_TEXT, hotkey: HOSTILE_TEXT, path: HOSTILE_TEXT });
    }
    return lines;
  }
}

const ESCAPES = ['../../etc/passwd', 'audit/validator/%2e%2e/%2e%2e/%2e%2e/etc/passwd', '/etc/passwd'];

/** Well-formed bytes that say something else: the first multiplier in them is another. */
function replaced(bytes: Buffer): Buffer {
  const text = bytes.toString('utf8');
  return Buffer.from(text.replace(/"compute_multiplier": [\d.]+/, '"compute_multiplier": 99.5'));
}

function endOf(path: string): Micros | undefined {
  const found = /^invocations\/(\d{4})\/(\d{2})\/(\d{2})\/(\d{2})\.csv$/.exec(path);
  if (found === null) return undefined;
  const [, year, month, day, hour] = found;
  return Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour)) * 1_000;
}

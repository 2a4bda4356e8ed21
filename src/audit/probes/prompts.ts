import { readFile, stat } from 'node:fs/promises';
import { isRecord, TaoscopeError } from '../../shared/index.ts';
import type { Fetcher } from '../adapter.ts';
import { OWN_SCENES, OWN_TEXTS } from './own-prompts.ts';
import type { ProbeKind } from './types.ts';

/** Where prompts come from. */
export interface PromptSet {
  /** One for a kind of request; `random` gives numbers from 0 up to 1. */
  next(kind: ProbeKind, random: () => number, signal?: AbortSignal): Promise<string>;
}

const MAX_FILE_BYTES = 64 * 2 ** 20;
const MAX_PROMPT = 4_000;
const MAX_PROMPTS = 1_000_000;

/** Our own prompts, or those of a JSONL file, or of a dataset server (`http(s)://…`). */
export function openPrompts(where: string | undefined, fetcher: Fetcher): Promise<PromptSet> {
  if (where === undefined) return Promise.resolve(ownPrompts);
  return /^https?:\/\//.test(where) ? Promise.resolve(datasetPrompts(where, fetcher)) : filePrompts(where);
}

export const ownPrompts: PromptSet = {
  next(kind, random) {
    const from = kind === 'image' || kind === 'speech' ? OWN_SCENES : OWN_TEXTS;
    return Promise.resolve(pick(from, random));
  },
};

/** Each line a JSON text, or an object with the prompt in one of the fields that data sets use. Lines of another shape are a mistake. */
async function filePrompts(path: string): Promise<PromptSet> {
  const size = await stat(path).then(
    (file) => file.size,
    (cause: Error) => {
      throw unusable(path, cause.message);
    },
  );
  if (size > MAX_FILE_BYTES) throw unusable(path, `${size} bytes`, `at most ${MAX_FILE_BYTES} bytes`);
  const prompts: string[] = [];
  for (const [index, line] of (await readFile(path, 'utf8')).split(/\r?\n/).entries()) {
    if (line.trim() === '') continue;
    const prompt = promptOf(parse(line));
    if (prompt === undefined) throw unusable(path, `line ${index + 1} has no prompt`);
    prompts.push(prompt);
    if (prompts.length > MAX_PROMPTS) throw unusable(path, `more than ${MAX_PROMPTS} lines`);
  }
  if (prompts.length === 0) throw unusable(path, 'no prompt at all');
  return { next: (_kind, random) => Promise.resolve(pick(prompts, random)) };
}

/** Rows taken in one request, and how many prompts are used before others are taken. */
const PAGE_ROWS = 100;
const USES_PER_PAGE = 200;
const MAX_PAGE_BYTES = 16 * 2 ** 20;

/**
 * A dataset server as Hugging Face runs it: `…/rows?dataset=…&config=…&split=…`, to which `offset` and `length` are added;
 * `{rows: [{row: {…}}], num_rows_total}` comes back. A page is kept and used for a while: nobody's server is asked for every prompt.
 */
function datasetPrompts(url: string, fetcher: Fetcher): PromptSet {
  let page: readonly string[] = [];
  let total = 0;
  let uses = 0;

  async function turn(random: () => number, signal?: AbortSignal): Promise<void> {
    const at = new URL(url);
    // The index is below the number of rows: one too many is an error on the server.
    const offset = Math.max(0, Math.floor(random() * Math.max(0, total - PAGE_ROWS + 1)));
    at.searchParams.set('offset', String(offset));
    at.searchParams.set('length', String(PAGE_ROWS));
    const { bytes } = await fetcher.bytes(at.href, { maxBytes: MAX_PAGE_BYTES }, signal);
    const body = parse(new TextDecoder().decode(bytes));
    const rows = isRecord(body) && Array.isArray(body.rows) ? body.rows : [];
    const prompts = rows.flatMap((entry) => {
      const prompt = promptOf(isRecord(entry) && 'row' in entry ? entry.row : entry);
      return prompt === undefined ? [] : [prompt];
    });
    if (prompts.length === 0) throw unusable(at.host, 'rows without a prompt');
    if (isRecord(body) && Number.isSafeInteger(body.num_rows_total)) total = Number(body.num_rows_total);
    page = prompts;
    uses = 0;
  }

  return {
    async next(_kind, random, signal) {
      if (page.length === 0 || uses >= USES_PER_PAGE) await turn(random, signal);
      uses++;
      return pick(page, random);
    },
  };
}

/** Fields in which data sets keep a prompt; a conversation gives its first message. */
const FIELDS = ['prompt', 'prompts', 'text', 'instruction', 'question', 'content'] as const;

function promptOf(value: unknown): string | undefined {
  if (typeof value === 'string') {
    const text = value.trim().replace(/^(["'])([\s\S]*)\1$/, '$2');
    return text === '' ? undefined : text.slice(0, MAX_PROMPT);
  }
  if (!isRecord(value)) return undefined;
  for (const field of FIELDS) if (typeof value[field] === 'string') return promptOf(value[field]);
  const talk = value.conversation ?? value.messages;
  return Array.isArray(talk) && isRecord(talk[0]) ? promptOf(talk[0].content) : undefined;
}

function pick(from: readonly string[], random: () => number): string {
  return from[Math.min(from.length - 1, Math.floor(random() * from.length))] ?? '';
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function unusable(
  where: string,
  got: string,
  expected = 'JSON lines, each a text or an object with `prompt`',
): TaoscopeError {
  return new TaoscopeError('usage', { failed: `cannot take prompts from ${where}`, got, expected });
}

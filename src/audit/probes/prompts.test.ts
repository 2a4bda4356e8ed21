import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isTaoscopeError } from '../../shared/index.ts';
import type { Fetcher } from '../adapter.ts';
import { OWN_SCENES, OWN_TEXTS } from './own-prompts.ts';
import { openPrompts } from './prompts.ts';
import { PROBE_KINDS } from './types.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'taoscope-prompts-'));
});
afterAll(() => rm(folder, { recursive: true }));

const nobody: Fetcher = {
  bytes: () => Promise.reject(new Error('nobody is to be asked')),
  file: () => Promise.reject(new Error('nobody is to be asked')),
};

/** Takes each of so many equal parts in turn. */
const inTurn = (parts: number) => {
  let at = 0;
  return () => (at++ % parts) / parts;
};

async function jsonl(...lines: string[]): Promise<string> {
  const path = join(folder, 'prompts.jsonl');
  await writeFile(path, lines.join('\n'));
  return path;
}

async function failureOf(made: Promise<unknown>): Promise<string> {
  const error: unknown = await made.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!isTaoscopeError(error, 'usage')) throw new Error('it was not refused as a mistake', { cause: error });
  return error.message;
}

describe('our own prompts', () => {
  test('fit what is asked: scenes for pictures and voices, texts for the rest', async () => {
    const prompts = await openPrompts(undefined, nobody);
    for (const kind of PROBE_KINDS) {
      const from = kind === 'image' || kind === 'speech' ? OWN_SCENES : OWN_TEXTS;
      for (const chance of [0, 0.5, 1 - 2 ** -53, 1])
        expect(from).toContain(await prompts.next(kind, () => chance));
    }
  });

  test('are each there once', () => {
    for (const set of [OWN_TEXTS, OWN_SCENES]) expect(new Set(set).size).toBe(set.length);
  });
});

describe('a JSONL file', () => {
  const all = async (path: string, count: number) => {
    const prompts = await openPrompts(path, nobody);
    const random = inTurn(count);
    const taken: string[] = [];
    for (let n = 0; n < count; n++) taken.push(await prompts.next('chat', random));
    return taken;
  };

  test('gives the prompt of each line, whatever field holds it', async () => {
    const path = await jsonl(
      '"a plain text"',
      '',
      '{"prompt": "of a prompt"}',
      '{"id": 7, "text": "of a text"}\r',
      '{"instruction": "of an instruction", "output": "not this"}',
      '{"messages": [{"role": "user", "content": "of a talk"}, {"role": "assistant", "content": "no"}]}',
      '{"conversation": [{"content": "\\"in quotes\\""}]}',
      '   ',
    );
    expect(await all(path, 6)).toEqual([
      'a plain text',
      'of a prompt',
      'of a text',
      'of an instruction',
      'of a talk',
      'in quotes',
    ]);
  });

  test('gives no prompt of more than 4000 characters', async () => {
    expect((await all(await jsonl(JSON.stringify('x'.repeat(9_000))), 1))[0]).toHaveLength(4_000);
  });

  test.each([
    ['no JSON', '"fine"\nnot fine', 'line 2'],
    ['a number', '7', 'line 1'],
    ['an object without a prompt', '{"id": 1}', 'line 1'],
    ['an empty prompt', '"ok"\n\n{"prompt": "  "}', 'line 3'],
    ['a talk without a message', '{"messages": []}', 'line 1'],
    ['nothing', '\n\n', 'no prompt at all'],
  ])('with %s is refused, and the line named', async (_what, text, named) => {
    expect(await failureOf(openPrompts(await jsonl(text), nobody))).toContain(named);
  });

  test('that is not there, or too large to be a set of prompts, is refused unread', async () => {
    expect(await failureOf(openPrompts(join(folder, 'missing.jsonl'), nobody))).toContain('missing.jsonl');
    const large = join(folder, 'large.jsonl');
    await writeFile(large, '');
    await truncate(large, 2 ** 30);
    expect(await failureOf(openPrompts(large, nobody))).toContain('1073741824 bytes');
  });
});

describe('a dataset server', () => {
  const WHERE = 'https://data.example/rows?dataset=a%2Fb&config=default&split=train';

  /** A server of so many rows; remembers what it was asked. */
  function served(total: number, answer?: (offset: number) => unknown) {
    const asked: { offset: number; length: number; rest: string }[] = [];
    const bytes: Fetcher['bytes'] = (address) => {
      const { searchParams } = new URL(address);
      const [offset, length] = [Number(searchParams.get('offset')), Number(searchParams.get('length'))];
      searchParams.delete('offset');
      searchParams.delete('length');
      asked.push({ offset, length, rest: searchParams.toString() });
      const count = Math.max(0, Math.min(length, total - offset));
      const rows = Array.from({ length: count }, (_, at) => ({
        row_idx: offset + at,
        row: { prompt: `row ${offset + at}` },
      }));
      const body = answer === undefined ? { rows, num_rows_total: total } : answer(offset);
      const text = typeof body === 'string' ? body : JSON.stringify(body);
      return Promise.resolve({
        bytes: new TextEncoder().encode(text),
        ...{ status: 200, contentType: 'application/json', sha256: '' },
      });
    };
    return { asked, fetcher: { ...nobody, bytes } };
  }

  test('is asked for pages, not for prompts, and never beyond its end', async () => {
    const { asked, fetcher } = served(1_000);
    const prompts = await openPrompts(WHERE, fetcher);
    for (let n = 0; n < 401; n++) expect(await prompts.next('chat', () => 1 - 2 ** -53)).toMatch(/^row \d+$/);
    expect(asked.map(({ offset }) => offset)).toEqual([0, 900, 900]);
    expect(asked[0]).toMatchObject({ length: 100, rest: 'dataset=a%2Fb&config=default&split=train' });
  });

  test('of a single row gives that row', async () => {
    const { asked, fetcher } = served(1);
    const prompts = await openPrompts(WHERE, fetcher);
    for (let n = 0; n < 201; n++) expect(await prompts.next('chat', Math.random)).toBe('row 0');
    expect(asked.map(({ offset }) => offset)).toEqual([0, 0]);
  });

  test.each([
    ['no JSON', 'busy'],
    ['no rows', { error: 'not found' }],
    ['no row at all', { rows: [], num_rows_total: 10 }],
    ['rows without a prompt', { rows: [{ row: { id: 1 } }, 7, null], num_rows_total: 2 }],
  ])('that answers with %s is named by its host', async (_what, answer) => {
    const { fetcher } = served(10, () => answer);
    const prompts = await openPrompts(WHERE, fetcher);
    expect(await failureOf(prompts.next('chat', Math.random))).toContain('data.example');
  });

  test('rows of another shape are passed over, and a total that is none is not believed', async () => {
    const rows = [{ row: { id: 1 } }, { row: { question: 'the one' } }, { prompt: 'and another' }];
    const { asked, fetcher } = served(0, () => ({ rows, num_rows_total: '1e400' }));
    const prompts = await openPrompts(WHERE, fetcher);
    expect(await prompts.next('chat', () => 0)).toBe('the one');
    expect(await prompts.next('chat', () => 0.9)).toBe('and another');
    for (let n = 0; n < 199; n++) await prompts.next('chat', () => 0.9);
    expect(asked.map(({ offset }) => offset)).toEqual([0, 0]);
  });
});

import { describe, expect, test } from 'vitest';
import { isTaoscopeError } from '../../../shared/index.ts';
import type { AuditSource, Fetcher } from '../../adapter.ts';
import { readChutes } from './chute-list.ts';

const SOURCE: AuditSource = {
  ...{ name: 'chutes', adapter: 'chutes', url: 'https://api.example', netuid: 64 },
  ...{ validators: [], minerReports: true },
};

/** Serves pages, each a body or its text; remembers what was asked. */
function served(...pages: unknown[]) {
  const asked: string[] = [];
  const fetcher: Fetcher = {
    bytes: (url) => {
      asked.push(url);
      const page = pages[Number(new URL(url).searchParams.get('page'))] ?? { items: [], cord_refs: {} };
      return Promise.resolve({
        bytes: new TextEncoder().encode(typeof page === 'string' ? page : JSON.stringify(page)),
        ...{ status: 200, contentType: 'application/json', sha256: '' },
      });
    },
    file: () => Promise.reject(new Error('not asked for')),
  };
  return { asked, read: () => readChutes(SOURCE, fetcher) };
}

const LIVE = [{ active: true, verified: true }];
const chute = (more: object) => ({ chute_id: 'c', name: 'n', slug: 's', instances: LIVE, ...more });
const list = (items: unknown[], cord_refs: object = {}) => ({
  total: items.length,
  page: 0,
  items,
  cord_refs,
});
const kindsOf = async (item: object, cords: object = {}) =>
  (await served(list([chute(item)], cords)).read()).map(({ kind }) => kind);

describe('what a chute can be asked', () => {
  // The table of section 2 of the reference, "Invocation endpoints used for synthetics".
  test('a live vllm chute: chat and completion; a live diffusion chute: images', async () => {
    expect(await kindsOf({ standard_template: 'vllm' })).toEqual(['chat', 'completion']);
    expect(await kindsOf({ standard_template: 'diffusion' })).toEqual(['image']);
    expect(await kindsOf({ standard_template: 'other' })).toEqual([]);
    expect(await kindsOf({})).toEqual([]);
  });

  test.each([
    ['none', []],
    ['not verified', [{ active: true, verified: false }]],
    ['not active', [{ active: false, verified: true }]],
    ['half of each', [{ active: true }, { verified: true }]],
    ['truths that are no booleans', [{ active: 1, verified: 'true' }]],
    ['no list', { active: true, verified: true }],
    ['not told', undefined],
  ])('instances: %s, so it is not live', async (_what, instances) => {
    expect(await kindsOf({ standard_template: 'vllm', instances })).toEqual([]);
    expect(await kindsOf({ standard_template: 'diffusion', instances })).toEqual([]);
  });

  const own = { user: { username: 'chutes' }, cord_ref_id: 'ref', instances: [] };
  const speak = { ref: [{ path: '/speak', stream: false }] };

  test('speech of a chute of its own that speaks, live or not', async () => {
    expect(await kindsOf(own, speak)).toEqual(['speech']);
    expect(await kindsOf(own, { ref: [{ path: '/other' }, { path: '/speak' }] })).toEqual(['speech']);
    expect(await kindsOf(own, { ref: [{ path: '/speak', stream: true }] })).toEqual([]);
    expect(await kindsOf({ ...own, user: { username: 'someone' } }, speak)).toEqual([]);
    expect(await kindsOf({ ...own, cord_ref_id: 'another' }, speak)).toEqual([]);
  });

  test('embeddings of a tei chute of its own', async () => {
    const embed = { ref: [{ path: '/embed', stream: false }] };
    expect(await kindsOf({ ...own, standard_template: 'tei' }, embed)).toEqual(['embedding']);
    expect(await kindsOf(own, embed)).toEqual([]);
    expect(await kindsOf({ ...own, standard_template: 'tei' }, speak)).toEqual(['speech']);
    expect(await kindsOf({ ...own, standard_template: 'tei', user: 'chutes' }, embed)).toEqual([]);
  });

  test('cords of a hostile reference are none', async () => {
    for (const cord_ref_id of ['__proto__', 'constructor', 'toString', 7, null, ['ref']])
      expect(await kindsOf({ ...own, cord_ref_id }, speak)).toEqual([]);
    for (const ref of [null, 'x', { path: '/speak' }, [null, '/speak', 7]])
      expect(await kindsOf(own, { ref })).toEqual([]);
  });
});

describe('entries that are not what they should be are passed over, and the others read', () => {
  const good = chute({ chute_id: 'good', standard_template: 'vllm' });
  test.each([
    ['no object', null],
    ['a text', 'x'],
    ['no id', chute({ chute_id: undefined, standard_template: 'vllm' })],
    ['an id that is a number', chute({ chute_id: 7, standard_template: 'vllm' })],
    ['an empty name', chute({ name: '', standard_template: 'vllm' })],
    ['an endless name', chute({ name: 'x'.repeat(201), standard_template: 'vllm' })],
    // It becomes part of a host: it must not lead elsewhere, nor take the key there.
    ['a slug with a dot', chute({ slug: 'evil.example', standard_template: 'diffusion' })],
    ['a slug that is an address', chute({ slug: 'x@evil.example/', standard_template: 'diffusion' })],
    ['a slug that is a path', chute({ slug: '../..', standard_template: 'diffusion' })],
    ['a slug with a line in it', chute({ slug: 'a\nb', standard_template: 'diffusion' })],
    ['a slug that ends in a line', chute({ slug: 'a\n', standard_template: 'diffusion' })],
    ['a slug longer than a label', chute({ slug: 'x'.repeat(64), standard_template: 'diffusion' })],
  ])('%s', async (_what, item) => {
    expect((await served(list([item, good])).read()).map(({ id }) => id)).toEqual(['good', 'good']);
  });
});

describe('pages', () => {
  const page = (count: number, from: number) =>
    list(
      Array.from({ length: count }, (_, at) =>
        chute({ chute_id: `c${from + at}`, standard_template: 'diffusion' }),
      ),
    );

  test('are read until one is not full', async () => {
    const { asked, read } = served(page(1_000, 0), page(3, 1_000));
    expect(await read()).toHaveLength(1_003);
    expect(asked).toEqual([
      'https://api.example/chutes/?include_public=true&limit=1000&page=0&exclude=affine',
      'https://api.example/chutes/?include_public=true&limit=1000&page=1&exclude=affine',
    ]);
  });

  test('come to an end even where the list does not', async () => {
    const { asked, read } = served(...Array.from({ length: 50 }, (_, at) => page(1_000, 1_000 * at)));
    await read();
    expect(asked).toHaveLength(20);
  });

  test.each([['<html>busy</html>'], ['[]'], ['null'], [{ items: {} }], [{}]])(
    '%j is no list, and is said to be none',
    async (body) => {
      const failure = await served(body)
        .read()
        .catch((error: unknown) => error);
      expect(isTaoscopeError(failure, 'undecodable')).toBe(true);
    },
  );

  test('a list of nothing is a list', async () => {
    expect(await served(list([])).read()).toEqual([]);
    expect(await served({ items: [chute({ standard_template: 'vllm' })] }).read()).toHaveLength(2);
  });
});

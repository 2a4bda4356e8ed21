import { expect, test } from 'vitest';
import { findViolations } from './boundaries.ts';

const runtime = (from: string, to: string) => ({ from, to, typeOnly: false });

test('imports go down, through the index', () => {
  expect(
    findViolations([
      runtime('server/app.ts', 'metagraph/index.ts'),
      runtime('metagraph/rows.ts', 'store/index.ts'),
    ]),
  ).toEqual([]);
});

test('an import against the floors is named', () => {
  expect(findViolations([runtime('store/open.ts', 'metagraph/index.ts')])).toEqual([
    'store/open.ts -> metagraph/index.ts: store may not import from metagraph; move what both need down a floor',
  ]);
});

test('rooms of one floor do not import each other', () => {
  expect(findViolations([runtime('audit/a.ts', 'metagraph/index.ts')])[0]).toContain(
    'audit may not import from metagraph',
  );
});

test('an import past the index is named with what to import instead', () => {
  expect(findViolations([runtime('server/app.ts', 'store/open.ts')])).toEqual([
    'server/app.ts -> store/open.ts: import from store/index.ts instead',
  ]);
});

test('a cycle is shown as its path; types alone make none', () => {
  const cycle = [runtime('chain/a.ts', 'chain/b.ts'), runtime('chain/b.ts', 'chain/a.ts')];
  expect(findViolations(cycle)).toEqual(['cycle: chain/a.ts -> chain/b.ts -> chain/a.ts']);
  expect(findViolations(cycle.map((item) => ({ ...item, typeOnly: true })))).toEqual([]);
});

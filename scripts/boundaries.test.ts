import { expect, test } from 'vitest';
import { findViolations } from './boundaries.ts';

const imported = (from: string, to: string) => ({ from, to });

test('imports go down, through the index', () => {
  expect(
    findViolations([
      imported('server/app.ts', 'metagraph/index.ts'),
      imported('metagraph/rows.ts', 'store/index.ts'),
    ]),
  ).toEqual([]);
});

test('an import against the floors is named', () => {
  expect(findViolations([imported('store/open.ts', 'metagraph/index.ts')])).toEqual([
    'store/open.ts -> metagraph/index.ts: store may not import from metagraph; move what both need down a floor',
  ]);
});

test('rooms of one floor do not import each other', () => {
  expect(findViolations([imported('audit/a.ts', 'metagraph/index.ts')])[0]).toContain(
    'audit may not import from metagraph',
  );
});

test('an import past the index is named with what to import instead', () => {
  expect(findViolations([imported('server/app.ts', 'store/open.ts')])).toEqual([
    'server/app.ts -> store/open.ts: import from store/index.ts instead',
  ]);
});

test('a cycle is shown as its path', () => {
  const cycle = [imported('chain/a.ts', 'chain/b.ts'), imported('chain/b.ts', 'chain/a.ts')];
  expect(findViolations(cycle)).toEqual(['cycle: chain/a.ts -> chain/b.ts -> chain/a.ts']);
});

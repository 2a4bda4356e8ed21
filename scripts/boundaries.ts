/**
 * Checks the house's import rules: rooms import only downwards and only through a room's `index.ts`, the rooms of the
 * middle floor do not import each other, and no file is part of a cycle. `npm run check:boundaries`.
 */
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseSync } from 'oxc-parser';

/** From the top floor down; a room may import from the floors below its own. */
export const FLOORS: readonly (readonly string[])[] = [
  ['cli'],
  ['app'],
  ['server', 'demo'],
  ['metagraph', 'watch', 'audit', 'runs'],
  ['alerts'],
  ['chain', 'store', 'yuma'],
  ['config'],
  ['shared'],
];

/** Paths inside `src`, e.g. `chain/index.ts`. Imports of types alone count like any other. */
export interface Import {
  readonly from: string;
  readonly to: string;
}

/** What breaks the rules, a line each, saying what to import instead. */
export function findViolations(imports: readonly Import[]): string[] {
  const problems: string[] = [];
  for (const { from, to } of imports) {
    const [here, there] = [roomOf(from), roomOf(to)];
    if (here === there) continue;
    const [hereFloor, thereFloor] = [floorOf(here), floorOf(there)];
    if (hereFloor === -1 || thereFloor === -1)
      problems.push(`${from}: ${hereFloor === -1 ? here : there} is no room of the house`);
    else if (thereFloor <= hereFloor)
      problems.push(
        `${from} -> ${to}: ${here} may not import from ${there}; move what both need down a floor`,
      );
    else if (to !== `${there}/index.ts` && there !== 'app')
      problems.push(`${from} -> ${to}: import from ${there}/index.ts instead`);
  }
  return [...problems, ...findCycles(imports)];
}

function roomOf(path: string): string {
  return path.split('/')[0]?.replace(/\.ts$/, '') ?? '';
}

function floorOf(room: string): number {
  return FLOORS.findIndex((rooms) => rooms.includes(room));
}

function findCycles(imports: readonly Import[]): string[] {
  const next = Map.groupBy(imports, ({ from }) => from);
  const state = new Map<string, 'open' | 'done'>();
  const cycles: string[] = [];
  const visit = (file: string, path: readonly string[]): void => {
    if (state.get(file) === 'done') return;
    if (state.get(file) === 'open') {
      cycles.push(`cycle: ${[...path.slice(path.indexOf(file)), file].join(' -> ')}`);
      return;
    }
    state.set(file, 'open');
    for (const { to } of next.get(file) ?? []) visit(to, [...path, file]);
    state.set(file, 'done');
  };
  for (const file of next.keys()) visit(file, []);
  return cycles;
}

/** All relative imports among the sources. */
export function readImports(root: string): Import[] {
  return globSync('**/*.ts', { cwd: root }).flatMap((file) => {
    const text = readFileSync(join(root, file), 'utf8');
    const { module } = parseSync(file, text);
    const targets = [
      ...module.staticImports.map(({ moduleRequest }) => moduleRequest.value),
      ...module.staticExports.flatMap(({ entries }) =>
        entries.flatMap(({ moduleRequest }) => moduleRequest?.value ?? []),
      ),
      ...module.dynamicImports.flatMap(({ moduleRequest }) => literalOf(text, moduleRequest)),
    ];
    return targets
      .filter((target) => target.startsWith('.'))
      .map((target) => ({ from: file, to: normalize(join(dirname(file), target)) }))
      .filter(({ to }) => !to.startsWith('..'));
  });
}

/** The path of an `import('…')`; nothing for one that is computed. */
function literalOf(text: string, { start, end }: { start: number; end: number }): string[] {
  const argument = text.slice(start, end);
  return /^['"]/.test(argument) ? [argument.slice(1, -1)] : [];
}

if (import.meta.main) {
  const imports = readImports(fileURLToPath(new URL('../src', import.meta.url)));
  const problems = findViolations(imports);
  for (const problem of problems) console.error(problem);
  console.log(`${imports.length} imports among the rooms, ${problems.length} against the rules`);
  process.exitCode = problems.length === 0 ? 0 : 1;
}

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { repoRoot } from './paths.ts';

const built = join(repoRoot, 'dist/web');

export function hasWebBuild(): boolean {
  return existsSync(join(built, 'index.html'));
}

/**
 * Gzipped bytes of the JavaScript that the first page loads: the scripts of index.html, what it preloads, and what those import
 * statically.
 */
export function initialJavaScript(): { bytes: number; files: Record<string, number> } {
  const html = readFileSync(join(built, 'index.html'), 'utf8');
  const files: Record<string, number> = {};
  const visit = (path: string): void => {
    if (path in files) return;
    const text = readFileSync(join(built, path));
    files[path] = gzipSync(text, { level: 9 }).length;
    const folder = path.slice(0, path.lastIndexOf('/') + 1);
    // Static imports only: `import(…)` is loaded later, by a click or a route.
    for (const match of text
      .toString('utf8')
      .matchAll(/(?:^|[;}\s])(?:import|export)\s*(?:[\w*{}\s,$]+from\s*)?["']\.\/([^"']+\.js)["']/g)) {
      visit(`${folder}${match[1]}`);
    }
  };
  for (const match of html.matchAll(/(?:src|href)="\/?([^"]+\.js)"/g)) visit(match[1]!);
  return { bytes: Object.values(files).reduce((sum, size) => sum + size, 0), files };
}

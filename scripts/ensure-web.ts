import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Builds the dashboard into `dist/web` when it is missing or older than its sources. A production install has neither
 * sources nor vite and brings the built app along: nothing to do there.
 */
const root = join(import.meta.dirname, '..');
const built = join(root, 'dist/web/index.html');
/** What the built app is made of: the app, its contracts with the server, the versions of its libraries. */
const SOURCES = [
  'web/src',
  'web/public',
  'web/index.html',
  'web/vite.config.ts',
  'src/shared/units.ts',
  'package-lock.json',
];

if (existsSync(join(root, 'web/index.html')) && (await hasVite()) && isStale()) {
  const startedMs = performance.now();
  const { build } = await import('vite');
  await build({ configFile: join(root, 'web/vite.config.ts'), logLevel: 'warn' });
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  process.stderr.write(`built the dashboard into dist/web in ${seconds} s\n`);
}

function isStale(): boolean {
  if (!existsSync(built)) return true;
  const builtMs = statSync(built).mtimeMs;
  return SOURCES.some((path) => newestMs(join(root, path)) > builtMs);
}

/** The newest change below a path; 0 when there is nothing. A folder's own time tells of removed files. */
function newestMs(path: string): number {
  if (!existsSync(path)) return 0;
  const own = statSync(path);
  if (!own.isDirectory()) return own.mtimeMs;
  return readdirSync(path).reduce(
    (newest, name) => Math.max(newest, newestMs(join(path, name))),
    own.mtimeMs,
  );
}

async function hasVite(): Promise<boolean> {
  try {
    import.meta.resolve('vite');
    await import('@vitejs/plugin-react');
    return true;
  } catch {
    return false;
  }
}

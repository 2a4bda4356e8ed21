import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Installs other people's clients and nodes (test/peers) for the end-to-end tests and benchmarks, unless they are there. */
const dir = resolve(import.meta.dirname, '../test/peers');

function isInstalled(): boolean {
  const { dependencies } = JSON.parse(readFileSync(join(dir, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  return Object.entries(dependencies).every(([name, wanted]) => {
    const path = join(dir, 'node_modules', name, 'package.json');
    return (
      existsSync(path) && (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version === wanted
    );
  });
}

if (isInstalled()) {
  console.log('peers: installed');
} else {
  console.log('peers: installing other clients into test/peers (once; they are no part of the product)');
  const npm = spawnSync('npm', ['ci', '--prefix', dir, '--no-audit', '--no-fund', '--loglevel=error'], {
    encoding: 'utf8',
  });
  if (npm.status !== 0) {
    console.log(
      `peers: they cannot be installed, so the tests that need them will be skipped\n${npm.stderr ?? npm.error}`,
    );
    if (process.env.REQUIRE_ALL === '1') process.exitCode = 1;
  }
}

import { existsSync } from 'node:fs';
import { chromiumPath, hasPeers, sharedFile } from './paths.ts';

/**
 * `true` when a test may run. When what it needs is absent the reason is printed once and the test is to be skipped;
 * with env `REQUIRE_ALL=1` it throws instead, so that a skip cannot hide in CI.
 */
export function requirement(name: string, available: boolean, reason: string): boolean {
  if (available) return true;
  if (process.env.REQUIRE_ALL === '1') throw new Error(`${name}: ${reason} (REQUIRE_ALL=1)`);
  if (!told.has(name)) console.info(`skipped, ${name}: ${reason}`);
  told.add(name);
  return false;
}

const told = new Set<string>();

/** Chopsticks, @polkadot/api and the Sidecar are installed. */
export function requirePeers(): boolean {
  return requirement('other clients', hasPeers(), 'test/peers is not installed; run node scripts/peers.ts');
}

/** A raw chain spec of `../shared/chain` and the peers to run it. */
export function requireChainSpec(file: string): boolean {
  const path = sharedFile(`chain/${file}`);
  return (
    requirement('real runtimes', existsSync(path), `no ${file} in TAOSCOPE_SHARED/chain`) && requirePeers()
  );
}

export function requireChromium(): boolean {
  return requirement('browser', existsSync(chromiumPath), 'no Chromium; set CHROMIUM to one');
}

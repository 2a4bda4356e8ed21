import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** The checkout. */
export const repoRoot = resolve(import.meta.dirname, '../..');

/** Chain specs and recorded answers that are not part of the repository; env `TAOSCOPE_SHARED` says where they are. */
export const sharedDir = resolve(repoRoot, process.env.TAOSCOPE_SHARED ?? '../shared');

/** Other people's clients, installed by `scripts/peers.ts`. */
export const peersDir = join(repoRoot, 'test/peers');

/** A Chromium to drive: env `CHROMIUM`, else Debian's. */
export const chromiumPath = process.env.CHROMIUM ?? '/usr/bin/chromium';

export function sharedFile(name: string): string {
  return join(sharedDir, name);
}

export function hasPeers(): boolean {
  return existsSync(join(peersDir, 'node_modules/@acala-network/chopsticks/package.json'));
}

/** A new folder that is removed when the scope ends (`await using`). */
export async function tempDir(
  label: string,
): Promise<{ path: string; [Symbol.asyncDispose](): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), `taoscope-${label}-`));
  return {
    path,
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true, maxRetries: 5 }),
  };
}

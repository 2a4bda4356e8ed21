#!/usr/bin/env node
// Runs the built files where they are, else the sources. A checkout brings its own Node for machines whose Node is older.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const built = here('../dist/cli/main.js');
const entry = existsSync(built) ? built : here('../src/cli/main.ts');
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
const ownNode = here('../node_modules/node/bin/node');

if (major > 22 || (major === 22 && minor >= 18)) {
  await import(entry);
} else if (existsSync(ownNode)) {
  const child = spawn(ownNode, [entry, ...process.argv.slice(2)], { stdio: 'inherit' });
  // A terminal's Ctrl-C reaches the child by itself; a signal to this process alone is handed on.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 1);
  });
} else {
  console.error(
    `taoscope: this Node is ${process.versions.node}\n  expected: 22.18 or newer\n  to do:    install a newer Node`,
  );
  process.exitCode = 2;
}

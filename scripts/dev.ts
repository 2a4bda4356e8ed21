/** `npm run dev`: the demo with its API on 8700, and Vite in front of it on 5173, each restarted by its own watcher. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const children = [
  spawn(process.execPath, ['--watch-path=src', 'src/cli/main.ts', 'demo'], { cwd: root, stdio: 'inherit' }),
  spawn('vite', ['web'], { cwd: root, stdio: 'inherit' }),
];
for (const child of children) {
  child.on('exit', () => {
    for (const other of children) other.kill('SIGTERM');
  });
}
process.on('SIGINT', () => {});

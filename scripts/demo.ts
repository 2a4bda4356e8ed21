/**
 * `npm run demo`: makes sure the web app is built, then runs `taoscope demo`. `exec` and one process instead of a chain of shell
 * commands, because a shell that is interrupted between its commands hides the exit code of what it ran.
 */
import './ensure-web.ts';
import { processEffects } from '../src/cli/effects.ts';
import { run } from '../src/cli/run.ts';

process.exitCode = await run(['demo', ...process.argv.slice(2)], processEffects());

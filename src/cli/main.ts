#!/usr/bin/env node
import { processEffects } from './effects.ts';
import { run } from './run.ts';

const code = await run(process.argv.slice(2), processEffects());
process.exitCode = code;

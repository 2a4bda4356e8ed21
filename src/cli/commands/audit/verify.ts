import { createReadStream } from 'node:fs';
import { type Verification, type VerifyOptions, verifyBundle } from '../../../audit/index.ts';
import { pathFailure, stringifyJson, TaoscopeError } from '../../../shared/index.ts';
import type { Effects } from '../../effects.ts';
import { printable } from '../../table.ts';

export interface VerifyCommandOptions {
  json?: boolean;
  strict?: boolean;
}

/** `taoscope audit verify <file>`: every step of a bundle, offline. Fails when one fails; with `--strict` also when one cannot be shown. */
export async function verify(
  effects: Effects,
  file: string,
  { json = false, strict = false }: VerifyCommandOptions,
  { adapterOf }: VerifyOptions,
): Promise<void> {
  const source = createReadStream(file, { signal: effects.signal });
  let result: Verification;
  try {
    result = await verifyBundle(source, { adapterOf });
  } catch (error) {
    throw pathFailure(error, {
      failed: `cannot read ${file}`,
      expected: 'a bundle that `taoscope audit bundle` wrote',
    });
  }
  await effects.stdout.write(json ? `${stringifyJson(presented(result), 2)}\n` : explained(result));
  const failing = named(result, 'fails');
  if (failing.length > 0) throw doesNotHold(failing, result);
  const open = named(result, 'cannot be shown');
  if (strict && open.length > 0) throw notShown(open);
}

const MARKS = { holds: '✓', fails: '✗', 'cannot be shown': '?' } as const;

const SUMMARIES = {
  holds: 'Everything holds, shown by this file alone.',
  fails: 'It does not hold.',
  'cannot be shown':
    'It holds as far as it can be shown by this file alone; what is marked ? is taken on trust.',
} as const;

function explained(result: Verification): string {
  const lines = [...headOf(result)];
  const widest = Math.max(...result.steps.map(({ name }) => name.length));
  for (const { name, outcome, detail } of result.steps)
    lines.push(`${MARKS[outcome]} ${name.padEnd(widest)}  ${printable(detail)}`);
  return `${[...lines, '', SUMMARIES[result.outcome]].join('\n')}\n`;
}

function headOf({ bundle }: Verification): string[] {
  if (bundle === undefined) return [];
  const { entry, madeBy, madeAt, netuid, reportId } = bundle;
  const hour = new Date(entry.end / 1_000);
  const until = Number.isNaN(hour.getTime()) ? String(entry.end) : hour.toISOString();
  return [
    `Report ${reportId} of ${entry.role} ${entry.hotkey} on netuid ${netuid},`,
    `up to ${until}, committed to in block ${entry.block}.`,
    `Bundle made ${madeAt} by ${madeBy.program} ${madeBy.version}.`,
    '',
  ].map(printable);
}

/** For programs: the outcome, each step, and what the bundle is about (its word). */
function presented({ outcome, steps, bundle }: Verification): unknown {
  if (bundle === undefined) return { outcome, steps };
  const { reportId, entry, netuid, chain, madeBy, madeAt, hosts, verdicts } = bundle;
  return { outcome, steps, bundle: { reportId, entry, netuid, chain, madeBy, madeAt, hosts, verdicts } };
}

function named({ steps }: Verification, wanted: string): string[] {
  return steps.filter(({ outcome }) => outcome === wanted).map(({ name }) => name);
}

function doesNotHold(failing: readonly string[], { steps }: Verification): TaoscopeError {
  const isSound = !steps.some(({ about, outcome }) => about === 'evidence' && outcome === 'fails');
  const parts = {
    failed: isSound ? 'what the publisher claims does not hold' : 'the bundle does not hold',
    got: `${failing.join(', ')} ${failing.length === 1 ? 'fails' : 'fail'}`,
    expected: isSound ? 'claims that agree with the evidence, which is sound' : 'a bundle as it was made',
    todo: isSound ? 'this file shows it to anybody' : 'ask for the bundle again; do not rely on this one',
  };
  return new TaoscopeError('falsified', parts, { retryable: false });
}

function notShown(open: readonly string[]): TaoscopeError {
  return new TaoscopeError('not-found', {
    failed: 'the bundle does not show everything by itself (--strict)',
    got: `${open.join(', ')} cannot be shown`,
    expected: 'a proof of the state, and the files that the report names',
    todo: 'make it with --with-exports, and with a node that gives storage proofs',
  });
}

import { z } from 'zod';
import { parseAccount, TaoscopeError, toSs58 } from '../../shared/index.ts';

/** What somebody is worth, by hotkey: what weights are made from. */
export interface WeightScores {
  readonly netuid: number;
  /** Where they come from, a few words for people. */
  readonly origin: string;
  /** ss58 -> score, finite and not negative; what a score of 1 means does not matter. */
  readonly scores: ReadonlyMap<string, number>;
}

/** More than any subnet has neurons. */
const MAX_SCORES = 65_536;

const ScoresFile = z.strictObject({
  netuid: z.number().int().min(0).max(65_535),
  scores: z.record(z.string().max(66), z.number().min(0)),
});

/**
 * Scores of a file: `{ "netuid": 64, "scores": { "5F…": 0.25 } }`. Throws `usage` naming the first thing that is wrong.
 *
 * @param name the file's name, for messages.
 */
export function parseScores(text: string, name: string): WeightScores {
  const parsed = ScoresFile.safeParse(jsonOf(text, name));
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw notScores(name, `${issue?.path.map(String).join('.').slice(0, 80) ?? ''}: ${issue?.message ?? ''}`);
  }
  const entries = Object.entries(parsed.data.scores);
  if (entries.length > MAX_SCORES) throw notScores(name, `${entries.length} scores`);
  const scores = new Map<string, number>();
  for (const [hotkey, score] of entries) {
    const address = toSs58(parseAccount(hotkey));
    if (scores.has(address)) throw notScores(name, `${address} is there twice`);
    scores.set(address, score);
  }
  return { netuid: parsed.data.netuid, origin: name, scores };
}

function jsonOf(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw notScores(name, cause instanceof Error ? cause.message.slice(0, 120) : 'no JSON');
  }
}

function notScores(name: string, got: string): TaoscopeError {
  return new TaoscopeError('usage', {
    failed: `cannot read the scores in ${name}`,
    got,
    expected: '{ "netuid": 64, "scores": { "<hotkey>": <number from 0> } }',
  });
}

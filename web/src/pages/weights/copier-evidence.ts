import { fraction, integer, percent } from '../../format/numbers.ts';
import { shortAddress } from '../../format/text.ts';

/** The evidence against a validator as names and figures, what the score rests on first. What cannot be read is left out. */
export function evidenceFacts(
  evidence: Readonly<Record<string, unknown>>,
): { name: string; value: string; title: string }[] {
  const facts: { name: string; value: string; title: string }[] = [];
  const add = (name: string, value: string | undefined, title: string) => {
    if (value !== undefined) facts.push({ name, value, title });
  };
  const older = recordOf(evidence['older-rows']);
  const source = sourceName(older.source);
  add(
    'Follows older rows of',
    source,
    'What its rows were most like in the past: a validator, or the consensus',
  );
  add('How old', counted(older.lag, 'epoch', 'epochs'), 'How many epochs old the rows are that it follows');
  add(
    'Copied part',
    withError(older.copied, older.error),
    'About the share of its rows that follows older ones and that nothing present explains',
  );
  add(
    'Explained by the present',
    share(older.present),
    'Part of the source’s row of the same epoch in its own',
  );
  add(
    'Exact repeats',
    share(older.repeated),
    'Epochs in which its row equals the older row but for rounding',
  );
  add(
    'Innocent by timing',
    share(older.early),
    'Changes that it made before the source’s present row could be seen',
  );
  const consensus = recordOf(evidence['consensus-distance']);
  add(
    'Nearer to the previous consensus',
    share(consensus.nearerToPrevious),
    'Epochs in which its new row is nearer to the consensus of the epoch before than to that of its own',
  );
  add('Epochs looked at', plain(consensus.epochs ?? older.epochs), 'Epochs in which its row changed');
  const own = recordOf(evidence['own-signal']);
  add('Own signal', share(own.share), 'What is left of its rows when the older ones are taken out');
  add('Own signal of others', share(own.typical), 'The median of the other validators');
  const timing = recordOf(evidence.timing);
  add(
    'Acts after its source',
    blocks(timing.medianDelay, timing.spread),
    'Blocks from when its source’s rows can be seen to its next action: median, and the span of the middle half',
  );
  const same = Array.isArray(evidence['same-hand']) ? evidence['same-hand'] : [];
  for (const each of same.slice(0, 4)) {
    const { hotkey, sameColdkey } = recordOf(each);
    if (typeof hotkey === 'string')
      add(
        'Same rows at the same time as',
        `${shortAddress(hotkey)}${sameColdkey === true ? ' (same coldkey)' : ''}`,
        'Run by the same hand rather than copied later: this is no ground for suspicion',
      );
  }
  const none = recordOf(evidence['no-evidence']);
  add('Changes of its row', plain(none.changes), 'Too few of them say nothing');
  return facts;
}

/** The rows that prove it as columns for a chart: distance of the new row from what was before, and from what is now. */
export function evidenceColumns(epochs: readonly Readonly<Record<string, unknown>>[]) {
  const rows = epochs.filter(({ block }) => Number.isInteger(block));
  const column = (name: string) => rows.map((row) => numberOf(row[name]) ?? null);
  const block = rows.map((row) => Number(row.block));
  return {
    block,
    timestamp: block.map(() => null),
    previousConsensus: column('toPreviousConsensus'),
    presentConsensus: column('toPresentConsensus'),
    sourceBefore: column('toSourceBefore'),
    sourceNow: column('toSourceNow'),
  };
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

function sourceName(value: unknown): string | undefined {
  if (typeof value !== 'string' || value === '') return undefined;
  return value === 'consensus' ? 'the consensus' : shortAddress(value.slice(0, 60));
}

function share(value: unknown): string | undefined {
  const part = numberOf(value);
  return part === undefined ? undefined : percent(part, 0);
}

function withError(value: unknown, error: unknown): string | undefined {
  const part = share(value);
  const doubt = numberOf(error);
  return part === undefined || doubt === undefined ? part : `${part} (± ${fraction(doubt).slice(0, 5)})`;
}

function plain(value: unknown): string | undefined {
  const figure = numberOf(value);
  return figure === undefined ? undefined : integer(figure);
}

function counted(value: unknown, one: string, many: string): string | undefined {
  const figure = numberOf(value);
  return figure === undefined ? undefined : `${integer(figure)} ${figure === 1 ? one : many}`;
}

function blocks(median: unknown, spread: unknown): string | undefined {
  const middle = numberOf(median);
  if (middle === undefined) return undefined;
  const around = numberOf(spread);
  return `${integer(middle)} blocks${around === undefined ? '' : `, within ${integer(around)}`}`;
}

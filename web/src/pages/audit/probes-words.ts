import type { AuditProbesBody } from '../../api/types.ts';
import { integer } from '../../format/numbers.ts';
import { displayText } from '../../format/text.ts';
import type { ProbeKind, ProbeLookup, ProbeOutcome } from '../../url/audit-pay-search.ts';

export type Probe = AuditProbesBody['probes'][number];
export type Attempt = Probe['attempts'][number];

export const KIND_NAMES: Readonly<Record<ProbeKind, string>> = {
  chat: 'Chat',
  completion: 'Completion',
  image: 'Image',
  speech: 'Speech',
  embedding: 'Embedding',
};

export const OUTCOME_NAMES: Readonly<Record<ProbeOutcome, string>> = {
  succeeded: 'succeeded',
  failed: 'failed',
  unfinished: 'no end was heard',
  pending: 'running',
};

interface LookupLook {
  readonly name: string;
  readonly sign: string;
  readonly tone: 'good' | 'bad' | 'warn' | 'none';
  readonly meaning: string;
}

/** What became of an attempt in the validator's exports. */
export const LOOKUP_LOOKS: Readonly<Record<ProbeLookup, LookupLook>> = {
  missing: {
    name: 'missing',
    sign: '▲',
    tone: 'bad',
    meaning: 'its hour is exported and proven, and no row tells of it',
  },
  mismatched: {
    name: 'mismatched',
    sign: '≠',
    tone: 'bad',
    meaning: 'a row tells of it, and tells it otherwise than the route that we saw',
  },
  unverifiable: {
    name: 'unverifiable',
    sign: '?',
    tone: 'warn',
    meaning: 'nobody can prove what its hour held',
  },
  pending: {
    name: 'not yet exported',
    sign: '…',
    tone: 'none',
    meaning: 'its hour is still to be published',
  },
  present: { name: 'present', sign: '✓', tone: 'good', meaning: 'a proven export tells of it as we saw it' },
};

/** Kinds that this page does not know are named as they are. */
export function kindName(kind: string): string {
  return Object.hasOwn(KIND_NAMES, kind)
    ? KIND_NAMES[kind as ProbeKind]
    : (displayText(kind, 20) ?? 'Request');
}

/** `3 attempts: two failed before one succeeded`, of a chain of retries. */
export function routeSentence(attempts: readonly Attempt[]): string {
  const [only] = attempts;
  if (only === undefined) return 'No instance was asked.';
  if (attempts.length === 1) return `One attempt, which ${pastOf(only.outcome)}.`;
  const failed = attempts.filter(({ outcome }) => outcome === 'failed').length;
  const last = attempts.at(-1);
  return `${integer(attempts.length)} attempts, ${failed === 0 ? 'none of which failed' : `${integer(failed)} of which failed`}; the last ${pastOf(last?.outcome ?? 'pending')}.`;
}

function pastOf(outcome: ProbeOutcome): string {
  switch (outcome) {
    case 'succeeded':
      return 'succeeded';
    case 'failed':
      return 'failed';
    case 'unfinished':
      return 'was never heard to end';
    case 'pending':
      return 'is running';
  }
}

/** The line of an error that says what happened: of a Python traceback the last, else the first. */
export function errorLine(error: string): string | undefined {
  const lines = error.split(/[\r\n]+/).flatMap((line) => displayText(line, 200) ?? []);
  return /^Traceback\b/.test(error.trimStart()) ? lines.at(-1) : lines[0];
}

const MOST_LINES = 200;

/**
 * Text of several lines as it may be shown: each line as {@link displayText} leaves it, paragraphs kept, at most `max`
 * characters in all. Empty text where nothing readable is left.
 */
export function displayLines(text: string, max: number): string {
  const lines = text
    .slice(0, max)
    .split(/\r\n|[\n\r\u2028\u2029]/)
    .slice(0, MOST_LINES)
    .map((line) => displayText(line, max) ?? '');
  return lines
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

/** The numbers at the beginning of a vector written as JSON, which may be cut off: at most `most`, none that is not finite. */
export function vectorOf(text: string, most = 96): number[] {
  const body = /^\s*\[?\s*\[([^\]]*)/.exec(text)?.[1] ?? /^\s*\[([^[\]]*)/.exec(text)?.[1];
  if (body === undefined) return [];
  const numbers: number[] = [];
  // A number that the cut may have shortened is one that no comma follows: it is left out with it.
  const whole = text.includes(']') ? body : body.slice(0, Math.max(0, body.lastIndexOf(',')));
  for (const part of whole.split(',', most)) {
    const value = part.trim() === '' ? Number.NaN : Number(part);
    if (!Number.isFinite(value)) break;
    numbers.push(value);
  }
  return numbers;
}

export type OutputKind = 'text' | 'image' | 'audio' | 'vector' | 'file';

/** How an output may be shown. The server tells types by the bytes; what it does not name safe is only offered as a file. */
export function outputKind({
  kind,
  mediaType,
  outputSha256,
}: Pick<Probe, 'kind' | 'mediaType' | 'outputSha256'>): OutputKind | undefined {
  if (mediaType === null || outputSha256 === null) return undefined;
  if (/^image\/(png|jpeg|webp)$/.test(mediaType)) return 'image';
  if (/^audio\/(wav|mpeg|flac|ogg)$/.test(mediaType)) return 'audio';
  if (mediaType === 'application/json') return kind === 'embedding' ? 'vector' : 'text';
  return mediaType.startsWith('text/') ? 'text' : 'file';
}

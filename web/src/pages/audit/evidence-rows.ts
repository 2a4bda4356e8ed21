/** How a piece of evidence is shown. */
export type EvidenceKind =
  | 'hash'
  | 'report'
  | 'account'
  | 'instant'
  | 'bytes'
  | 'seconds'
  | 'number'
  | 'flag'
  | 'text';

export interface EvidenceRow {
  /** Where it stands: `reports 2 · sha256`. Hostile, like the text. */
  readonly name: string;
  readonly kind: EvidenceKind;
  /** As it is copied. */
  readonly text: string;
  readonly value: string | number | boolean | null;
}

/** More rows are no evidence that a person reads; the JSON has them all. */
const MOST_ROWS = 60;
const DEEPEST = 4;

/** Evidence, which may hold lists and objects, as named rows in the order in which it was written. What is empty has no row. */
export function evidenceRows(evidence: Readonly<Record<string, unknown>>): {
  readonly rows: readonly EvidenceRow[];
  /** Rows that are left out. */
  readonly more: number;
} {
  const rows: EvidenceRow[] = [];
  let count = 0;
  const add = (name: string, leaf: string, value: EvidenceRow['value']) => {
    count += 1;
    if (rows.length < MOST_ROWS)
      rows.push({ name, kind: kindOf(leaf, value), text: String(value ?? 'nothing'), value });
  };
  const visit = (name: string, leaf: string, value: unknown, depth: number) => {
    if (
      value === null ||
      typeof value === 'string' ||
      typeof value === 'number' ||
      typeof value === 'boolean'
    )
      return add(name, leaf, value);
    if (typeof value !== 'object') return;
    if (depth >= DEEPEST) return add(name, leaf, JSON.stringify(value) ?? '');
    const numbered = Array.isArray(value) && value.length > 1;
    for (const [key, inner] of Object.entries(value)) {
      const step = Array.isArray(value) ? (numbered ? String(Number(key) + 1) : '') : wordsOf(key);
      visit(joined(name, step), Array.isArray(value) ? leaf : key, inner, depth + 1);
    }
  };
  for (const [key, value] of Object.entries(evidence)) visit(wordsOf(key), key, value, 0);
  return { rows, more: count - rows.length };
}

function kindOf(name: string, value: EvidenceRow['value']): EvidenceKind {
  if (typeof value === 'boolean') return 'flag';
  if (typeof value === 'number') {
    if (/bytes$/i.test(name)) return 'bytes';
    return /seconds|lateness/i.test(name) ? 'seconds' : 'number';
  }
  if (value === null) return 'text';
  if (/^(0x)?[0-9a-f]{40,}$/.test(value)) return 'hash';
  if (/^[0-9a-f]{32}$/.test(value)) return 'report';
  if (/^[1-9A-HJ-NP-Za-km-z]{46,50}$/.test(value)) return 'account';
  return /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)$/.test(value) ? 'instant' : 'text';
}

function wordsOf(key: string): string {
  return key
    .slice(0, 60)
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replaceAll('_', ' ')
    .toLowerCase();
}

function joined(name: string, step: string): string {
  if (step === '') return name;
  return /^\d+$/.test(step) ? `${name} ${step}` : `${name} · ${step}`;
}

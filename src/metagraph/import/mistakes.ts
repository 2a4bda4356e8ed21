import { TaoscopeError } from '../../shared/index.ts';

/** What is wrong with a file, the first few of many. */
export interface Mistakes {
  /** `row` counts from 1; `column` is the file's own name. */
  add(mistake: { row: number; column?: string | undefined; got: string; expected: string }): void;
  readonly count: number;
  /** The error that tells them; `undefined` when there are none. */
  error(path: string): TaoscopeError | undefined;
}

const MOST_TOLD = 10;

/** A list of mistakes that stays short. */
export function createMistakes(): Mistakes {
  const told: string[] = [];
  const expectations = new Set<string>();
  let count = 0;
  return {
    add({ row, column, got, expected }) {
      count++;
      if (told.length >= MOST_TOLD) return;
      const where = column === undefined ? `row ${row}` : `row ${row}, column ${column}`;
      told.push(`${where}: ${got}`);
      expectations.add(expected);
    },
    get count() {
      return count;
    },
    error(path) {
      if (count === 0) return undefined;
      const more = count > told.length ? `; and ${count - told.length} more` : '';
      return new TaoscopeError(
        'usage',
        {
          failed: `${path} has ${count === 1 ? 'a mistake' : `${count} mistakes`}; nothing of it was stored`,
          got: told.join('; ') + more,
          expected: [...expectations].join('; '),
          todo: 'mend the file, or leave out the snapshots that have mistakes with --skip-bad',
        },
        { fields: { mistakes: count } },
      );
    },
  };
}

/** A cell as an error shows it: short, and without what a terminal would obey. */
export function shownCell(cell: unknown): string {
  const text = typeof cell === 'string' ? JSON.stringify(cell) : String(cell);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

/** Answers rows of a statement: a running server, or `taoscope sql` on a data folder. */
export type Ask = (query: string) => Promise<unknown[][]>;

/** Columns that say when and how a row was collected, not what the chain said. */
const OF_THE_COLLECTION = new Set(['expires', 'rollup_expires', 'epoch_expires', 'origin']);

/**
 * What a table says about the chain, in two numbers: how many rows, and a hash that does not depend on their order. Two runs
 * that recorded the same things give the same.
 */
export async function tableChecksum(
  ask: Ask,
  table: string,
  where = '1 = 1',
): Promise<{ rows: string; hash: string }> {
  const described = await ask(`DESCRIBE TABLE ${table}`);
  const columns = described.map(([name]) => String(name)).filter((name) => !OF_THE_COLLECTION.has(name));
  if (columns.length === 0) throw new Error(`table ${table} has no columns`);
  // toString of the whole tuple keeps NULL apart from 0, which the hash functions of the engine do not.
  const [row] = await ask(
    `SELECT toString(count()), toString(sumWithOverflow(cityHash64(toString(tuple(${columns.join(', ')}))))) FROM ${table} FINAL WHERE ${where}`,
  );
  return { rows: String(row?.[0]), hash: String(row?.[1]) };
}

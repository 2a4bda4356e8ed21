import type { MatrixNeuron } from './neurons.ts';
import type { StoredRow } from './rows.ts';

/**
 * What of the stored rows the chain counts, given who holds the uids now. Out falls a row that its uid's present holder
 * has not set (another hotkey did, or it is older than the registration: before spec 397 a newcomer inherits the
 * predecessor's `LastUpdate`), and weight given to a uid before its present holder registered: the epoch masks it
 * (`vec_mask_sparse_matrix` with `updated <= registered`, pallets/subtensor/src/epoch/run_epoch.rs).
 */
export function countedRows(
  rows: readonly StoredRow[],
  neurons: ReadonlyMap<number, Pick<MatrixNeuron, 'hotkey' | 'registeredAt'>>,
): StoredRow[] {
  return rows
    .filter(({ uid, hotkey, lastUpdate }) => {
      const holder = neurons.get(uid);
      const registeredAt = holder?.registeredAt;
      const older = lastUpdate !== undefined && registeredAt !== undefined && lastUpdate < registeredAt;
      return holder?.hotkey === hotkey && !older;
    })
    .map((row) => {
      const { uid, lastUpdate, targets, values } = row;
      if (lastUpdate === undefined) return row;
      const counts = (target: number) => {
        const registeredAt = neurons.get(target)?.registeredAt;
        return registeredAt === undefined || target === uid || lastUpdate > registeredAt;
      };
      return targets.every(counts)
        ? row
        : {
            ...row,
            targets: targets.filter(counts),
            values: values.filter((_, at) => counts(targets[at] as number)),
          };
    });
}

/**
 * Who gives weight to whom at one block: rows of weights and bonds as stored, and the commits that wait to be revealed.
 * It normalises nothing.
 */
export { readHotkeys } from './hotkeys.ts';
export { readWeightCommits, type WeightCommit } from './weight-commits.ts';
export {
  readWeightMatrix,
  readWeightRows,
  type WeightMatrix,
  type WeightMatrixOptions,
  type WeightRow,
} from './weight-matrix.ts';
export { readWeightState, type WeightState } from './weight-state.ts';

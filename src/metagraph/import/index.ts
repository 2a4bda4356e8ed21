/** Reads tables of neurons that were written elsewhere, and stores them as a backfill would. It believes no cell unseen. */
export {
  type ImportOptions,
  type ImportProgress,
  type ImportResult,
  importMetagraph,
} from './import-metagraph.ts';

/** The schema that `hold-store.ts` makes, for tests of rooms that may not import it. */
export { migrations } from '../../src/metagraph/index.ts';

import { expect, test } from 'vitest';
import * as room from './index.ts';

test('the room offers these names', () => {
  expect(Object.keys(room).sort()).toEqual(['OLDEST_SERVER', 'clusterForm', 'openStore', 'readOwner']);
});

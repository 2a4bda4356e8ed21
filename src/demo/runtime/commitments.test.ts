import { expect, it } from 'vitest';
import { toHex } from '../../shared/index.ts';
import { devAccount } from '../population/keys.ts';
import { minerKey } from '../population/people.ts';
import { callOf } from '../population/scene.ts';
import { commitmentOf, type Registration } from './commitments.ts';
import { dispatch } from './dispatch.ts';
import { freshState, namesOf } from './testing/fresh-state.ts';

const miner = minerKey(1, 0).publicKey;
const digest = (byte: number) => ({ type: 'Sha256', value: `0x${'00'.repeat(31)}0${byte}` });
const commit = (...fields: unknown[]) => callOf('set_commitment', { netuid: 1, info: fields }, 'Commitments');

it('keeps one commitment per account, with the block that set it, and overwrites it', () => {
  const { state, log } = freshState();
  expect(commitmentOf(state, 1, miner)).toBeUndefined();
  dispatch(state, log, miner, commit(digest(1)), 10);
  dispatch(state, log, miner, commit(digest(2)), 11);
  expect(commitmentOf(state, 1, miner)).toEqual<Registration>({
    deposit: 0n,
    block: 11,
    info: [digest(2)],
  });
  expect(state.get('Commitments', 'LastCommitment', 1, miner)).toBe(11);
  expect(namesOf(log)).toEqual(['Commitment', 'Commitment']);
});

it('writes the bytes that the chain writes: deposit, block, count, tag 131, digest', () => {
  const { state, log } = freshState();
  dispatch(state, log, miner, commit(digest(1)), 258);
  const key = state.runtime.item('Commitments', 'CommitmentOf').key([64, miner]);
  // Golden: prefix and netuid of the reference, section 4 "Key prefix".
  expect(key.startsWith('0xca407206ec1ab726b2636c4b145ac287419a60ae8b01e6dcaebd7317e43c69bf4000')).toBe(true);
  expect(key).toHaveLength(2 + 2 * 74);
  const stored = state.raw.read(state.runtime.item('Commitments', 'CommitmentOf').key([1, miner]));
  expect(toHex(stored ?? new Uint8Array())).toBe(`0x${'00'.repeat(8)}020100000483${'00'.repeat(31)}01`);
});

it('refuses strangers, too many fields, and more space than an epoch has', () => {
  const { state, log } = freshState();
  const stranger = devAccount('//Eve').publicKey;
  expect(() => dispatch(state, log, stranger, commit(digest(1)), 10)).toThrow('AccountNotAllowedCommit');
  const four = commit(digest(1), digest(2), digest(3), digest(4));
  expect(() => dispatch(state, log, miner, four, 10)).toThrow('TooManyFieldsInCommitmentInfo');
  // 3100 bytes, at least 100 a call; netuid 1 with tempo 20 has its epoch at 19.
  for (let call = 0; call < 31; call++) dispatch(state, log, miner, commit(digest(1)), 10);
  expect(() => dispatch(state, log, miner, commit(digest(1)), 18)).toThrow('SpaceLimitExceeded');
  expect(() => dispatch(state, log, miner, commit(digest(1)), 19)).not.toThrow();
});

import { expect, test } from 'vitest';
import type { EventJson } from '../../api/types.ts';
import { EVENT_KINDS } from '../../url/page-search.ts';
import { attribution, KIND_NAMES, plainSentence, sentence } from './sentence.ts';

const event = (facts: Partial<EventJson> & Pick<EventJson, 'kind'>): EventJson => ({
  netuid: 1,
  block: 100,
  index: 0,
  timestamp: null,
  name: facts.kind,
  ...facts,
});
const said = (facts: Partial<EventJson> & Pick<EventJson, 'kind'>) => plainSentence(sentence(event(facts)));

test('events are told as sentences', () => {
  expect(said({ kind: 'registered', hotkey: '5H', uid: 0, tao: 0.5 })).toBe(
    '5H registered on UID 0 for 0.5000 τ',
  );
  expect(said({ kind: 'deregistered', hotkey: '5H', uid: 7, otherHotkey: '5N' })).toBe('5H lost UID 7 to 5N');
  expect(said({ kind: 'hyperparameter', name: 'weightsRateLimit', oldValue: '100', newValue: '50000' })).toBe(
    'Weights rate limit went from 100 → 50,000',
  );
  expect(said({ kind: 'take', hotkey: '5H', oldValue: '0.18', newValue: '0.09' })).toBe(
    '5H takes 18.00 % → 9.00 %',
  );
  expect(said({ kind: 'stake-added', coldkey: '5C', hotkey: '5H', tao: 10, alpha: 200 })).toBe(
    '5C staked 10.00 τ = 200.00 α on 5H',
  );
  expect(said({ kind: 'weights-revealed', hotkey: '5H', actor: 'chain', mechanism: 1 })).toBe(
    'The chain revealed the weights of 5H (mechanism 1)',
  );
  expect(said({ kind: 'epoch', netuid: 0 })).toBe('The epoch of subnet 0 ran');
});

test('a move names both sides, and the other owner when it has one', () => {
  const move = {
    kind: 'stake-moved',
    coldkey: '5C',
    hotkey: '5H',
    tao: 3,
    oldValue: '0',
    newValue: '4',
  } as const;
  expect(said(move)).toBe('5C moved 3.00 τ from 5H on subnet 0 to 5H on subnet 4');
  expect(said({ ...move, otherHotkey: '5N', otherColdkey: '5D' })).toBe(
    '5C transferred 3.00 τ from 5H on subnet 0 to 5N on subnet 4 of 5D',
  );
});

test('who did it, through what, and who signed', () => {
  const by = (facts: Partial<EventJson>) => plainSentence(attribution(event({ kind: 'take', ...facts })));
  expect(by({ actor: '5C', signer: '5S', via: ['proxy', 'batch'] })).toBe(
    'by 5C through proxy, then batch, signed by 5S',
  );
  expect(by({ actor: '5C', signer: '5C' })).toBe('by 5C');
  expect(by({ actor: 'chain' })).toBe('by the chain itself');
  expect(by({ actor: 'root', via: ['multisig', 'sudo'] })).toBe('by root through multisig, then sudo');
  expect(by({})).toBe('');
  // The sentence has said it.
  expect(by({ kind: 'weights-set', hotkey: '5H', actor: '5H', signer: '5H' })).toBe('');
  expect(by({ kind: 'stake-added', coldkey: '5C', actor: '5C', signer: '5S', via: ['proxy'] })).toBe(
    'by 5C through proxy, signed by 5S',
  );
});

test('every kind is told even when nothing but the kind is known', () => {
  expect([...EVENT_KINDS].sort()).toEqual(Object.keys(KIND_NAMES).sort());
  for (const kind of EVENT_KINDS) {
    const text = said({ kind, netuid: null });
    expect(text, kind).not.toMatch(/undefined|null|NaN/);
    expect(text.length, kind).toBeGreaterThan(5);
  }
});

test('texts of the chain cannot reorder the sentence', () => {
  expect(said({ kind: 'axon-served', hotkey: '5H', newValue: 'a\u202Eb' })).toBe('5H serves at ab');
});

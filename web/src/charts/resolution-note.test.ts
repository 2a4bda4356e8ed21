import { expect, it } from 'vitest';
import { resolutionNote } from './resolution-note.ts';

it('says which resolution is shown, and how many of what is stored', () => {
  expect(resolutionNote({ resolution: 'raw', from: 1, to: 7_200, stored: 720, shown: 400 })).toBe(
    '400 of 720 stored snapshots · blocks 1–7,200',
  );
  expect(resolutionNote({ resolution: 'epoch', from: 0, to: 9_999, stored: 28, shown: 28 })).toBe(
    '28 epoch roll-ups · blocks 0–9,999',
  );
});

it('has words for one snapshot, and for none', () => {
  expect(resolutionNote({ resolution: 'hourly', from: 0, to: 0, stored: 1, shown: 1 })).toBe(
    '1 hourly roll-up · block 0',
  );
  expect(resolutionNote({ resolution: 'raw', stored: 0, shown: 0 })).toBe('nothing stored');
});

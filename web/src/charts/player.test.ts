import { describe, expect, it } from 'vitest';
import { type Clock, createPlayer } from './player.ts';

/** A clock that a test turns by hand. */
function handClock(): Clock & { turn: (ms: number) => void; waiting: () => boolean } {
  let now = 0;
  let tick: ((nowMs: number) => void) | undefined;
  return {
    request: (next) => {
      tick = next;
      return 1;
    },
    cancel: () => {
      tick = undefined;
    },
    waiting: () => tick !== undefined,
    turn: (ms) => {
      now += ms;
      const due = tick;
      tick = undefined;
      due?.(now);
    },
  };
}

describe('a player', () => {
  it('begins at the newest frame, paused', () => {
    const clock = handClock();
    const player = createPlayer({ frames: 10 }, clock);
    expect(player.frame()).toBe(9);
    expect(player.getState().playing).toBe(false);
    expect(clock.waiting()).toBe(false);
  });

  it('plays at its speed from the first frame, and stops at the last', () => {
    const clock = handClock();
    const player = createPlayer({ frames: 10, speed: 10 }, clock);
    const seen: number[] = [];
    player.onMove((position) => seen.push(Math.floor(position)));
    player.play();
    clock.turn(16);
    for (let turn = 0; turn < 12; turn += 1) clock.turn(100);
    expect(seen).toEqual([9, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(player.getState().playing).toBe(false);
    expect(clock.waiting()).toBe(false);
  });

  it('begins again when it loops, and shows the last frame too', () => {
    const clock = handClock();
    const player = createPlayer({ frames: 3, speed: 10, loop: true }, clock);
    const seen: number[] = [];
    player.onMove((position) => seen.push(Math.floor(position)));
    player.play();
    clock.turn(16);
    for (let turn = 0; turn < 5; turn += 1) clock.turn(100);
    expect(seen).toEqual([2, 0, 1, 2, 0, 1, 2]);
    expect(player.getState().playing).toBe(true);
    player.pause();
    expect(clock.waiting()).toBe(false);
  });

  it('does not jump through what a hidden page missed', () => {
    const clock = handClock();
    const player = createPlayer({ frames: 1_000, speed: 20, at: 0 }, clock);
    player.play();
    clock.turn(16);
    clock.turn(60_000);
    expect(player.frame()).toBe(5);
  });

  it('stops when it is scrubbed, and stays among its frames', () => {
    const clock = handClock();
    const player = createPlayer({ frames: 10, at: 0 }, clock);
    player.play();
    player.seek(99);
    expect(player.frame()).toBe(9);
    expect(player.getState().playing).toBe(false);
    player.seek(-1);
    expect(player.frame()).toBe(0);
  });

  it('stands still with one frame or none', () => {
    for (const frames of [0, 1]) {
      const clock = handClock();
      const player = createPlayer({ frames }, clock);
      player.play();
      expect(player.frame()).toBe(0);
      expect(clock.waiting()).toBe(false);
    }
  });
});

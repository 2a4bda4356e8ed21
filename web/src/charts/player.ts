/** Frames per second that a reader may choose. */
export const SPEEDS = [2, 5, 10, 20, 30, 60] as const;
export type Speed = (typeof SPEEDS)[number];

export interface PlayerState {
  readonly playing: boolean;
  readonly loop: boolean;
  readonly speed: Speed;
}

/** Where an animation stands, and its clock. Nothing of it renders React: who draws listens to `onMove`. */
export interface Player {
  readonly frames: number;
  readonly getState: () => PlayerState;
  /** Called when playing, loop or speed change. Answers how to stop listening. */
  readonly subscribe: (listener: () => void) => () => void;
  /** Called with each new position, in frames with their fraction while playing; once at once. */
  readonly onMove: (listener: (position: number) => void) => () => void;
  /** Frames from 0, with the fraction that is played of it. */
  readonly position: () => number;
  readonly frame: () => number;
  /** Plays on, from the first frame when it stands at the last. */
  readonly play: () => void;
  readonly pause: () => void;
  /** Goes to a frame, the nearest there is; stops playing unless `keep`. */
  readonly seek: (frame: number, how?: { keep?: boolean }) => void;
  readonly setLoop: (loop: boolean) => void;
  readonly setSpeed: (speed: Speed) => void;
  readonly close: () => void;
}

/** What drives a player: the browser's frames, or a test's. */
export interface Clock {
  readonly request: (tick: (nowMs: number) => void) => number;
  readonly cancel: (id: number) => void;
}

const BROWSER: Clock = {
  request: (tick) => requestAnimationFrame(tick),
  cancel: (id) => cancelAnimationFrame(id),
};

/** A page that was hidden does not jump through what it missed. */
const LONGEST_TICK_MS = 250;

export function createPlayer(
  {
    frames,
    at = frames - 1,
    speed = 20,
    loop = false,
  }: { frames: number } & Partial<{
    at: number;
    speed: Speed;
    loop: boolean;
  }>,
  clock: Clock = BROWSER,
): Player {
  const last = Math.max(0, frames - 1);
  let position = clamp(at);
  let state: PlayerState = { playing: false, loop, speed };
  let request: number | undefined;
  let before: number | undefined;
  const stateListeners = new Set<() => void>();
  const moveListeners = new Set<(position: number) => void>();

  return {
    frames,
    getState: () => state,
    subscribe: (listener) => {
      stateListeners.add(listener);
      return () => stateListeners.delete(listener);
    },
    onMove: (listener) => {
      moveListeners.add(listener);
      listener(position);
      return () => moveListeners.delete(listener);
    },
    position: () => position,
    frame: () => Math.floor(position),
    play: () => {
      if (state.playing || frames < 2) return;
      if (position >= last) move(0);
      set({ playing: true });
      before = undefined;
      request = clock.request(tick);
    },
    pause,
    seek: (frame, { keep = false } = {}) => {
      if (!keep) pause();
      move(clamp(frame));
    },
    setLoop: (next) => set({ loop: next }),
    setSpeed: (next) => set({ speed: next }),
    close: () => {
      pause();
      stateListeners.clear();
      moveListeners.clear();
    },
  };

  function tick(nowMs: number): void {
    const passed = before === undefined ? 0 : Math.min(LONGEST_TICK_MS, nowMs - before);
    before = nowMs;
    const next = position + (passed / 1_000) * state.speed;
    if (next < last) {
      if (passed > 0) move(next);
    } else if (state.loop && next >= frames) {
      // The last frame is seen as long as any other before the first follows.
      move(next % frames);
    } else {
      move(last);
      if (!state.loop) {
        request = undefined;
        set({ playing: false });
        return;
      }
      position = next;
    }
    request = clock.request(tick);
  }

  function pause(): void {
    if (request !== undefined) clock.cancel(request);
    request = undefined;
    if (!state.playing) return;
    position = clamp(Math.floor(position));
    set({ playing: false });
  }

  function move(next: number): void {
    position = next;
    for (const listener of moveListeners) listener(position);
  }

  function set(patch: Partial<PlayerState>): void {
    state = { ...state, ...patch };
    for (const listener of stateListeners) listener();
  }

  function clamp(frame: number): number {
    return Math.min(last, Math.max(0, frame));
  }
}

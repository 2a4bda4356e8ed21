import { useEffect, useRef, useState } from 'react';
import { createPlayer, type Player } from './player.ts';

/**
 * A player of `frames` frames that lives as long as the component. It begins at the newest frame, paused (so also for
 * who asked for less motion). With another number of frames it is another player that stands at the same share, or at
 * the newest if it stood there.
 */
export function usePlayer(frames: number): Player {
  const [player, setPlayer] = useState(() => createPlayer({ frames }));
  const current = useRef(player);
  useEffect(() => {
    const old = current.current;
    if (old.frames === frames) return;
    const { playing, loop, speed } = old.getState();
    const share = old.frames < 2 ? 1 : old.frame() / (old.frames - 1);
    const next = createPlayer({ frames, at: Math.round(share * (frames - 1)), loop, speed });
    old.close();
    current.current = next;
    setPlayer(next);
    if (playing) next.play();
  }, [frames]);
  useEffect(() => () => current.current.pause(), []);
  return player;
}

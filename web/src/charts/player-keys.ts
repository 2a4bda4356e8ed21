import type { KeyboardEvent } from 'react';
import type { Player } from './player.ts';

/** Space plays, arrows step, Home and End jump, L loops: for the element that holds the drawing. */
export function playerKeys(player: Player): (event: KeyboardEvent) => void {
  const keys: Record<string, () => void> = {
    ' ': () => (player.getState().playing ? player.pause() : player.play()),
    ArrowLeft: () => player.seek(player.frame() - 1),
    ArrowRight: () => player.seek(player.frame() + 1),
    PageUp: () => player.seek(player.frame() - 10),
    PageDown: () => player.seek(player.frame() + 10),
    Home: () => player.seek(0),
    End: () => player.seek(player.frames - 1),
    l: () => player.setLoop(!player.getState().loop),
  };
  return (event) => {
    const act = keys[event.key];
    if (event.target !== event.currentTarget || event.ctrlKey || event.metaKey || act === undefined) return;
    event.preventDefault();
    act();
  };
}

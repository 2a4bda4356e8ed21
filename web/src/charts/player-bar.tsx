import { ActionIcon, NativeSelect } from '@mantine/core';
import { useEffect, useRef, useSyncExternalStore } from 'react';
import { LoopIcon, NextIcon, PauseIcon, PlayIcon, PreviousIcon } from '../parts/icons.tsx';
import { type Player, SPEEDS, type Speed } from './player.ts';
import styles from './player-bar.module.css';

/** Plays, stops, steps and scrubs an animation. `caption` names a frame: its block and time. */
export function PlayerBar({ player, caption }: { player: Player; caption: (frame: number) => string }) {
  const { playing, loop, speed } = useSyncExternalStore(player.subscribe, player.getState);
  const slider = useRef<HTMLInputElement>(null);
  const text = useRef<HTMLOutputElement>(null);
  const last = Math.max(0, player.frames - 1);

  // Thirty times a second is too often for React.
  useEffect(
    () =>
      player.onMove((position) => {
        const frame = Math.min(last, Math.floor(position));
        const name = caption(frame);
        if (slider.current !== null) {
          slider.current.value = String(frame);
          if (!player.getState().playing) slider.current.setAttribute('aria-valuetext', name);
        }
        if (text.current !== null) text.current.textContent = name;
      }),
    [player, caption, last],
  );

  return (
    <div className={styles.bar}>
      <ActionIcon
        variant="default"
        aria-label={playing ? 'Pause' : 'Play'}
        title={`${playing ? 'Pause' : 'Play'} (space)`}
        disabled={player.frames < 2}
        onClick={() => (playing ? player.pause() : player.play())}
      >
        {playing ? <PauseIcon /> : <PlayIcon />}
      </ActionIcon>
      <ActionIcon
        variant="default"
        aria-label="One frame back"
        title="One frame back (←)"
        onClick={() => player.seek(player.frame() - 1)}
      >
        <PreviousIcon />
      </ActionIcon>
      <ActionIcon
        variant="default"
        aria-label="One frame on"
        title="One frame on (→)"
        onClick={() => player.seek(player.frame() + 1)}
      >
        <NextIcon />
      </ActionIcon>
      <input
        ref={slider}
        className={styles.scrub}
        type="range"
        min={0}
        max={last}
        step={1}
        defaultValue={player.frame()}
        aria-label="Frame"
        disabled={player.frames < 2}
        onInput={(event) => player.seek(Number(event.currentTarget.value))}
      />
      <output ref={text} className={styles.caption} aria-live="off" />
      <ActionIcon
        variant={loop ? 'light' : 'default'}
        aria-label="Loop"
        aria-pressed={loop}
        title="Begin again at the end (L)"
        onClick={() => player.setLoop(!loop)}
      >
        <LoopIcon />
      </ActionIcon>
      <NativeSelect
        size="xs"
        className={styles.speed}
        aria-label="Speed, frames per second"
        title="Frames per second"
        value={String(speed)}
        onChange={(event) => player.setSpeed(Number(event.currentTarget.value) as Speed)}
        data={SPEEDS.map((each) => ({ value: String(each), label: `${each}/s` }))}
      />
    </div>
  );
}

import { Modal } from '@mantine/core';
import { useState } from 'react';
import { probeOutputPath } from '../../api/audit-pay.ts';
import { bytes, integer } from '../../format/numbers.ts';
import { displayText } from '../../format/text.ts';
import { fileLinkProps } from '../../parts/file-link.tsx';
import { Problem } from '../../parts/problem.tsx';
import styles from './probes.module.css';
import { useOutputSource } from './probes-media.ts';
import { displayLines, outputKind, type Probe, vectorOf } from './probes-words.ts';

/** The server sends no more of a text in a list. */
const TEXT_SENT = 2_000;

/** What a request gave, as far as it may be shown, and the way to take it away. */
export function ProbeOutput({ probe }: { probe: Probe }) {
  const kind = outputKind(probe);
  if (kind === undefined) return null;
  return (
    <div className={styles.output}>
      {kind === 'text' ? <TextOutput probe={probe} /> : null}
      {kind === 'vector' ? <VectorOutput probe={probe} /> : null}
      {kind === 'image' ? <ImageOutput probe={probe} /> : null}
      {kind === 'audio' ? <AudioOutput probe={probe} /> : null}
      <SaveLink probe={probe} />
    </div>
  );
}

function TextOutput({ probe: { text } }: { probe: Probe }) {
  const shown = displayLines(text ?? '', TEXT_SENT);
  if (shown === '') return <p className={styles.quiet}>Nothing readable.</p>;
  return (
    <pre className={styles.text} dir="auto">
      {shown}
      {(text ?? '').length >= TEXT_SENT ? ' …' : ''}
    </pre>
  );
}

/** The first numbers of a vector as bars about a zero line. */
function VectorOutput({ probe: { text } }: { probe: Probe }) {
  const numbers = vectorOf(text ?? '');
  const largest = Math.max(...numbers.map(Math.abs), Number.MIN_VALUE);
  if (numbers.length === 0) return <p className={styles.quiet}>Not a vector of numbers.</p>;
  return (
    <svg
      className={styles.vector}
      viewBox={`0 0 ${numbers.length} 2`}
      preserveAspectRatio="none"
      role="img"
      aria-label={`The first ${numbers.length} numbers of a vector, up to ${largest.toFixed(4)} in size`}
    >
      {numbers.map((value, at) => {
        const size = Math.abs(value) / largest;
        return <rect key={at} x={at + 0.1} width={0.8} y={value < 0 ? 1 : 1 - size} height={size} />;
      })}
    </svg>
  );
}

function ImageOutput({ probe }: { probe: Probe }) {
  const [large, setLarge] = useState(false);
  const [broken, setBroken] = useState(false);
  const { url, error } = useOutputSource(probe.id, true);
  const alt = `Picture made for: ${displayText(probe.prompt, 160) ?? 'no prompt'}`;
  if (error !== undefined) return <Problem error={error} compact />;
  if (broken) return <p className={styles.quiet}>The picture cannot be drawn by this browser.</p>;
  return (
    <>
      <button
        type="button"
        className={styles.image}
        title="Show it large"
        disabled={url === null}
        onClick={() => setLarge(true)}
      >
        {url === null ? null : (
          <img src={url} alt={alt} loading="lazy" decoding="async" onError={() => setBroken(true)} />
        )}
      </button>
      <Modal
        opened={large}
        onClose={() => setLarge(false)}
        size="auto"
        centered
        title={displayText(probe.prompt, 100)}
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        {url === null ? null : <img className={styles.large} src={url} alt={alt} />}
      </Modal>
    </>
  );
}

/** Sound is never played unasked, and not fetched either. */
function AudioOutput({ probe }: { probe: Probe }) {
  const [broken, setBroken] = useState(false);
  const { url, error } = useOutputSource(probe.id, true);
  if (error !== undefined) return <Problem error={error} compact />;
  if (broken) return <p className={styles.quiet}>This browser cannot play it here; it can be saved.</p>;
  return (
    <div className={styles.audio}>
      {url === null ? null : (
        // biome-ignore lint/a11y/useMediaCaption: what it says is the prompt above it
        <audio
          controls
          preload="none"
          src={url}
          aria-label={`Speech made for: ${displayText(probe.prompt, 100) ?? ''}`}
          onError={() => setBroken(true)}
        />
      )}
    </div>
  );
}

function SaveLink({ probe }: { probe: Probe }) {
  const [failure, setFailure] = useState<unknown>();
  const path = probeOutputPath(probe.id);
  const file = `probe-${probe.id.replace(/[^0-9A-Za-z-]/g, '')}`;
  return (
    <span className={styles.save}>
      <a
        {...fileLinkProps(path, file, setFailure)}
        title={probe.outputSha256 === null ? undefined : `SHA-256 ${displayText(probe.outputSha256, 64)}`}
      >
        Save
      </a>{' '}
      {displayText(probe.mediaType ?? undefined, 40)},{' '}
      {probe.outputBytes < 1024 ? `${integer(probe.outputBytes)} B` : bytes(probe.outputBytes)}
      {failure === undefined ? null : <Problem error={failure} compact />}
    </span>
  );
}

import { useComputedColorScheme } from '@mantine/core';
import type { AuditWhyBody } from '../../api/types.ts';
import { seriesStyle } from '../../charts/palette.ts';
import { sharePercent } from './incentives-sentence.ts';
import styles from './why.module.css';
import { whyBars } from './why-parts.ts';

/** What the rules give, stacked by feature, above what was paid: bars on one scale. */
export function WhyBars({ body }: { body: AuditWhyBody }) {
  const scheme = useComputedColorScheme('light');
  const bars = whyBars(body);
  const longest = Math.max(...bars.map(({ share }) => share ?? 0), Number.MIN_VALUE);
  const width = (share: number) => `${(share / longest) * 100}%`;
  const color = (place: number) => seriesStyle(place, scheme).color;
  const parts = bars[0]?.parts ?? [];
  return (
    <figure className={styles.bars} aria-label="Owed by feature, and paid">
      {bars.map(({ name, share, parts }) => (
        <div key={name} className={styles.barRow}>
          <span className={styles.barName}>{name}</span>
          <span className={styles.barTrack} aria-hidden="true">
            {parts.length === 0 ? (
              <span className={styles.paid} style={{ width: width(share ?? 0) }} />
            ) : (
              parts.map((part) => (
                <span
                  key={part.name}
                  title={`${part.name}: ${sharePercent(part.share)}`}
                  style={{ width: width(part.share), background: color(part.place) }}
                />
              ))
            )}
          </span>
          <span className={styles.barValue}>{share === null ? '–' : sharePercent(share)}</span>
        </div>
      ))}
      {parts.length === 0 ? null : (
        <figcaption className={styles.key}>
          {parts.map((part) => (
            <span key={part.name}>
              <span className={styles.swatch} style={{ background: color(part.place) }} aria-hidden="true" />
              {part.name} {sharePercent(part.share)}
            </span>
          ))}
        </figcaption>
      )}
    </figure>
  );
}

import { useComputedColorScheme } from '@mantine/core';
import { displayText } from '../../format/text.ts';
import styles from './audit.module.css';
import { LETTER_COLOR, VERDICT_COLORS, VERDICT_LOOKS, type VerdictOrNone } from './verdicts.ts';

/** The little square of a verdict, as it stands in a strip: colour and letter. */
export function VerdictSquare({ verdict }: { verdict: VerdictOrNone }) {
  const scheme = useComputedColorScheme('light');
  return (
    <span
      className={styles.square}
      data-verdict={verdict}
      style={{ background: VERDICT_COLORS[scheme][verdict], color: LETTER_COLOR[scheme] }}
      aria-hidden="true"
    >
      {/* Without any text an inline box stands on its bottom, not on the line. */}
      {VERDICT_LOOKS[verdict].letter || '\u200b'}
    </span>
  );
}

/** A verdict by square and name, with its meaning on hover. */
export function VerdictMark({ verdict }: { verdict: VerdictOrNone }) {
  const { name, meaning } = VERDICT_LOOKS[verdict];
  return (
    <span className={styles.mark} title={displayText(meaning, 200)}>
      <VerdictSquare verdict={verdict} />
      {name}
    </span>
  );
}

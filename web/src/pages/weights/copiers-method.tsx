import styles from './weights.module.css';

/** What is done to find copiers, for readers who have never heard of it. */
export function CopiersMethod({ commitReveal }: { commitReveal: boolean }) {
  return (
    <details className={styles.prose}>
      <summary>How this is found, and what it cannot tell</summary>
      <p>
        A validator is paid for judging miners. One that does no judging can look up what the others gave and
        hand it in as its own. What it looks up is <strong>old</strong>: the newest rows that anyone can read
        are those of an earlier epoch
        {commitReveal ? ', and with commit-reveal they become readable only later still' : ''}. So a copier
        follows the past where an honest validator follows the present.
      </p>
      <p>
        For every epoch in which a validator changes its row, we measure how far the new row is from the
        consensus <em>before</em> and from the consensus <em>now</em>. <strong>Distance</strong> is how much
        of the weight would have to be moved to make the two equal: 0 is the same row, 1 has nothing in
        common.
      </p>
      <p>
        The <strong>score</strong> rests on how much of its rows follows older rows of one source, of the
        consensus or of another validator, after everything that present rows explain has been taken out.
        Taste alone does not raise it: two honest validators that like the same miners are alike{' '}
        <em>at the same time</em>, and neither trails the other. Nor do validators run by one hand, whose rows
        are equal in the same epoch.
      </p>
      <p>
        <strong>Suspected</strong> means that the score is above the threshold.{' '}
        <strong>Insufficient evidence</strong> means that its row changed too seldom, that there are too few
        others, or that all rows are alike; nothing is said then, for or against. Reasons other than copying
        are possible: a validator that works on day-old data, or that smooths its scores over many epochs,
        trails the rest too. Look at the rows before you judge.
      </p>
    </details>
  );
}

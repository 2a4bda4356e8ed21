import { useQueries } from '@tanstack/react-query';
import { useState } from 'react';
import { pruningQuery } from '../../api/weights.ts';
import { displayText } from '../../format/text.ts';
import styles from './coldkey.module.css';

/** As many subnets are asked; they mostly share one rule. */
const MOST_ASKED = 8;

/** By which rule the pruning places are given. Asked for when it is unfolded: each answer ranks a whole subnet. */
export function PruningRules({ netuids }: { netuids: readonly number[] }) {
  const [open, setOpen] = useState(false);
  const asked = netuids.filter((netuid) => netuid !== 0).slice(0, MOST_ASKED);
  const answers = useQueries({
    queries: asked.map((netuid) => ({ ...pruningQuery(netuid), enabled: open })),
  });
  const rules = new Map<string, number[]>();
  for (const { data } of answers) {
    if (data === undefined) continue;
    const text = `${displayText(data.ruleText, 400) ?? data.rule}${data.full ? '' : ' The subnet has free UIDs, so nobody goes yet.'}`;
    rules.set(text, [...(rules.get(text) ?? []), data.netuid]);
  }
  if (asked.length === 0) return null;
  const pending = open && answers.some(({ isPending, isError }) => isPending && !isError);
  const failed = answers.filter(({ isError }) => isError).length;
  return (
    <details className={styles.rules} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>How the pruning place comes about</summary>
      <p>
        When all UIDs of a subnet are taken, a newcomer takes the place of another neuron. The runtime says
        whose, and its rule has changed over time; the place here is by the rule of the block shown. Place 1
        goes first.
      </p>
      {pending ? <p>Asking …</p> : null}
      {failed > 0 ? (
        <p>
          Of {failed} {failed === 1 ? 'subnet' : 'subnets'} the rule is not known.
        </p>
      ) : null}
      <ul>
        {[...rules].map(([text, of]) => (
          <li key={text}>
            <strong>
              Subnet{of.length === 1 ? '' : 's'} {of.join(', ')}:
            </strong>{' '}
            {text}
          </li>
        ))}
      </ul>
    </details>
  );
}

import { Link } from '@tanstack/react-router';
import { bytes, integer } from '../../format/numbers.ts';
import { displayText } from '../../format/text.ts';
import { Account } from '../../parts/account.tsx';
import { CopyButton } from '../../parts/copy-button.tsx';
import styles from './audit.module.css';
import { type EvidenceRow, evidenceRows } from './evidence-rows.ts';
import { exactText } from './times.ts';

/** What a verdict or a finding rests on, piece by piece, and all of it for the clipboard. */
export function Evidence({ evidence }: { evidence: Readonly<Record<string, unknown>> }) {
  const { rows, more } = evidenceRows(evidence);
  if (rows.length === 0) return <p className={styles.quiet}>Nothing more was written down.</p>;
  return (
    <div className={styles.evidence}>
      <dl className={styles.pieces}>
        {rows.map((row, index) => (
          // Names may repeat: a publisher chose some of them. The rows of one evidence never change their order.
          <div key={`${index} ${row.name}`}>
            <dt>{displayText(row.name, 60)}</dt>
            <dd>
              <Piece row={row} />
            </dd>
          </div>
        ))}
      </dl>
      <span className={styles.copyAll}>
        {more > 0 ? `${integer(more)} more in the JSON` : 'As JSON'}
        <CopyButton text={JSON.stringify(evidence, null, 2)} label="Copy all evidence as JSON" />
      </span>
    </div>
  );
}

function Piece({ row: { name, kind, text, value } }: { row: EvidenceRow }) {
  switch (kind) {
    case 'hash':
      return <Hash value={text} name={name} />;
    case 'report':
      return (
        <span className={styles.hashBox}>
          <Link to="/audit/reports/$id" params={{ id: text }} className={styles.hash}>
            {text}
          </Link>
          <CopyButton text={text} label={`Copy ${displayText(name, 60) ?? 'the id'}`} />
        </span>
      );
    case 'account':
      return <Account address={text} hotkey />;
    case 'instant':
      return exactText(text);
    case 'bytes':
      return `${integer(Number(value))} B (${bytes(Number(value))})`;
    case 'seconds':
      return `${integer(Number(value))} s`;
    case 'number':
      return Number.isInteger(value) ? integer(Number(value)) : text;
    case 'flag':
      return value === true ? 'yes' : 'no';
    case 'text':
      return <bdi className={styles.said}>{displayText(text, 400) ?? 'nothing readable'}</bdi>;
  }
}

/** A digest or another long hex value: whole where there is room, and in the clipboard. */
export function Hash({ value, name }: { value: string; name: string }) {
  const shown = value.length <= 66 ? value : `${value.slice(0, 34)}…${value.slice(-16)}`;
  return (
    <span className={styles.hashBox}>
      <span className={styles.hash} title={displayText(value, 200)}>
        {displayText(shown, 80) ?? '–'}
      </span>
      <CopyButton text={value} label={`Copy ${displayText(name, 60) ?? 'the digest'}`} />
    </span>
  );
}

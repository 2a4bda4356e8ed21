import { CopyButton } from '../../parts/copy-button.tsx';
import { Panel } from '../../parts/panel.tsx';
import styles from './audit.module.css';

const CONFIG = `audit:
  sources:
    - name: chutes
      netuid: 64
      url: https://api.chutes.ai
      validators:
        - 5Dt7HZ7Zpw4DppPxFM7Ke3Cm7sDAWhsZXmM5ZAmE7dSVJbcQ
`;

/** What stands here while nothing is audited: what the audit is, and the lines that turn it on. */
export function AuditOff() {
  return (
    <Panel title="Nothing is audited here" note="no source is configured">
      <div className={styles.prose}>
        <p>
          The audit downloads what a subnet’s validators and miners publish about themselves, checks every
          file against the digest that its author committed on the chain, reproduces what each miner is owed
          by the validator’s own rules, and compares that with what was paid. What cannot be checked is said
          to be unverifiable; it never counts as verified.
        </p>
        <p>
          It begins with these lines in <code>taoscope.yaml</code> and a restart. The values are the usual
          ones of subnet 64; <code>taoscope config check</code> tells every mistake at once.
        </p>
        <div className={styles.code}>
          <pre>{CONFIG}</pre>
          <CopyButton text={CONFIG} label="Copy the lines" />
        </div>
        <p>
          The first verdicts come within seconds; a week of reports takes as long as its download. Reports are
          kept in the folder <code>audit.path</code>, rows in the store. Without a configuration,{' '}
          <code>taoscope demo</code> shows an audit of an invented publisher.
        </p>
      </div>
    </Panel>
  );
}

import type { AuditReportBody } from '../../api/types.ts';
import { bytes, integer } from '../../format/numbers.ts';
import { displayText, safeUrl } from '../../format/text.ts';
import { utc } from '../../format/time.ts';
import { Account } from '../../parts/account.tsx';
import { CopyButton } from '../../parts/copy-button.tsx';
import { Facts, Panel } from '../../parts/panel.tsx';
import styles from './audit.module.css';
import { Hash } from './evidence.tsx';
import { Drift } from './files-panel.tsx';
import { exactText } from './times.ts';

const STATES: Record<AuditReportBody['report']['state'], string> = {
  listed: 'listed, not downloaded yet',
  fetched: 'downloaded',
  loaded: 'downloaded and read',
  failed: 'could not be had',
};

/** The line of the publisher's list, and what came of it. */
export function ClaimPanel({ report }: { report: AuditReportBody['report'] }) {
  const url = safeUrl(report.url ?? undefined);
  return (
    <Panel title="What was claimed" note={`by ${displayText(report.source, 40)}, a ${report.role}’s report`}>
      <Facts
        rows={[
          ['Account', <Account key="hotkey" address={report.hotkey} hotkey />],
          ['Covers from', exactText(report.start)],
          ['to', exactText(report.end)],
          ['Committed in block', integer(report.block), 'as the publisher says'],
          ['Listed as made at', report.createdAt === null ? 'not said' : exactText(report.createdAt)],
          [
            'Offered at',
            url === undefined ? (
              (displayText(report.url ?? undefined, 200) ?? 'not known')
            ) : (
              <a
                key="url"
                href={url}
                rel="noreferrer noopener nofollow"
                target="_blank"
                className={styles.hash}
              >
                {new URL(url).host}
              </a>
            ),
          ],
          ['What came of it', STATES[report.state]],
          ['First seen', utc(report.firstSeen) ?? '–'],
          ['Attempts', integer(report.attempts)],
          [
            'Size',
            report.bytes === null ? 'not known' : `${integer(report.bytes)} B (${bytes(report.bytes)})`,
          ],
          [
            'Rows read',
            `${integer(report.instances)} instances, ${integer(report.multipliers)} multipliers${report.badRows > 0 ? `, ${integer(report.badRows)} unreadable` : ''}`,
          ],
        ]}
      />
      <div className={styles.claimMore}>
        <dl className={styles.pieces}>
          <div>
            <dt>SHA-256 found</dt>
            <dd>
              {report.sha256 === null ? (
                <span className={styles.quiet}>the file was not downloaded</span>
              ) : (
                <Hash value={report.sha256} name="the digest that was found" />
              )}
            </dd>
          </div>
          <div>
            <dt>Id of the entry</dt>
            <dd>
              <Said text={report.entryId} name="the entry’s id" />
            </dd>
          </div>
          <div>
            <dt>Path</dt>
            <dd>
              <Said text={report.path} name="the path" />
            </dd>
          </div>
        </dl>
        <Drift lines={report.drift} />
      </div>
    </Panel>
  );
}

/** What the publisher wrote, as text. */
function Said({ text, name }: { text: string; name: string }) {
  return (
    <span className={styles.hashBox}>
      <bdi className={styles.hash}>{displayText(text, 200) ?? 'nothing readable'}</bdi>
      <CopyButton text={text} label={`Copy ${name}`} />
    </span>
  );
}

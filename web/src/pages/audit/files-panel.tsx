import type { AuditReportBody } from '../../api/types.ts';
import { bytes, integer } from '../../format/numbers.ts';
import { displayText } from '../../format/text.ts';
import { Panel } from '../../parts/panel.tsx';
import styles from './audit.module.css';
import { Hash } from './evidence.tsx';

type FileJson = AuditReportBody['files'][number];

const STATES: Record<FileJson['state'], string> = {
  named: 'named, not loaded yet',
  loaded: 'loaded',
  failed: 'could not be loaded',
  purged: 'rows purged, verdict kept',
};

/** The exports that a report names by their digests, and what was read of each. */
export function FilesPanel({
  files,
  isRead,
}: {
  files: readonly FileJson[];
  /** Whether the report itself was read: else nobody knows what it names. */
  isRead: boolean;
}) {
  return (
    <Panel title="Files" note={files.length === 0 ? undefined : 'named by the report with their digests'}>
      {files.length === 0 ? (
        <p className={styles.nothing}>
          {isRead ? 'The report names no file.' : 'The report was not read, so what it names is not known.'}
        </p>
      ) : (
        <ul className={styles.files}>
          {files.map((file) => (
            <li key={file.kind} className={styles.file}>
              <span className={styles.fileHead}>
                <b>{displayText(file.kind, 40)}</b>
                <span className={styles.tag} data-state={file.state}>
                  {STATES[file.state]}
                </span>
                <span className={styles.hash}>
                  <bdi>{displayText(file.path, 160)}</bdi>
                </span>
              </span>
              <span className={styles.fileRows}>{rowsText(file)}</span>
              <dl className={styles.pieces}>
                <div>
                  <dt>SHA-256 claimed</dt>
                  <dd>
                    <Hash value={file.claimedSha256} name="the claimed digest" />
                  </dd>
                </div>
                <div>
                  <dt>SHA-256 found</dt>
                  <dd>
                    {file.sha256 === null ? (
                      <span className={styles.quiet}>the file was not downloaded yet</span>
                    ) : (
                      <>
                        <Hash value={file.sha256} name="the digest that was found" />
                        <span className={styles.agrees} data-same={file.sha256 === file.claimedSha256}>
                          {file.sha256 === file.claimedSha256 ? '= the same' : '≠ another'}
                        </span>
                      </>
                    )}
                  </dd>
                </div>
              </dl>
              <Drift lines={file.drift} />
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

/** What is new or missing in a format. */
export function Drift({ lines }: { lines: readonly string[] }) {
  if (lines.length === 0) return null;
  return (
    <ul className={styles.drift} aria-label="What differs from the format">
      {lines.map((line) => (
        <li key={line}>{displayText(line, 200)}</li>
      ))}
    </ul>
  );
}

function rowsText({ bytes: size, rows, badRows, unreadableMetrics, state }: FileJson): string {
  const parts = [
    size === null ? undefined : bytes(size),
    state === 'named' ? undefined : `${integer(rows)} ${rows === 1 ? 'row' : 'rows'}`,
    badRows > 0 ? `${integer(badRows)} unreadable` : undefined,
    unreadableMetrics > 0 ? `${integer(unreadableMetrics)} with metrics that cannot be read` : undefined,
  ];
  return parts.filter((part) => part !== undefined).join(' · ');
}

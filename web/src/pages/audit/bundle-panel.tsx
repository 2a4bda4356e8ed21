import { Button } from '@mantine/core';
import { useState } from 'react';
import { bundlePath } from '../../api/audit.ts';
import { download } from '../../api/client.ts';
import type { AuditReportBody } from '../../api/types.ts';
import { bytes } from '../../format/numbers.ts';
import { displayText } from '../../format/text.ts';
import { CopyButton } from '../../parts/copy-button.tsx';
import { DownloadIcon } from '../../parts/icons.tsx';
import { Panel } from '../../parts/panel.tsx';
import { Problem } from '../../parts/problem.tsx';
import styles from './audit.module.css';

/** Everything that shows how a report came out, as one file that anybody can check offline. */
export function BundlePanel({ reportId, bundle }: { reportId: string; bundle: AuditReportBody['bundle'] }) {
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>();
  const name = `taoscope-${reportId}.bundle`;
  const make = `taoscope audit bundle ${reportId}`;
  const save = () => {
    setBusy(true);
    setFailure(undefined);
    void download(bundlePath(reportId), name)
      .catch(setFailure)
      .finally(() => setBusy(false));
  };
  return (
    <Panel title="Evidence bundle" note="one file that anybody can check, offline">
      <div className={styles.prose}>
        {bundle.available ? (
          <>
            <div className={styles.bundleLines}>
              <Command text={make} />
              <Command text={`taoscope audit verify ${name}`} />
              <Button
                size="xs"
                variant="default"
                loading={busy}
                leftSection={<DownloadIcon size={14} />}
                onClick={save}
              >
                Make and download it
              </Button>
            </div>
            {failure === undefined ? null : <Problem error={failure} compact />}
          </>
        ) : (
          <p>No bundle can be made: the report itself could not be had.</p>
        )}
        <ul className={styles.parts} aria-label="What the bundle holds">
          {bundle.parts.map((part) => (
            <li key={part.name}>
              <span className={styles.held} data-held={part.held}>
                {part.held ? '✓ held' : '○ not held'}
              </span>
              <b>{displayText(part.name, 60)}</b>
              {part.bytes === null ? null : <span>{bytes(part.bytes)}</span>}
              <span className={styles.quiet}>{displayText(part.note, 240)}</span>
            </li>
          ))}
        </ul>
      </div>
    </Panel>
  );
}

function Command({ text }: { text: string }) {
  return (
    <span className={styles.command}>
      <code>{text}</code>
      <CopyButton text={text} label="Copy the command" />
    </span>
  );
}

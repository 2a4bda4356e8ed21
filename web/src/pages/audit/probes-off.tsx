import { CopyButton } from '../../parts/copy-button.tsx';
import { Panel } from '../../parts/panel.tsx';
import styles from './probes.module.css';

const CONFIG = `audit:
  probes:
    enabled: true
    everySeconds: 60
    perDay: 500
`;

/** What stands here while no request is sent: what they are for, how they are turned on, and what they cost. */
export function ProbesOff() {
  return (
    <Panel title="No requests are sent" note="probes are off">
      <div className={styles.prose}>
        <p>
          A probe is a request of our own to a chute. Its route is kept: which instances of which miners were
          asked, and how each attempt ended. When the validator has exported that hour, the attempt is looked
          up in it: present, missing, or told otherwise than we saw it.
        </p>
        <p>
          <b>Probes cost money.</b> Each is an ordinary request, billed to your account by the publisher; the
          prices are the publisher’s. With the lines below at most 500 are sent in a day, one a minute.
          Prompts ask for little (a short answer, one picture, one sentence of speech).
        </p>
        <div className={styles.code}>
          <pre>{CONFIG}</pre>
          <CopyButton text={CONFIG} label="Copy the lines" />
        </div>
        <p>
          They go into <code>taoscope.yaml</code>; the API key into <code>TAOSCOPE_PROBE_KEY</code> or a file
          that <code>keyFile</code> names, never into the configuration itself. <code>kinds</code> chooses
          what is asked, <code>prompts</code> names prompts of your own. Then restart.
        </p>
      </div>
    </Panel>
  );
}

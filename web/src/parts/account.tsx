import { Link } from '@tanstack/react-router';
import { shortAddress } from '../format/text.ts';
import styles from './account.module.css';
import { CopyButton } from './copy-button.tsx';

/** An account: short, whole on hover and in the clipboard. A hotkey links to its page, there to its history on `netuid`; a coldkey to its own. */
export function Account({
  address,
  hotkey = false,
  coldkey = false,
  full = false,
  netuid,
}: {
  address: string;
  hotkey?: boolean;
  coldkey?: boolean;
  full?: boolean;
  netuid?: number;
}) {
  const shown = full ? address : shortAddress(address);
  return (
    <span className={styles.account}>
      {hotkey ? (
        <Link
          to="/neurons/$hotkey"
          params={{ hotkey: address }}
          search={netuid === undefined ? {} : { netuid }}
          title={address}
          className={styles.address}
        >
          {shown}
        </Link>
      ) : coldkey ? (
        <Link
          to="/coldkeys/$coldkey"
          params={{ coldkey: address }}
          title={address}
          className={styles.address}
        >
          {shown}
        </Link>
      ) : (
        <span title={address} className={styles.address}>
          {shown}
        </span>
      )}
      <CopyButton
        text={address}
        label={`Copy ${hotkey ? 'hotkey' : coldkey ? 'coldkey' : 'address'} ${shortAddress(address)}`}
      />
    </span>
  );
}

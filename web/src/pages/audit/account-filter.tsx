import { Button } from '@mantine/core';
import { shortAddress } from '../../format/text.ts';
import { CloseIcon } from '../../parts/icons.tsx';
import { useAuditSearch } from './use-audit-search.ts';

/** The one account that a list is of, to be let go; nothing where it is of all. */
export function AccountFilter({ list }: { /** What is listed: `findings`. */ list: string }) {
  const { search, select } = useAuditSearch();
  if (search.hotkey === undefined) return null;
  const account = shortAddress(search.hotkey);
  return (
    <Button
      size="compact-xs"
      variant="default"
      rightSection={<CloseIcon size={12} />}
      aria-label={`Show ${list} of every account, not of ${account} alone`}
      onClick={() => select({ hotkey: undefined })}
    >
      {account}
    </Button>
  );
}

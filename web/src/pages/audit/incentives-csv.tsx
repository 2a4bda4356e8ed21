import { Button } from '@mantine/core';
import { apiUrl, download } from '../../api/client.ts';
import { readToken } from '../../api/token.ts';
import { DownloadIcon } from '../../parts/icons.tsx';

/** A table of the audit as CSV: a plain link, so that it can be copied; with a token the bytes come through fetch, which can send it. */
export function CsvLink({
  path,
  name,
  onError,
}: {
  path: string;
  /** What the file tells: `incentives`. */
  name: string;
  onError: (error: unknown) => void;
}) {
  const file = `audit-${name}.csv`;
  return (
    <Button
      component="a"
      href={apiUrl(path)}
      download={file}
      size="xs"
      variant="default"
      leftSection={<DownloadIcon size={14} />}
      onClick={(event) => {
        if (readToken() === undefined) return;
        event.preventDefault();
        download(path, file).catch(onError);
      }}
    >
      CSV
    </Button>
  );
}

import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { apiUrl, download } from '../api/client.ts';
import { readToken } from '../api/token.ts';
import { DownloadIcon } from './icons.tsx';

/** An answer of the API as a file: a plain link, so that it can be copied; with a token the bytes come through fetch, which can send it. */
export function FileLink({
  path,
  file,
  title,
  className = '',
  children = 'CSV',
  onError,
}: {
  path: string;
  /** What it is saved as: `audit-incentives.csv`. */
  file: string;
  title?: string;
  className?: string | undefined;
  children?: ReactNode;
  onError: (error: unknown) => void;
}) {
  return (
    <Button
      component="a"
      href={apiUrl(path)}
      download={file}
      size="xs"
      variant="default"
      className={className}
      leftSection={<DownloadIcon size={14} />}
      {...(title === undefined ? {} : { title })}
      onClick={(event) => {
        if (readToken() === undefined) return;
        event.preventDefault();
        download(path, file).catch(onError);
      }}
    >
      {children}
    </Button>
  );
}

import { Button } from '@mantine/core';
import type { MouseEvent, ReactNode } from 'react';
import { apiUrl, download } from '../api/client.ts';
import { readToken } from '../api/token.ts';
import { DownloadIcon } from './icons.tsx';

/** An answer of the API as a file: a plain link, so that it can be copied. */
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
      {...fileLinkProps(path, file, onError)}
      size="xs"
      variant="default"
      className={className}
      leftSection={<DownloadIcon size={14} />}
      {...(title === undefined ? {} : { title })}
    >
      {children}
    </Button>
  );
}

/** What makes a link one that saves an answer of the API. With a token the bytes come through fetch: a plain link cannot carry it. */
export function fileLinkProps(path: string, file: string, onError: (error: unknown) => void) {
  return {
    href: apiUrl(path),
    download: file,
    onClick(event: MouseEvent) {
      if (readToken() === undefined) return;
      event.preventDefault();
      download(path, file).catch(onError);
    },
  };
}

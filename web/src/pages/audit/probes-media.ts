import { useEffect, useState } from 'react';
import { probeOutputPath } from '../../api/audit-pay.ts';
import { apiUrl, send } from '../../api/client.ts';
import { readToken } from '../../api/token.ts';

/** Larger outputs are not held in a page; they can be saved. */
const MOST_BYTES = 24 * 1024 * 1024;

/** Where an element finds an output; `null` while it is fetched, and the failure where it could not be. */
export interface OutputSource {
  readonly url: string | null;
  readonly error: unknown;
}

/**
 * The address of an output for an `<img>` or `<audio>`. These cannot send the token of a server that demands one, so then
 * the bytes come through fetch and stand in a `data:` URL. The type is the server's, which looked at the bytes.
 */
export function useOutputSource(id: string, wanted: boolean): OutputSource {
  const direct = readToken() === undefined;
  const [fetched, setFetched] = useState<OutputSource>(NOTHING_YET);
  useEffect(() => {
    if (direct || !wanted) return;
    const stop = new AbortController();
    setFetched(NOTHING_YET);
    send(probeOutputPath(id), { signal: stop.signal }, '*/*')
      .then((response) => response.blob())
      .then(toDataUrl)
      .then((url) => setFetched({ url, error: undefined }))
      .catch((error: unknown) => {
        if (!stop.signal.aborted) setFetched({ url: null, error });
      });
    return () => stop.abort();
  }, [id, wanted, direct]);
  return direct ? { url: wanted ? apiUrl(probeOutputPath(id)) : null, error: undefined } : fetched;
}

const NOTHING_YET: OutputSource = { url: null, error: undefined };

function toDataUrl(blob: Blob): Promise<string> {
  if (blob.size > MOST_BYTES) throw new Error('the output is too large to be shown here');
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error ?? new Error('the output could not be read'));
    reader.readAsDataURL(blob);
  });
}

import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { sleep } from '../../../shared/index.ts';
import type { Delivery } from '../library.ts';

/** Where a report leads that is "at an address inside": the metadata service of a cloud. */
const INSIDE = 'http://169.254.169.254/latest/meta-data/';
const SLOW_MS = 1_000;
const BOMB_PIECE = 16 * 1024 * 1024;

/** Sends a file, or what is offered in its place. Ends when it is sent or the client has gone. */
export async function deliver(
  response: ServerResponse,
  delivery: Delivery,
  contentType: string,
  endlessBytes: number,
  signal: AbortSignal,
): Promise<void> {
  switch (delivery.way) {
    case 'plain':
      response.writeHead(200, { 'content-type': contentType, 'content-length': delivery.bytes.length });
      response.end(delivery.bytes);
      return;
    case 'redirect':
      response.writeHead(302, { location: INSIDE }).end();
      return;
    case 'cut':
      response.writeHead(200, { 'content-type': contentType, 'content-length': delivery.bytes.length });
      response.write(delivery.bytes.subarray(0, delivery.bytes.length >> 1), () => response.destroy());
      return;
    case 'slow':
      response.writeHead(200, { 'content-type': contentType, 'content-length': delivery.bytes.length });
      for (let at = 0; at < delivery.bytes.length && !signal.aborted; at++) {
        response.write(delivery.bytes.subarray(at, at + 1));
        await sleep(SLOW_MS, signal);
      }
      response.end();
      return;
    case 'endless': {
      const isTable = contentType.startsWith('text/csv');
      const line = isTable ? ENDLESS_LINE : ENDLESS_ROW;
      const piece = Buffer.from(line.repeat(Math.ceil(65_536 / line.length)));
      response.writeHead(200, { 'content-type': contentType });
      response.write(isTable ? ENDLESS_HEADER : '{"instance_audit": [');
      await pour(response, piece, piece.length, endlessBytes, signal);
      return;
    }
    case 'gzip-bomb': {
      const piece = gzipSync(Buffer.alloc(BOMB_PIECE, ' '));
      response.writeHead(200, { 'content-type': contentType, 'content-encoding': 'gzip' });
      await pour(response, piece, BOMB_PIECE, endlessBytes, signal);
      return;
    }
  }
}

const ENDLESS_HEADER = 'parent_invocation_id,invocation_id,chute_id\r\n';
const ENDLESS_LINE = `${'0'.repeat(36)},${'0'.repeat(36)},${'0'.repeat(36)}\r\n`;
const ENDLESS_ROW = `{"instance_id": "${'0'.repeat(36)}", "deleted_at": null}, `;

/** The same piece again and again, as fast as it is read; `weight` is what a piece counts of the total. */
async function pour(
  response: ServerResponse,
  piece: Buffer,
  weight: number,
  total: number,
  signal: AbortSignal,
): Promise<void> {
  for (let sent = 0; sent < total && !signal.aborted; sent += weight) {
    if (!response.write(piece)) await once(response, 'drain', { signal });
  }
  response.end();
}

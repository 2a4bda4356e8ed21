import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { openChain } from '../../../app.ts';
import { openAudit, type ProbeKind, type ToldProbe, tellProbe } from '../../../audit/index.ts';
import { shortAddress, stringifyJson } from '../../../shared/index.ts';
import { createContext } from '../../context.ts';
import type { Effects } from '../../effects.ts';
import { drawPicture, type PictureWay, pictureWay } from '../../render/picture.ts';
import { play } from '../../render/play.ts';
import { openOrServed } from '../../served.ts';
import { printable } from '../../table.ts';
import { VERSION } from '../../version.ts';

export interface ProbeOptions {
  kind?: ProbeKind;
  chute?: string;
  prompt?: string;
  count: number;
  images?: PictureWay;
  play?: boolean;
  text: boolean;
  out?: string;
  json?: boolean;
}

/** `taoscope audit probe`: sends requests of our own and shows whom they were routed to and what came back. Needs an API key; costs money. */
export async function probe(command: Command, effects: Effects, options: ProbeOptions): Promise<void> {
  const { count, json = false } = options;
  const context = createContext(command, effects);
  const { config, logger } = context;
  const place = await openOrServed(context);
  const { kind, chute, prompt } = options;
  if ('served' in place) {
    for (let n = 0; n < count; n++) {
      const answer = await place.served.json<ToldProbe>('POST', '/audit/probes', { kind, chute, prompt });
      await show(answer, effects, options, false);
    }
    return;
  }
  try {
    const chain = await openChain(config, logger, effects.signal);
    try {
      const prober = await openAudit({
        config,
        logger,
        chain,
        store: place.store,
        version: VERSION,
      }).prober();
      for (let n = 0; n < count; n++) {
        const live = options.text && !json;
        const result = await prober.once(
          {
            ...{ kind, chute, prompt },
            onText: live ? (text) => void effects.stdout.write(shownText(text)) : undefined,
          },
          effects.signal,
        );
        await show(tellProbe(result), effects, options, live);
      }
    } finally {
      await chain.close();
    }
  } finally {
    await place.store.close();
  }
}

async function show(
  result: ToldProbe,
  effects: Effects,
  options: ProbeOptions,
  streamed: boolean,
): Promise<void> {
  const { output } = result;
  const bytes = Buffer.from(output?.base64 ?? '', 'base64');
  const file = output === null ? undefined : await keep(result, bytes, options);
  if (options.json) {
    await effects.stdout.write(`${stringifyJson(result)}\n`);
    return;
  }
  if (streamed) await effects.stdout.write('\n');
  await effects.stdout.write(renderRoute(result));
  if (output === null) return;
  const { mediaType } = output;
  const isText = mediaType.startsWith('text/') || mediaType === 'application/json';
  if (isText) {
    if (options.text && !streamed)
      await effects.stdout.write(`${shownText(bytes.toString('utf8').slice(0, 20_000))}\n`);
  } else if (mediaType.startsWith('image/')) {
    const way = options.images ?? pictureWay(effects.env, effects.stderr.isTTY);
    const trueColour = /^(truecolor|24bit)$/.test(effects.env.COLORTERM ?? '');
    const columns = Number(effects.env.COLUMNS ?? process.stdout.columns ?? 80);
    await effects.stdout.write(`${drawPicture(bytes, mediaType, { way, columns, trueColour })}\n`);
  } else await effects.stdout.write(`[${mediaType}, ${bytes.length} bytes]\n`);
  if (file !== undefined && options.out !== undefined) effects.stderr.write(`wrote ${file}\n`);
  if (options.play && file !== undefined && mediaType.startsWith('audio/'))
    await play(file, effects.env, effects.signal);
}

const ENDINGS: Readonly<Record<string, string>> = {
  'image/png': 'png',
  'image/jpeg': 'jpg',
  'image/webp': 'webp',
  'audio/wav': 'wav',
  'audio/mpeg': 'mp3',
  'audio/flac': 'flac',
  'audio/ogg': 'ogg',
  'text/plain': 'txt',
  'application/json': 'json',
};

/** Writes the output where it is asked for, or where a player can find it. The name is ours. */
async function keep(
  { probeId, output }: ToldProbe,
  bytes: Uint8Array,
  { out, play: wanted = false }: ProbeOptions,
): Promise<string | undefined> {
  const sound = output?.mediaType.startsWith('audio/') === true;
  if (out === undefined && !(wanted && sound)) return undefined;
  const folder = out ?? join(tmpdir(), 'taoscope-probes');
  await mkdir(folder, { recursive: true });
  // Known to be a UUID when it is ours; a server's answer may be anything.
  const name = probeId.replace(/[^0-9a-f-]/gi, '').slice(0, 64);
  const file = join(folder, `${name}.${ENDINGS[output?.mediaType ?? ''] ?? 'bin'}`);
  await writeFile(file, bytes);
  return file;
}

/** Who was asked, one line each, and what cannot all be true of it. */
export function renderRoute({ kind, target, route, elapsedMs }: ToldProbe): string {
  const lines = [
    `${kind} ${target.name}, ${(elapsedMs / 1_000).toFixed(1)} s${route.cached ? ', from a cache' : ''}${route.error === null ? '' : `: ${route.error}`}`,
    ...route.attempts.map(
      ({ minerUid, minerHotkey, instanceId, outcome, error }, index) =>
        `  ${index + 1}. uid ${minerUid ?? '?'}  ${shortAddress(minerHotkey)}  instance ${instanceId}  ${outcome}${error === null ? '' : `: ${error.split('\n')[0]}`}`,
    ),
    ...route.contradictions.map((text) => `  ! ${text}`),
  ];
  return `${lines.map(printable).join('\n')}\n`;
}

/** Text of a stranger: its lines stay, all else that steers a terminal goes. */
function shownText(text: string): string {
  return text.split('\n').map(printable).join('\n');
}

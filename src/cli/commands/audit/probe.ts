import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { openChain } from '../../../app.ts';
import { openAudit, type ProbeKind, type ToldProbe, tellProbe } from '../../../audit/index.ts';
import { makeFolder, shortAddress, stringifyJson } from '../../../shared/index.ts';
import { createContext } from '../../context.ts';
import type { Effects } from '../../effects.ts';
import { drawPicture, type PictureWay, pictureWay } from '../../render/picture.ts';
import { findPlayer, play } from '../../render/play.ts';
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
  // Before a request is paid for.
  if (options.play) findPlayer(effects.env);
  const context = createContext(command, effects);
  const { config, logger } = context;
  const place = await openOrServed(context);
  const { kind, chute, prompt } = options;
  if ('served' in place) {
    for (let n = 0; n < count; n++) {
      const answer = await place.served.json<ToldProbe>('POST', '/audit/probes', { kind, chute, prompt });
      await showProbe(answer, effects, options, false);
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
        let streamed = false;
        const onText = (text: string) => {
          streamed = true;
          void effects.stdout.write(shownText(text));
        };
        const result = await prober.once(
          { kind, chute, prompt, onText: options.text && !json ? onText : undefined },
          effects.signal,
        );
        await showProbe(tellProbe(result), effects, options, streamed);
      }
    } finally {
      await chain.close();
    }
  } finally {
    await place.store.close();
  }
}

/** Shows a request as the options have it; `streamed`: its text has been written already, as it came. */
export async function showProbe(
  result: ToldProbe,
  effects: Effects,
  options: ProbeOptions,
  streamed: boolean,
): Promise<void> {
  const { output } = result;
  const bytes = Buffer.from(output?.base64 ?? '', 'base64');
  const file = output === null ? undefined : await keep(result, bytes, options);
  if (file !== undefined && options.out !== undefined) effects.stderr.write(`wrote ${file}\n`);
  if (options.json) {
    await effects.stdout.write(`${stringifyJson(result)}\n`);
    return;
  }
  if (streamed) await effects.stdout.write('\n');
  await effects.stdout.write(renderRoute(result));
  if (output === null) return;
  const { mediaType, cut } = output;
  if (isText(mediaType)) {
    if (options.text && !streamed) await effects.stdout.write(renderText(mediaType, bytes.toString('utf8')));
  } else if (mediaType.startsWith('image/')) {
    const way = options.images ?? pictureWay(effects.env, effects.stderr.isTTY);
    const trueColour = /^(truecolor|24bit)$/.test(effects.env.COLORTERM ?? '');
    const drawn = drawPicture(bytes, mediaType, { way, columns: columnsOf(effects.env), trueColour });
    await effects.stdout.write(drawn.endsWith('\n') ? drawn : `${drawn}\n`);
  } else await effects.stdout.write(`[${mediaType}, ${bytes.length} bytes]\n`);
  if (cut) await effects.stdout.write('[the answer was longer than what is kept]\n');
  if (options.play && file !== undefined && mediaType.startsWith('audio/'))
    await play(file, findPlayer(effects.env), effects.signal);
}

function isText(mediaType: string): boolean {
  return mediaType.startsWith('text/') || mediaType === 'application/json';
}

/** An embedding is a thousand numbers that nobody reads; a text is there to be read. */
const SHOWN = { 'application/json': 400, text: 20_000 } as const;

function renderText(mediaType: string, text: string): string {
  const most = mediaType === 'application/json' ? SHOWN['application/json'] : SHOWN.text;
  const shown = shownText(text.slice(0, most));
  return text.length <= most
    ? `${shown}\n`
    : `${shown} …\n[${text.length - most} more characters; --out writes all of it]\n`;
}

function columnsOf(env: Effects['env']): number {
  const told = Number(env.COLUMNS);
  return Number.isInteger(told) && told > 0 ? told : (process.stdout.columns ?? 80);
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
  makeFolder(folder);
  // Known to be a UUID when it is ours; a server's answer may be anything.
  const name = probeId.replace(/[^0-9a-f-]/gi, '').slice(0, 64);
  const file = join(folder, `${name}.${ENDINGS[output?.mediaType ?? ''] ?? 'bin'}`);
  await writeFile(file, bytes);
  return file;
}

const LONGEST_LINE = 160;

/** What was asked, who was asked, one line each, and what cannot all be true of it. */
function renderRoute({ kind, target, prompt, route, elapsedMs }: ToldProbe): string {
  const seconds = (elapsedMs / 1_000).toFixed(1);
  const lines = [
    `${kind} ${target.name}, ${seconds} s${route.cached ? ', from a cache' : ''}${route.error === null ? '' : `: ${reasonOf(route.error)}`}`,
    `  asked: ${short(prompt)}`,
    ...route.attempts.map(
      ({ minerUid, minerHotkey, instanceId, outcome, error }, index) =>
        `  ${index + 1}. uid ${minerUid ?? '?'}  ${shortAddress(minerHotkey)}  instance ${instanceId}  ${outcome}${error === null ? '' : `: ${reasonOf(error)}`}`,
    ),
    ...route.contradictions.map((text) => `  ! ${text}`),
  ];
  return `${lines.map(printable).join('\n')}\n`;
}

/** Of a traceback the line that says what happened: the last. */
function reasonOf(error: string): string {
  const lines = error.split('\n').filter((line) => line.trim() !== '');
  return short((error.startsWith('Traceback') ? lines.at(-1) : lines[0])?.trim() ?? '');
}

function short(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ');
  return line.length <= LONGEST_LINE ? line : `${line.slice(0, LONGEST_LINE)} …`;
}

/** Text of a stranger: its lines stay, all else that steers a terminal goes. */
function shownText(text: string): string {
  return text.split('\n').map(printable).join('\n');
}

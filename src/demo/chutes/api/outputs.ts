import { crc32, deflateSync } from 'node:zlib';
import { Dice } from '../dice.ts';

const WORDS = [
  ...[
    'the',
    'subnet',
    'answers',
    'slowly',
    'today',
    'because',
    'a',
    'miner',
    'moved',
    'its',
    'weights',
    'to',
  ],
  ...[
    'another',
    'quarry',
    'where',
    'pebbles',
    'learn',
    'arithmetic',
    'and',
    'nobody',
    'counts',
    'twice',
    '🦊',
  ],
];

/** Words of an answer, each with the blank before it. */
export function answerWords(dice: Dice, most: number): string[] {
  const count = Math.max(1, Math.min(most, 40));
  return Array.from({ length: dice.int(Math.min(3, count), count) }, (_, at) => {
    return `${at === 0 ? '' : ' '}${dice.pick(WORDS) ?? ''}`;
  });
}

/** A vector of length one. */
export function embeddingOf(text: string): number[] {
  const dice = new Dice('embedding', text);
  const values = Array.from({ length: 32 }, () => dice.between(-1, 1));
  const length = Math.hypot(...values);
  return values.map((value) => Number((value / length).toFixed(7)));
}

const PICTURE_SIZE = 96;

/** A small picture, PNG: hills in colours of chance. */
export function pictureOf(text: string): Buffer {
  const dice = new Dice('picture', text);
  const colour = () => [dice.int(20, 235), dice.int(20, 235), dice.int(20, 235)] as const;
  const [sky, hills] = [colour(), [colour(), colour(), colour()]];
  const waves = hills.map(() => [dice.between(0.03, 0.12), dice.between(0, 6), dice.between(4, 12)] as const);
  const rows = Buffer.alloc(PICTURE_SIZE * (1 + 3 * PICTURE_SIZE));
  for (let y = 0; y < PICTURE_SIZE; y++) {
    for (let x = 0; x < PICTURE_SIZE; x++) {
      const at = waves.findLastIndex(([step, phase, height], n) => {
        return y > PICTURE_SIZE * (0.35 + 0.2 * n) + height * Math.sin(step * x + phase);
      });
      rows.set(hills[at] ?? sky, y * (1 + 3 * PICTURE_SIZE) + 1 + 3 * x);
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(PICTURE_SIZE, 0);
  header.writeUInt32BE(PICTURE_SIZE, 4);
  // Eight bits, red green blue, no interlacing.
  header.set([8, 2, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', deflateSync(rows)), chunk('IEND')]);
}

function chunk(name: string, data: Buffer = Buffer.alloc(0)): Buffer {
  const body = Buffer.concat([Buffer.from(name), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}

const SAMPLE_RATE = 8_000;

/** A short tune, WAV: sixteen bits, one channel, 8 kHz; longer for longer texts. */
export function tuneOf(text: string): Buffer {
  const dice = new Dice('tune', text);
  const notes = Array.from(
    { length: Math.min(8, 2 + Math.floor(text.length / 40)) },
    () => 220 * 2 ** (dice.int(0, 14) / 12),
  );
  const perNote = SAMPLE_RATE / 6;
  const samples = Buffer.alloc(2 * Math.floor(notes.length * perNote));
  for (let at = 0; at < samples.length / 2; at++) {
    const note = notes[Math.floor(at / perNote)] ?? 220;
    const fade = 1 - (at % perNote) / perNote;
    samples.writeInt16LE(
      Math.round(9_000 * fade * Math.sin((2 * Math.PI * note * at) / SAMPLE_RATE)),
      2 * at,
    );
  }
  const header = Buffer.alloc(44);
  header.write('RIFF', 0);
  header.writeUInt32LE(36 + samples.length, 4);
  header.write('WAVEfmt ', 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(SAMPLE_RATE, 24);
  header.writeUInt32LE(2 * SAMPLE_RATE, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36);
  header.writeUInt32LE(samples.length, 40);
  return Buffer.concat([header, samples]);
}

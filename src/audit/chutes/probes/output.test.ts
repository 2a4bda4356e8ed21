import { expect, test } from 'vitest';
import { createOutputReader } from './output.ts';

const delta = (content: string) => `data: ${JSON.stringify({ choices: [{ delta: { content } }] })}`;

test('streamed text is shown as it comes and kept whole', () => {
  const reader = createOutputReader();
  const shown = [
    reader.take({ type: 'line', text: `${delta('Grüß')}\n\n` }),
    reader.take({ type: 'line', text: delta(' Gott') }),
    reader.take({ type: 'line', text: `data: ${JSON.stringify({ choices: [{ text: '!' }] })}\n` }),
    reader.take({ type: 'line', text: 'data: [DONE]' }),
  ];
  expect(shown).toEqual(['Grüß', ' Gott', '!', '']);
  expect(Buffer.from(reader.output()?.bytes ?? []).toString()).toBe('Grüß Gott!');
});

test('an inner line in two results is one line', () => {
  const reader = createOutputReader();
  const line = `${delta('whole')}\n`;
  expect(
    reader.take({ type: 'line', text: line.slice(0, 20) }) +
      reader.take({ type: 'line', text: line.slice(20) }),
  ).toBe('whole');
});

test('media are told by their bytes, not by what the answer calls them', () => {
  const png = Buffer.from('89504e470d0a1a0a0000', 'hex');
  const reader = createOutputReader();
  reader.take({ type: 'object', value: { content_type: 'text/html', bytes: png.toString('base64') } });
  expect(reader.output()).toMatchObject({ mediaType: 'image/png', cut: false });
  const html = createOutputReader();
  html.take({
    type: 'object',
    value: { content_type: 'image/png', bytes: Buffer.from('<script>').toString('base64') },
  });
  expect(html.output()?.mediaType).toBe('application/octet-stream');
});

test('an output beyond the bound is cut and says so', () => {
  const reader = createOutputReader(8);
  for (let n = 0; n < 5; n++) reader.take({ type: 'line', text: `${delta('abc')}\n` });
  expect(reader.output()).toMatchObject({ cut: true });
  expect(reader.output()?.bytes.length).toBeLessThanOrEqual(8);
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PROBE_KINDS, type ProbeKind, type ProbeTarget } from '../../probes/types.ts';
import { chutesProbes } from './language.ts';

const PLACES = { gatewayUrl: 'https://llm.chutes.ai/', chuteUrl: 'https://{slug}.chutes.ai' };

const target = (kind: ProbeKind, name = 'model/one'): ProbeTarget => ({ kind, id: 'c-1', name, slug: 'one' });
const ask = (kind: ProbeKind, prompt = 'Hello.', random = () => 0.5, name?: string) =>
  chutesProbes.request(target(kind, name), prompt, PLACES, random);

describe('each kind is asked as the table of the reference has it, section 2', () => {
  const common = { seed: 500_000_000 };
  const text = {
    ...common,
    model: 'model/one',
    temperature: 0.6,
    max_tokens: 105,
    stream: true,
    logprobs: true,
  };
  test.each([
    [
      'chat',
      'https://llm.chutes.ai/v1/chat/completions',
      { ...text, messages: [{ role: 'user', content: 'Hello.' }] },
    ],
    ['completion', 'https://llm.chutes.ai/v1/completions', { ...text, prompt: 'Hello.' }],
    ['image', 'https://one.chutes.ai/generate', { ...common, prompt: 'Hello.', num_inference_steps: 18 }],
    ['speech', 'https://one.chutes.ai/speak', { text: 'Hello.' }],
    ['embedding', 'https://one.chutes.ai/embed', { inputs: ['Hello.'] }],
  ] as const)('%s', (kind, url, body) => {
    const request = ask(kind);
    expect(request.url).toBe(url);
    expect(request.body).toEqual(body);
    expect(request.headers).toEqual({ 'x-chutes-trace': 'true', 'content-type': 'application/json' });
    expect(request.shown).toBe('Hello.');
  });

  test('the one voice that must be named is', () => {
    expect(ask('speech', 'Hello.', undefined, 'Kokoro-82M').body).toEqual({
      text: 'Hello.',
      voice: 'af_heart',
    });
  });

  test('a gateway or a chute below a path is asked there', () => {
    const places = { gatewayUrl: 'http://127.0.0.1:1/x', chuteUrl: 'http://127.0.0.1:1/chute/{slug}/' };
    const at = (kind: ProbeKind) => chutesProbes.request(target(kind), 'p', places, () => 0).url;
    expect(at('chat')).toBe('http://127.0.0.1:1/x/v1/chat/completions');
    expect(at('image')).toBe('http://127.0.0.1:1/chute/one/generate');
  });
});

test('whatever chance gives, parameters stay within what the field’s own auditor sends', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...PROBE_KINDS),
      fc.double({ min: 0, max: 1 - 2 ** -53, noNaN: true }),
      (kind, chance) => {
        const { seed, max_tokens, temperature, num_inference_steps } = ask(kind, 'p', () => chance)
          .body as Record<string, number | undefined>;
        if (seed !== undefined) {
          expect(Number.isInteger(seed)).toBe(true);
          expect(seed).toBeLessThanOrEqual(1_000_000_000);
        }
        if (max_tokens !== undefined) {
          expect(max_tokens).toBeGreaterThanOrEqual(10);
          expect(max_tokens).toBeLessThanOrEqual(200);
        }
        if (temperature !== undefined) expect(temperature).toBeLessThanOrEqual(1.1);
        if (num_inference_steps !== undefined) {
          expect(num_inference_steps).toBeGreaterThanOrEqual(5);
          expect(num_inference_steps).toBeLessThanOrEqual(30);
        }
      },
    ),
  );
});

test('what is shown of a request is what was asked, where the function takes no more', () => {
  const long = 'x'.repeat(4_000);
  expect(ask('speech', long)).toMatchObject({ shown: 'x'.repeat(1_000), body: { text: 'x'.repeat(1_000) } });
  expect(ask('embedding', long)).toMatchObject({
    shown: 'x'.repeat(500),
    body: { inputs: ['x'.repeat(500)] },
  });
  expect(ask('chat', long).shown).toBe(long);
});

test('a prompt is never cut within a character', () => {
  const pairs = `x${'🦊'.repeat(600)}`;
  expect(ask('speech', pairs).body).toEqual({ text: `x${'🦊'.repeat(499)}` });
  expect(ask('embedding', pairs).body).toEqual({ inputs: [`x${'🦊'.repeat(249)}`] });
});

describe('the answer', () => {
  const PARENT = '22222222-2222-4222-8222-222222222222';
  const read = (parent: string | undefined, ...events: unknown[]) => {
    const reader = chutesProbes.reader((name) => (name === 'x-chutes-invocationid' ? parent : undefined));
    const texts = events.map((event) => reader.event(JSON.stringify(event)));
    return { texts, ...reader.end() };
  };
  const result = { result: { content_type: 'text/plain', text: 'said' } };

  test('gives its text as it comes, and the id of the request from its header', () => {
    const { texts, route, output } = read(PARENT, result);
    expect(texts).toEqual(['said']);
    expect(route.parentId).toBe(PARENT);
    expect(Buffer.from(output?.bytes ?? []).toString()).toBe('said');
  });

  test('of an error gives no output, and says why', () => {
    const { route, output } = read(PARENT, { error: 'no_targets' });
    expect(route).toMatchObject({ attempts: [], error: 'no_targets' });
    expect(output).toBeUndefined();
  });

  test('an endless header is not an id', () => {
    expect(read('x'.repeat(201), result).route.parentId).toBeNull();
  });
});

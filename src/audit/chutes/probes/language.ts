import type { ProbeKind, ProbeLanguage, ProbePlaces, ProbeTarget } from '../../probes/types.ts';
import { readChutes } from './chute-list.ts';
import { createOutputReader } from './output.ts';
import { createTraceReader } from './trace.ts';

/** The header that carries the id of the request. */
const PARENT_HEADER = 'x-chutes-invocationid';

/** Prompts are cut to this many characters where the function takes no more. */
const LONGEST: Readonly<Partial<Record<ProbeKind, number>>> = { speech: 1_000, embedding: 500 };

/**
 * How Chutes is asked. Parameters are those of the field's own auditor, so that our requests look like anybody's.
 *
 * Source: shared reference on Chutes, section 2 (URLs, bodies, headers) and section 8 (parameters).
 */
export const chutesProbes: ProbeLanguage = {
  targets: readChutes,
  request(target, prompt, places, random) {
    const shown = cut(prompt, LONGEST[target.kind]);
    const { path, body } = asked(target, shown, random);
    return {
      url: `${base(target, places)}${path}`,
      headers: { 'x-chutes-trace': 'true', 'content-type': 'application/json' },
      body,
      shown,
    };
  },
  reader(header) {
    const parent = header(PARENT_HEADER);
    const trace = createTraceReader(parent !== undefined && parent.length <= 200 ? parent : undefined);
    const output = createOutputReader();
    return {
      event(data) {
        const result = trace.event(data);
        return result === undefined ? '' : output.take(result);
      },
      lost: (what) => trace.lost(what),
      end: () => ({ route: trace.end(), output: output.output() }),
    };
  },
};

function base({ kind, slug }: ProbeTarget, { gatewayUrl, chuteUrl }: ProbePlaces): string {
  const url = kind === 'chat' || kind === 'completion' ? gatewayUrl : chuteUrl.replaceAll('{slug}', slug);
  return url.replace(/\/+$/, '');
}

function asked(
  { kind, name }: ProbeTarget,
  prompt: string,
  random: () => number,
): { path: string; body: Record<string, unknown> } {
  const whole = (from: number, to: number) => from + Math.floor(random() * (to - from + 1));
  const seed = whole(0, 1_000_000_000);
  const text = () => ({
    model: name,
    temperature: 0.1 + random(),
    seed,
    max_tokens: whole(10, 200),
    stream: true,
    logprobs: true,
  });
  switch (kind) {
    case 'chat':
      return {
        path: '/v1/chat/completions',
        body: { ...text(), messages: [{ role: 'user', content: prompt }] },
      };
    case 'completion':
      return { path: '/v1/completions', body: { ...text(), prompt } };
    case 'image':
      return { path: '/generate', body: { prompt, seed, num_inference_steps: whole(5, 30) } };
    case 'speech': {
      const spoken = { text: prompt };
      return { path: '/speak', body: name === 'Kokoro-82M' ? { ...spoken, voice: 'af_heart' } : spoken };
    }
    case 'embedding':
      return { path: '/embed', body: { inputs: [prompt] } };
  }
}

/** At most so many characters, none of them half of a pair. */
function cut(prompt: string, most = prompt.length): string {
  const head = prompt.slice(0, most);
  return /[\ud800-\udbff]$/.test(head) ? head.slice(0, -1) : head;
}

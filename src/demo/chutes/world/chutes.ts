import { Dice } from '../dice.ts';

/** What a chute is asked for: the kind of its answers. */
export type ChuteKind = 'llm' | 'image' | 'speech' | 'embedding';

/** An application that users call and miners run. */
export interface Chute {
  readonly id: string;
  readonly name: string;
  /** Its name in host names and paths. */
  readonly slug: string;
  readonly kind: ChuteKind;
  /** `standard_template`; `null` for those written by hand. */
  readonly template: 'vllm' | 'diffusion' | 'tei' | null;
  readonly owner: string;
  readonly ownerId: string;
  readonly imageId: string;
  readonly imageOwnerId: string;
  readonly version: string;
  readonly gpus: number;
  readonly isPublic: boolean;
  /** Multiplier of its instances. */
  readonly multiplier: number;
  /** How many requests it gets beside others. */
  readonly demand: number;
  /** Functions by name, with the path that calls each. */
  readonly cords: readonly Cord[];
}

export interface Cord {
  readonly path: string;
  readonly function: string;
  readonly stream: boolean;
}

/** Accounted as public, though its requests are marked private. */
export const LEGACY_CHUTE = '561e4875-254d-588f-a36f-57c9cdef8961';

const LLM_CORDS: readonly Cord[] = [
  { path: '/v1/chat/completions', function: 'chat_stream', stream: true },
  { path: '/v1/completions', function: 'completion_stream', stream: true },
];

/** Name, kind, GPUs, multiplier, demand. None of these exists, but the voice's name, by which clients know that it wants a voice. */
const PUBLIC: readonly (readonly [string, Chute['kind'], number, number, number])[] = [
  ['stand-in/Quartz-70B-Instruct', 'llm', 8, 14.4, 5],
  ['stand-in/Pebble-8B', 'llm', 1, 1.5, 4],
  ['stand-in/Boulder-405B "v2" 🪨', 'llm', 8, 16, 2],
  ['stand-in/Canvas-XL', 'image', 1, 2.25, 2],
  ['stand-in/Fresco', 'image', 2, 4, 1],
  ['Kokoro-82M', 'speech', 1, 1, 1],
  ['stand-in/Pages-Embed', 'embedding', 1, 0.75, 2],
];

/** The chutes of a seed; the last three serve private users, the very last of them by tradition as if it were public. */
export function chutesOf(seed: string): readonly Chute[] {
  const chutes = PUBLIC.map(([name, kind, gpus, multiplier, demand]) =>
    makeChute(seed, { name, kind, gpus, multiplier, demand, isPublic: true }),
  );
  return [
    ...chutes,
    makeChute(seed, {
      name: 'acme/support-desk',
      kind: 'llm',
      gpus: 2,
      multiplier: 9,
      demand: 1.5,
      isPublic: false,
    }),
    makeChute(seed, {
      name: 'acme/moodboard',
      kind: 'image',
      gpus: 1,
      multiplier: 6,
      demand: 0.5,
      isPublic: false,
    }),
    {
      ...makeChute(seed, {
        name: 'old-house/legacy',
        kind: 'llm',
        gpus: 4,
        multiplier: 7.5,
        demand: 1,
        isPublic: true,
      }),
      id: LEGACY_CHUTE,
    },
  ];
}

type Sketch = Pick<Chute, 'name' | 'kind' | 'gpus' | 'multiplier' | 'demand' | 'isPublic'>;

const TEMPLATES = { llm: 'vllm', image: 'diffusion', embedding: 'tei', speech: null } as const;

function makeChute(seed: string, sketch: Sketch): Chute {
  const dice = new Dice(seed, 'chute', sketch.name);
  const [first, last = ''] = sketch.name.toLowerCase().split('/');
  const slug = `${first}-${last}`.replaceAll(/[^a-z0-9]+/g, '-').replaceAll(/^-+|-+$/g, '');
  // Clients look for the owner "chutes" before they ask for speech or embeddings.
  const owner = sketch.kind === 'speech' || sketch.kind === 'embedding' ? 'chutes' : (first ?? '');
  return {
    ...sketch,
    id: dice.uuid(),
    slug,
    template: TEMPLATES[sketch.kind],
    owner,
    ownerId: new Dice(seed, 'user', owner).uuid(),
    imageId: dice.uuid(),
    imageOwnerId: new Dice(seed, 'user', 'chutes').uuid(),
    version: dice.uuid(),
    cords: cordsOf(sketch.kind),
  };
}

function cordsOf(kind: ChuteKind): readonly Cord[] {
  switch (kind) {
    case 'llm':
      return LLM_CORDS;
    case 'image':
      return [{ path: '/generate', function: 'generate', stream: false }];
    case 'speech':
      return [{ path: '/speak', function: 'speak', stream: false }];
    case 'embedding':
      return [{ path: '/embed', function: 'embed', stream: false }];
  }
}

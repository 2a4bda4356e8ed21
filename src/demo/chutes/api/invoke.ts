import { isoNaive, MINUTE, type Micros } from '../clock.ts';
import { Dice } from '../dice.ts';
import type { StandIn } from '../stand-in.ts';
import { type Call, errorOf, measured, serves } from '../world/calls.ts';
import type { Chute, Cord } from '../world/chutes.ts';
import type { Instance } from '../world/instances.ts';
import { answerWords, embeddingOf, pictureOf, tuneOf } from './outputs.ts';

/** A request to a chute. */
export interface Request {
  readonly parentId: string;
  readonly chute: Chute;
  readonly cord: Cord;
  readonly body: Readonly<Record<string, unknown>>;
}

/** One event of the answer, as it goes behind `data: `. */
export type TraceEvent = Readonly<Record<string, unknown>>;

const ATTEMPTS = 5;

/**
 * The events of a request, in the order in which Chutes tells them: how many targets there are; of each attempt its target, then an error or
 * results and success. What was attempted is noted for the exports. A request that begins now cannot be told from others in them.
 */
export function* traceOf(
  standIn: StandIn,
  { parentId, chute, cord, body }: Request,
  now: () => Micros,
): Generator<TraceEvent, void> {
  const dice = new Dice('request', parentId);
  const trace = (message: string, child?: string): TraceEvent => ({
    trace: {
      timestamp: isoNaive(now()),
      invocation_id: parentId,
      ...(child === undefined ? {} : { child_id: child }),
      chute_id: chute.id,
      function: cord.function,
      message,
    },
  });
  const targets = standIn.world
    .instances(now(), now() + 1)
    .filter((one) => one.chute === chute && serves(one, now()));
  yield trace(`identified ${targets.length} available targets`);
  if (targets.length === 0) {
    yield { error: 'no_targets', detail: `No instances available (yet) for ${chute.id}` };
    return;
  }
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const target = dice.weighted(targets, (one) => one.miner.habit.pull);
    if (target === undefined) break;
    targets.splice(targets.indexOf(target), 1);
    const child = dice.uuid();
    const place = `target=${target.id} uid=${target.miner.uid} hotkey=${target.miner.hotkey} coldkey=${target.miner.coldkey}`;
    const call = attemptOf(parentId, child, chute, cord, target, now());
    standIn.note({ ...call, completedAt: call.startedAt + 10 * MINUTE });
    const done = (error: string) => {
      const completedAt = Math.max(now(), call.startedAt + 3_000);
      const finished = { ...call, completedAt, error };
      const metrics = error === '' ? measured(finished, chute, standIn.settings.generation) : undefined;
      standIn.note({ ...finished, metrics });
    };
    yield trace(`attempting to query ${place}`, child);
    if (isBad(chute, body)) {
      done('BAD_REQUEST');
      yield { error: 'bad_request', detail: 'Invalid request' };
      return;
    }
    if (targets.length > 0 && dice.chance(0.1 + 2 * target.miner.habit.failures)) {
      const error = errorOf(dice, target);
      done(error);
      yield trace(`error encountered while querying ${place}: exc=${error}`, child);
      continue;
    }
    for (const result of resultsOf(dice, chute, cord, body, parentId)) yield { result };
    done('');
    yield trace(`successfully called function='${cord.function}' on ${place}`, child);
    return;
  }
  yield { error: 'exhausted all available targets to no avail' };
}

function attemptOf(
  parentId: string,
  invocationId: string,
  chute: Chute,
  cord: Cord,
  target: Instance,
  startedAt: Micros,
): Call {
  const { uid, hotkey } = target.miner;
  return {
    ...{ parentId, invocationId, chute, function: cord.function, instanceId: target.id, uid, hotkey },
    ...{ startedAt, completedAt: startedAt, error: '', multiplier: target.multiplier, bounty: 0 },
    metrics: undefined,
  };
}

/** Whether what must be there is not. */
function isBad(chute: Chute, body: Request['body']): boolean {
  switch (chute.kind) {
    case 'llm':
      return !(Array.isArray(body.messages) && body.messages.length > 0) && typeof body.prompt !== 'string';
    case 'image':
      return typeof body.prompt !== 'string';
    case 'speech':
      return typeof body.text !== 'string';
    case 'embedding':
      return !(Array.isArray(body.inputs) && body.inputs.every((one) => typeof one === 'string'));
  }
}

/** What the chute answers: lines of an inner stream, or one whole object. */
function* resultsOf(
  dice: Dice,
  chute: Chute,
  cord: Cord,
  body: Request['body'],
  id: string,
): Generator<unknown> {
  switch (chute.kind) {
    case 'llm': {
      const most = typeof body.max_tokens === 'number' ? body.max_tokens : 40;
      const isChat = cord.function === 'chat_stream';
      for (const word of answerWords(dice, most)) yield inner(chunkOf(chute, id, isChat, word));
      yield inner(chunkOf(chute, id, isChat, '', 'stop'));
      yield 'data: [DONE]\n\n';
      return;
    }
    case 'image':
      yield { content_type: 'image/png', bytes: pictureOf(`${body.prompt}/${body.seed}`).toString('base64') };
      return;
    case 'speech':
      yield { content_type: 'audio/wav', bytes: tuneOf(String(body.text)).toString('base64') };
      return;
    case 'embedding':
      yield { content_type: 'application/json', json: (body.inputs as string[]).map(embeddingOf) };
      return;
  }
}

function inner(chunk: unknown): string {
  return `data: ${JSON.stringify(chunk)}\n\n`;
}

function chunkOf(
  chute: Chute,
  id: string,
  isChat: boolean,
  text: string,
  reason: string | null = null,
): unknown {
  const choice = isChat ? { delta: { role: 'assistant', content: text } } : { text };
  return {
    id: `cmpl-${id}`,
    object: isChat ? 'chat.completion.chunk' : 'text_completion',
    model: chute.name,
    choices: [{ index: 0, ...choice, logprobs: null, finish_reason: reason }],
  };
}

import { seededRandom } from '../../test/support/seed.ts';

/*
 * Rows of hourly exports in the reference's dialect (chutes.md 3.1 to 3.6): Python's csv with CRLF, quotes only where needed and doubled
 * inside, tracebacks of many lines, `metrics` as the text of a dict, floats in their shortest form, instants as PostgreSQL prints them.
 */

export const HOUR = 3_600_000_000;

const MINERS = 190;
const CHUTES = 400;
const INSTANCES = 3_000;
/** One of so many ends in the minute between the hour and its export, and stands in both files. */
const REPEATED_EVERY = 97;
const FAILED_EVERY = 45;

export const INVOCATION_HEADER =
  'parent_invocation_id,invocation_id,chute_id,chute_user_id,function_name,image_id,image_user_id,instance_id,miner_uid,miner_hotkey,started_at,completed_at,error_message,compute_multiplier,bounty,metrics\r\n';
export const JOB_HEADER =
  'job_id,chute_id,version,chutes_version,method,miner_uid,miner_hotkey,miner_coldkey,instance_id,created_at,updated_at,started_at,finished_at,status,compute_multiplier,miner_terminated\r\n';
export const COMPLAINT_HEADER = 'invocation_id,user_id,timestamp,confirmed_at,confirmed_by,reason\r\n';

export interface Population {
  readonly miners: readonly string[];
  readonly chutes: readonly Chute[];
  readonly instances: readonly Instance[];
}

interface Instance {
  readonly id: string;
  readonly chute: Chute;
  readonly miner: number;
}

interface Chute {
  readonly id: string;
  readonly user: string;
  readonly image: string;
  readonly kind: 'llm' | 'diffusion' | 'other';
  readonly multiplier: string;
  readonly perToken: string;
}

/** Miners, chutes and instances, the same for the same seed. */
export function populationOf(seed: number): Population {
  const random = seededRandom(seed);
  const miners = Array.from({ length: MINERS }, () => hotkey(random));
  const chutes = Array.from({ length: CHUTES }, (_, i): Chute => {
    const kind = i % 10 < 7 ? 'llm' : i % 10 < 9 ? 'diffusion' : 'other';
    return {
      id: uuid(random),
      user: uuid(random),
      image: uuid(random),
      kind,
      multiplier: String(Math.round((1 + random() * 30) * 8) / 8),
      perToken: String(0.001 + random() * 0.02),
    };
  });
  const instances = Array.from({ length: INSTANCES }, () => ({
    id: uuid(random),
    // Some chutes and some miners serve far more than others.
    chute: chutes[Math.floor(random() ** 2 * CHUTES)] as Chute,
    miner: Math.floor(random() ** 1.5 * MINERS),
  }));
  return { miners, chutes, instances };
}

/** Rows of one hour in order of their beginning: those that ended in the minute before it was exported are in the next hour's file too. */
export function* invocations(
  population: Population,
  seed: number,
  hour: number,
  end: number,
  count: number,
): Generator<string> {
  const carried = Math.floor(count / REPEATED_EVERY);
  if (hour > 0) yield* lateRows(population, seed, hour - 1, end - HOUR, carried);
  const random = seededRandom(seed * 1_000 + hour);
  const own = count - carried * (hour > 0 ? 2 : 1);
  for (let i = 0; i < own; i++) {
    const began = end - HOUR + Math.floor((i / own) * (HOUR - 60_000_000));
    yield invocation(population, random, began, i % FAILED_EVERY === 7);
  }
  yield* lateRows(population, seed, hour, end, carried);
}

/** Rows that begin in the last moment of an hour and end after it. */
function* lateRows(population: Population, seed: number, hour: number, end: number, count: number) {
  const random = seededRandom(seed * 7_919 + hour);
  for (let i = 0; i < count; i++)
    yield invocation(population, random, end - 40_000 + Math.floor((i / count) * 39_000), false);
}

function invocation(
  { instances, miners }: Population,
  random: () => number,
  began: number,
  failed: boolean,
): string {
  const { id, chute, miner } = instances[Math.floor(random() ** 1.3 * INSTANCES)] as Instance;
  const elapsed = 50_000 + Math.floor(random() * 20_000_000);
  const error = failed ? traceback(id, random) : '';
  const metrics = failed ? '' : metricsOf(chute, random, elapsed);
  const bounty = random() < 0.0005 ? String(100 + Math.floor(random() * 86_300)) : '0';
  const name = chute.kind === 'llm' ? 'chat' : chute.kind === 'diffusion' ? 'generate' : 'embed';
  return `${uuid(random)},${uuid(random)},${chute.id},${chute.user},${name},${chute.image},${chute.user},${id},${miner},${miners[miner]},${instant(began)},${instant(began + elapsed)},${error},${chute.multiplier},${bounty},${metrics}\r\n`;
}

// What no score is made of is drawn from a pool: printing a number exactly takes longer than everything else in a row.
const SHOWN = Array.from({ length: 4_096 }, (_, i) => {
  const random = seededRandom(i);
  const [tps, ctps, ttft, mc, ptps, otps] = [200, 4_000, 1, 20, 4_000, 100].map(
    (most) => 0.05 + random() * most,
  );
  return `'tps': ${tps}, 'ctps': ${ctps}, 'ttft': ${ttft}, 'mc': ${mc}, 'ptps': ${ptps}, 'otps': ${otps}`;
});

function metricsOf(chute: Chute, random: () => number, elapsed: number): string {
  const seconds = elapsed / 1e6;
  const own = random() < 0.05 ? 'True' : 'False';
  if (chute.kind === 'llm') {
    const input = 20 + Math.floor(random() * 8_000);
    const output = 1 + Math.floor(random() * 1_200);
    const ptps = 500 + random() * 4_000;
    const otps = 20 + random() * 100;
    const shown = SHOWN[Math.floor(random() * SHOWN.length)];
    return `"{'p': ${own}, 'it': ${input}, 'ot': ${output}, 'tt': ${seconds}, ${shown}, 'maspt': ${chute.perToken}, 'nc': ${input / ptps + output / otps}}"`;
  }
  if (chute.kind === 'diffusion')
    return `"{'p': ${own}, 'steps': ${5 + Math.floor(random() * 26)}, 'sps': ${1 + random() * 9}, 'masps': ${0.05 + random()}}"`;
  return '';
}

function traceback(instance: string, random: () => number): string {
  const roll = random();
  if (roll < 0.5) return roll < 0.3 ? 'RATE_LIMIT' : 'BAD_REQUEST';
  return `"Traceback (most recent call last):\n  File ""/app/api/chute/util.py"", line ${Math.floor(random() * 900)}, in _invoke_one\n    async with session.post(f""{plain_path}"", data=payload) as resp:\n  File ""/usr/lib/python3/aiohttp/client.py"", line 1425, in __aenter__\n    self._resp: ClientResponse = await self._coro\naiohttp.client_exceptions.ClientConnectorError: Cannot connect to host [host redacted] ssl:default [Connect call failed ('${instance}', 32000)]\n"`;
}

/** The report of an hour as JSON: all instances, alive for days, and the exports with their digests. */
export function reportText(
  { instances, miners }: Population,
  end: number,
  csvExports: Readonly<Record<string, { readonly path: string; readonly sha256: string }>>,
): string {
  return JSON.stringify({
    csv_exports: csvExports,
    instance_audit: instances.map(({ id, chute, miner }, i) => {
      const activated = instant(FIRST_ACTIVATION + (i % 400) * HOUR).replace(' ', 'T');
      return {
        instance_id: id,
        chute_id: chute.id,
        version: chute.image,
        created_at: activated,
        verified_at: activated,
        deleted_at: null,
        deletion_reason: null,
        miner_uid: String(miner),
        miner_hotkey: miners[miner],
        region: 'n/a',
        activated_at: FIRST_ACTIVATION + (i % 400) * HOUR < end ? activated : null,
        billed_to: i % 20 === 0 ? chute.user : null,
        stop_billing_at: null,
        compute_multiplier: Number(chute.multiplier),
        hourly_rate: 1.5,
      };
    }),
  });
}

/** 2025-10-20: every instance is alive at the end of the window. */
const FIRST_ACTIVATION = Date.UTC(2025, 9, 20) * 1000;

export function complaint(random: () => number, end: number, index: number): string {
  const at = `${instant(end - HOUR + Math.floor(random() * HOUR))}+00:00`;
  const confirmed = index % 2 === 0 ? `${at},${uuid(random)}` : ',';
  return `${uuid(random)},${uuid(random)},${at},${confirmed},"instance lifetime less than required minimum, closed"\r\n`;
}

export function job(
  { instances, miners }: Population,
  random: () => number,
  end: number,
  index: number,
): string {
  const { id, chute, miner } = instances[index * 31] as Instance;
  const began = end - Math.floor(random() * HOUR);
  const finished = index % 3 === 0 ? '' : instant(began + 100_000_000);
  return `${uuid(random)},${chute.id},${chute.image},0.3.1,train,${miner},${miners[miner]},${miners[miner]},${id},${instant(began)},,${instant(began)},${finished},${finished === '' ? 'running' : 'complete'},${chute.multiplier},False\r\n`;
}

const HEX = Array.from({ length: 65_536 }, (_, i) => i.toString(16).padStart(4, '0'));

function uuid(random: () => number): string {
  const a = (random() * 2 ** 32) >>> 0;
  const b = (random() * 2 ** 32) >>> 0;
  const c = (random() * 2 ** 32) >>> 0;
  const d = (random() * 2 ** 32) >>> 0;
  return `${HEX[a >>> 16]}${HEX[a & 0xffff]}-${HEX[b >>> 16]}-${HEX[(b & 0x0fff) | 0x4000]}-${HEX[((c >>> 16) & 0x3fff) | 0x8000]}-${HEX[c & 0xffff]}${HEX[d >>> 16]}${HEX[d & 0xffff]}`;
}

const BASE58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';

/** In the form of an account; no checksum, as nobody decodes it here. */
function hotkey(random: () => number): string {
  return `5${Array.from({ length: 47 }, () => BASE58[Math.floor(random() * 58)]).join('')}`;
}

const TWO = Array.from({ length: 60 }, (_, i) => String(i).padStart(2, '0'));
let dayOf = Number.NaN;
let dayText = '';

/** As PostgreSQL prints a timestamp without zone. */
function instant(micros: number): string {
  const day = Math.floor(micros / 86_400_000_000);
  if (day !== dayOf) {
    dayOf = day;
    dayText = new Date(day * 86_400_000).toISOString().slice(0, 10);
  }
  const inDay = micros - day * 86_400_000_000;
  const second = Math.floor(inDay / 1_000_000);
  const minute = Math.floor(second / 60);
  const text = `${dayText} ${TWO[Math.floor(minute / 60)]}:${TWO[minute % 60]}:${TWO[second % 60]}`;
  const fraction = inDay - second * 1_000_000;
  return fraction === 0 ? text : `${text}.${String(fraction).padStart(6, '0')}`;
}

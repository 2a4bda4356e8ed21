import { type AccountId, raoToNumber, toSs58, u16ToFraction } from '../../../shared/index.ts';
import { CHUTES_PLAN } from '../../population/plans.ts';
import { hotkeysOf, stakeOf } from '../../runtime/stake.ts';
import type { StateReader } from '../../runtime/storage.ts';
import { csvNaive, DAY, HOUR, isoNaive, MINUTE, type Micros } from '../clock.ts';
import { PyFloat, pythonCsv } from '../formats/python.ts';
import type { StandIn } from '../stand-in.ts';
import { serves } from '../world/calls.ts';
import type { Chute } from '../world/chutes.ts';

/** `GET /chutes/gpu_count_history` */
export function gpuCountHistory({ world }: StandIn): unknown {
  return world.chutes.map(({ id, gpus }) => ({ chute_id: id, gpu_count: gpus }));
}

/**
 * `GET /instances/reconciliation_csv`: activated instances that are not deleted, or not for long. As of the newest published hour: the honest
 * stand-in's feeds say what its reports say.
 */
export function reconciliationCsv(standIn: StandIn): string {
  const at = feedInstant(standIn);
  const rows = standIn.world
    .instances(at - 7 * DAY - HOUR, at + 1)
    .filter(({ activatedAt }) => activatedAt !== undefined && activatedAt <= at)
    .map(({ id, deletedAt }) => [id, deletedAt <= at ? csvNaive(deletedAt) : null]);
  return pythonCsv([['instance_id', 'deleted_at'], ...rows]);
}

/** `GET /instances/compute_history_csv`: pieces that last, or ended in the last eight days. */
export function computeHistoryCsv(standIn: StandIn): string {
  const at = feedInstant(standIn);
  const rows = standIn.world
    .instances(at - 8 * DAY, at + 1)
    .flatMap(({ id, history }) => history.map((piece) => ({ id, ...piece })))
    .filter(({ start, end }) => start <= at && end >= at - 8 * DAY)
    .map(({ id, multiplier, start, end }) => [
      id,
      new PyFloat(multiplier),
      csvNaive(start),
      end <= at ? csvNaive(end) : null,
    ]);
  return pythonCsv([['instance_id', 'compute_multiplier', 'started_at', 'ended_at'], ...rows]);
}

function feedInstant(standIn: StandIn): Micros {
  return (standIn.newest ?? standIn.world.birth) + MINUTE;
}

/** `GET /miner/metagraph`: the subnet's neurons as the chain has them. */
export function minerMetagraph(state: StateReader): unknown {
  const { netuid } = CHUTES_PLAN;
  const vector = (name: string) => state.sub<number[]>(name, netuid);
  const [incentives, trust, validatorTrust] = [
    vector('Incentive'),
    vector('Trust'),
    vector('ValidatorTrust'),
  ];
  return hotkeysOf(state, netuid).map((hotkey, uid) => {
    const stake = stakeOf(state, netuid, hotkey);
    return {
      hotkey: toSs58(hotkey),
      netuid,
      coldkey: toSs58(state.sub<AccountId>('Owner', hotkey)),
      node_id: uid,
      incentive: u16ToFraction(incentives[uid] ?? 0),
      stake: raoToNumber(stake.total),
      tao_stake: raoToNumber(stake.tao),
      alpha_stake: raoToNumber(stake.alpha),
      trust: u16ToFraction(trust[uid] ?? 0),
      vtrust: u16ToFraction(validatorTrust[uid] ?? 0),
      ip: '0.0.0.0',
      port: 0,
      blacklist_reason: null,
    };
  });
}

/** `GET /miner/scores`; `undefined` before the first reckoning. */
export function minerScores({ paymaster, settings }: StandIn, hotkey: string | null): unknown {
  const { last } = paymaster;
  if (last === undefined) return undefined;
  const wanted = (name: string) => hotkey === null || hotkey === name;
  const only = <T>(values: Iterable<readonly [string, T]>) =>
    Object.fromEntries([...values].filter(([name]) => wanted(name)));
  const raw = only(last.pay.raw);
  const final = only(last.pay.shares);
  if (settings.generation !== 'invocation') return { raw_values: raw, final_scores: final };
  const totals: Record<string, number> = {};
  for (const values of last.pay.raw.values())
    for (const [name, value] of Object.entries(values)) totals[name] = (totals[name] ?? 0) + value;
  const normalized = Object.fromEntries(
    Object.entries(raw).map(([name, values]) => [
      name,
      Object.fromEntries(Object.entries(values).map(([key, value]) => [key, value / (totals[key] || 1)])),
    ]),
  );
  return { raw_values: raw, totals, normalized, final_scores: final };
}

const MOST_CHUTES = 1_000;

/** `GET /chutes/`: public chutes with their instances of now, and the cords apart. */
export function chutesList({ world }: StandIn, query: URLSearchParams, now: Micros): unknown {
  const limit = Math.min(MOST_CHUTES, numberOf(query.get('limit'), 25));
  const page = numberOf(query.get('page'), 0);
  const [template, name, slug] = [query.get('template'), query.get('name'), query.get('slug')];
  const found = world.chutes.filter((chute) => {
    if (!chute.isPublic || query.get('include_public') !== 'true') return false;
    if (template !== null && chute.template !== template) return false;
    if (slug !== null && chute.slug !== slug) return false;
    return name === null || chute.name.toLowerCase().includes(name.toLowerCase());
  });
  const instances = world.instances(now, now + 1);
  const shown = found.slice(page * limit, (page + 1) * limit);
  return {
    total: found.length,
    page,
    limit,
    items: shown.map((chute) => ({
      chute_id: chute.id,
      name: chute.name,
      slug: chute.slug,
      tagline: 'Served by a stand-in, not by Chutes.',
      standard_template: chute.template,
      public: chute.isPublic,
      version: chute.version,
      user: { user_id: chute.ownerId, username: chute.owner },
      image: { image_id: chute.imageId, name: 'stand-in', tag: '1' },
      node_selector: { gpu_count: chute.gpus, compute_multiplier: chute.multiplier },
      cord_ref_id: cordRef(chute),
      instances: instances
        .filter((one) => one.chute === chute)
        .map((one) => ({
          instance_id: one.id,
          region: one.region,
          active: serves(one, now),
          verified: one.verifiedAt !== undefined && one.verifiedAt <= now,
          last_verified_at: one.verifiedAt === undefined ? null : isoNaive(one.verifiedAt),
        })),
    })),
    cord_refs: Object.fromEntries(
      shown.map((chute) => [
        cordRef(chute),
        chute.cords.map((cord) => ({
          path: cord.path,
          public_api_path: cord.path,
          public_api_method: 'POST',
          function: cord.function,
          stream: cord.stream,
        })),
      ]),
    ),
  };
}

function cordRef(chute: Chute): string {
  return `${chute.version.slice(0, 23)}-${chute.id.slice(24)}`;
}

function numberOf(text: string | null, fallback: number): number {
  return text !== null && /^\d{1,6}$/.test(text) ? Number(text) : fallback;
}

import {
  chooseSource,
  chooseValidator,
  type Judged,
  latestScores,
  parseScores,
  planWeights,
  preflight,
  type RuleCheck,
  readWeightRules,
  scoresOf,
  type WeightPlan,
  type WeightRow,
  type WeightRules,
  type WeightScores,
} from '../../../audit/index.ts';
import {
  type BlockView,
  type HotkeyPlace,
  type OpenedKey,
  readHotkey,
  readHotkeys,
} from '../../../chain/index.ts';
import { type AccountId, TaoscopeError, toSs58 } from '../../../shared/index.ts';
import type { Context } from '../../context.ts';
import { openOrServed, withQuery } from '../../served.ts';

/** Which weights, and whose. */
export interface WeightsOptions {
  netuid?: number;
  mechanism?: number;
  /** Scores of a JSON file. */
  file?: string;
  /** Scores of the newest evaluation: of the named source, or of the only one configured. */
  fromAudit?: string | boolean;
  /** Of this audited validator. */
  validator?: string;
  /** Round as the Chutes validator does. */
  trunc?: boolean;
  versionKey?: bigint;
  wallet?: string;
  hotkey?: string;
  keyFile?: string;
  json?: boolean;
}

/** Weights that are ready to be shown or set. */
export interface Prepared {
  readonly view: BlockView;
  readonly scores: WeightScores;
  readonly rules: WeightRules;
  readonly plan: WeightPlan;
  readonly row: WeightRow;
  readonly checks: readonly RuleCheck[];
  /** Whose weights, as far as it is known. */
  readonly account?: AccountId | undefined;
}

/** Plans the weights at a block and checks them against its rules. Signs nothing. */
export async function prepareWeights(
  context: Context,
  view: BlockView,
  account: AccountId | undefined,
  options: WeightsOptions,
): Promise<Prepared> {
  const { signal } = context.effects;
  const scores = await loadScores(context, options);
  const { netuid } = scores;
  if (options.netuid !== undefined && options.netuid !== netuid) {
    throw new TaoscopeError('usage', {
      failed: 'the scores are of another subnet',
      got: `netuid ${netuid}, from ${scores.origin}`,
      expected: `netuid ${options.netuid}, as --netuid says`,
    });
  }
  const { mechanism = 0 } = options;
  const rules = await readWeightRules(view, { netuid, mechanism, hotkey: account }, signal);
  if (!rules.exists) throw noSubnet(netuid, view);
  const uids = Array.from({ length: rules.n }, (_, uid) => uid);
  const hotkeys = await readHotkeys(view, netuid, uids, { n: rules.n, signal });
  const plan = planWeights({
    scores: scores.scores,
    hotkeys: hotkeys.map((hotkey) => (hotkey === undefined ? '' : toSs58(hotkey))),
    rounding: options.trunc === true ? 'trunc' : 'max',
    maxWeightLimit: rules.maxWeightLimit,
  });
  const row: WeightRow = {
    netuid,
    mechanism,
    uids: plan.uids,
    values: plan.values,
    versionKey: options.versionKey ?? rules.versionKey,
  };
  return { view, scores, rules, plan, row, checks: preflight(rules, row), account };
}

/** Where the command line and the configuration say that the hotkey is. */
export function hotkeyPlace({ config, effects }: Context, options: WeightsOptions): HotkeyPlace {
  return {
    file: options.keyFile,
    wallet: options.wallet,
    hotkey: options.hotkey,
    secret: config.secrets.hotkey,
    env: effects.env,
  };
}

/** The key, if one is named anywhere; no key is looked for where nobody spoke of one. */
export async function namedKey(context: Context, options: WeightsOptions): Promise<OpenedKey | undefined> {
  const place = hotkeyPlace(context, options);
  const { env = {} } = place;
  const isNamed =
    (place.file ??
      place.wallet ??
      place.hotkey ??
      place.secret ??
      env.BT_WALLET_NAME ??
      env.BT_WALLET_HOTKEY) !== undefined;
  return isNamed ? readHotkey(place) : undefined;
}

export function accountOf(key: OpenedKey): AccountId {
  return key.kind === 'secret' ? key.hotkey.publicKey : key.publicKey;
}

async function loadScores(context: Context, options: WeightsOptions): Promise<WeightScores> {
  const { file, fromAudit = false } = options;
  if (file !== undefined && fromAudit === false) return parseScores(readText(context, file), file);
  if (file !== undefined || fromAudit === false) {
    throw new TaoscopeError('usage', {
      failed: 'it is not said which scores',
      got: file === undefined ? 'neither --file nor --from-audit' : 'both --file and --from-audit',
      expected: '--file scores.json, or --from-audit [source]',
    });
  }
  const { validator } = options;
  const source = fromAudit === true ? undefined : fromAudit;
  const nowMs = Date.now();
  const place = await openOrServed(context);
  if ('served' in place) {
    const path = withQuery('/audit/incentives', { source, validator });
    return scoresOf(await place.served.json<Judged>('GET', path), nowMs);
  }
  try {
    const sources = context.config.audit.sources.map((one) => ({ source: one }));
    const audited = chooseSource(sources, source);
    const whose = { source: audited.source.name, validator: chooseValidator(audited, validator) };
    return await latestScores(place.store, { ...whose, nowMs }, context.effects.signal);
  } finally {
    await place.store.close();
  }
}

function readText({ effects }: Context, file: string): string {
  try {
    return effects.readFile(file);
  } catch (cause) {
    const got = `${file}: ${(cause as NodeJS.ErrnoException).code ?? 'error'}`;
    throw new TaoscopeError(
      'usage',
      { failed: 'cannot read the scores', got, expected: 'a readable JSON file' },
      { cause },
    );
  }
}

function noSubnet(netuid: number, { block }: BlockView): TaoscopeError {
  return new TaoscopeError('not-found', {
    failed: `there is no netuid ${netuid} at block ${block.number}`,
    todo: '`taoscope subnets` shows which there are',
  });
}

import { type AccountId, isTaoscopeError } from '../../shared/index.ts';
import { noSuchSubnet, PALLET, readNetuids, requireU16 } from '../metagraph/index.ts';
import { chainText } from '../text.ts';
import type { BlockView, StorageRequest, SubnetFacts } from '../types.ts';
import { HYPERPARAMETERS } from './hyperparameters.ts';
import { nextEpochBlock } from './next-epoch.ts';
import { bitsOf, fixedToNumber, priceOf } from './price.ts';

/** The facts of all subnets at the view's block, ascending by netuid, from storage in a few requests for all together. */
export async function readSubnets(view: BlockView, signal?: AbortSignal): Promise<SubnetFacts[]> {
  return readFacts(view, await readNetuids(view, signal), signal);
}

/** The facts of one subnet; `not-found` with the netuids there are when it does not exist. */
export async function readSubnet(
  view: BlockView,
  netuid: number,
  signal?: AbortSignal,
): Promise<SubnetFacts> {
  requireU16(netuid);
  const [facts] = await readFacts(view, [netuid], signal);
  const marked = await view.storageMany([{ pallet: PALLET, item: 'NetworksAdded', keys: [netuid] }], signal);
  if (marked[0] !== true && facts!.n === 0) throw await noSuchSubnet(view, netuid, signal);
  return withRuntimeClock(view, facts!, signal);
}

/** A storage item of a subnet, keyed by netuid; of several names the first that the runtime has. */
interface Item {
  readonly pallet: string;
  readonly names: readonly string[];
  /** An absent key means nothing is known, not the chain's default. */
  readonly noDefault?: true;
}

const FACTS = {
  n: item('SubnetworkN'),
  mechanisms: item('MechanismCountCurrent'),
  ownerColdkey: item('SubnetOwner'),
  ownerHotkey: item('SubnetOwnerHotkey'),
  registeredAt: item('NetworkRegisteredAt'),
  // Misspelt on the chain; the right spelling in case it is mended one day.
  lastStepBlock: item('LastMechansimStepBlock', 'LastMechanismStepBlock'),
  blocksSinceStep: { ...item('BlocksSinceLastStep'), noDefault: true },
  lastEpochBlock: item('LastEpochBlock'),
  pendingEpochAt: item('PendingEpochAt'),
  tokenSymbol: item('TokenSymbol'),
  subnetName: item('SubnetName'),
  identity: item('SubnetIdentitiesV3', 'SubnetIdentitiesV2', 'SubnetIdentities'),
  taoIn: item('SubnetTAO'),
  alphaIn: item('SubnetAlphaIn'),
  alphaOut: item('SubnetAlphaOut'),
  volume: item('SubnetVolume'),
  movingPrice: item('SubnetMovingPrice'),
  priceMechanism: item('SubnetMechanism'),
  taoInEmission: item('SubnetTaoInEmission'),
  emissionValue: item('EmissionValues'),
  sqrtPrice: { pallet: 'Swap', names: ['AlphaSqrtPrice'] },
} as const satisfies Record<string, Item>;

type FactName = keyof typeof FACTS;

async function readFacts(
  view: BlockView,
  netuids: readonly number[],
  signal?: AbortSignal,
): Promise<SubnetFacts[]> {
  const columns = await readItems(view, { ...FACTS, ...hyperparameterItems() }, netuids, signal);
  const runtimePrices = await readRuntimePrices(view, netuids, signal);
  return netuids.map((netuid, i) => {
    const value = (name: string): unknown => columns.get(name)?.[i];
    return factsOf(view, netuid, value, runtimePrices?.get(netuid));
  });
}

/** Reads items of all subnets at once: by name, a value for each netuid, the chain's default where a key is absent. */
async function readItems(
  view: BlockView,
  items: Readonly<Record<string, Item>>,
  netuids: readonly number[],
  signal?: AbortSignal,
): Promise<Map<string, unknown[]>> {
  const present = Object.entries(items).flatMap(([name, { pallet, names, noDefault }]) => {
    const found = names.find((candidate) => view.hasStorage(pallet, candidate));
    return found === undefined
      ? []
      : [{ name, pallet, item: found, fallback: noDefault ? undefined : view.storageDefault(pallet, found) }];
  });
  const requests: StorageRequest[] = present.flatMap(({ pallet, item }) =>
    netuids.map((netuid) => ({ pallet, item, keys: [netuid] })),
  );
  const values = await view.storageMany(requests, signal);
  return new Map(
    present.map(({ name, fallback }, row) => [
      name,
      netuids.map((_, i) => values[row * netuids.length + i] ?? fallback),
    ]),
  );
}

function factsOf(
  view: BlockView,
  netuid: number,
  value: (name: string) => unknown,
  runtimePrice: bigint | undefined,
): SubnetFacts {
  const fact = (name: FactName) => value(name);
  const { number: block } = view.block;
  const isAlpha = view.hasStorage(PALLET, 'SubnetTAO');
  const tempo = numberOf(value('tempo')) ?? 0;
  const blocksSinceEpoch = numberOf(fact('blocksSinceStep'));
  const identity = identityOf(fact('identity'));
  const pool = { taoIn: bigOf(fact('taoIn')), alphaIn: bigOf(fact('alphaIn')) };
  const movingPrice = bitsOf(fact('movingPrice'));
  const facts: { -readonly [K in keyof SubnetFacts]: SubnetFacts[K] } = {
    netuid,
    name: nameOf(netuid, fact('subnetName'), identity),
    symbol: textOf(fact('tokenSymbol')),
    identity,
    ownerColdkey: accountOf(fact('ownerColdkey')),
    ownerHotkey: accountOf(fact('ownerHotkey')),
    registeredAt: numberOf(fact('registeredAt')),
    n: numberOf(fact('n')) ?? 0,
    maxUids: numberOf(value('maxUids')),
    maxValidators: numberOf(value('maxValidators')),
    mechanisms: numberOf(fact('mechanisms')) ?? 1,
    tempo,
    lastEpochBlock: lastEpochOf(block, numberOf(fact('lastStepBlock')), blocksSinceEpoch),
    blocksSinceEpoch,
    // Root runs no epoch of its own since alpha.
    nextEpochBlock:
      isAlpha && netuid === 0
        ? undefined
        : nextEpochBlock({
            netuid,
            block,
            tempo,
            lastEpochBlock: numberOf(fact('lastEpochBlock')),
            pendingEpochAt: numberOf(fact('pendingEpochAt')),
            blocksSinceLastStep: blocksSinceEpoch,
          }),
    burn: bigOf(value('burn')),
    difficulty: bigOf(value('difficulty')),
    registrationAllowed: value('registrationAllowed') as boolean | undefined,
    immunityPeriod: numberOf(value('immunityPeriod')),
    hyperparameters: hyperparametersOf(value),
    ...pool,
    alphaOut: bigOf(fact('alphaOut')),
    volume: bigOf(fact('volume')),
    // SubnetMovingPrice is an I96F32.
    movingPrice: movingPrice === undefined ? undefined : fixedToNumber(movingPrice, 32),
    emission: bigOf(fact('taoInEmission')) ?? bigOf(fact('emissionValue')),
  };
  if (isAlpha) {
    const mechanism = numberOf(fact('priceMechanism'));
    facts.priceRao =
      runtimePrice ?? priceOf({ netuid, mechanism, ...pool, sqrtPriceBits: bitsOf(fact('sqrtPrice')) });
  }
  const present = Object.entries(facts).filter(([, entry]) => entry !== undefined);
  return Object.fromEntries(present) as unknown as SubnetFacts;
}

/**
 * Prices by runtime call, only where storage cannot tell: since spec 423 pools are weighted and `AlphaSqrtPrice` is gone.
 * `undefined` where storage tells; a netuid whose call fails for a reason of its own is not in the answer.
 */
async function readRuntimePrices(
  view: BlockView,
  netuids: readonly number[],
  signal?: AbortSignal,
): Promise<Map<number, bigint> | undefined> {
  const isOffered = view.upgradesTo === undefined && view.hasCall('SwapRuntimeApi', 'current_alpha_price');
  if (!isOffered || view.hasStorage('Swap', 'AlphaSqrtPrice')) return undefined;
  const prices = await Promise.all(
    netuids.map((netuid) =>
      view.call('SwapRuntimeApi', 'current_alpha_price', [netuid], signal).catch((error: unknown) => {
        if (isNotServed(error)) return undefined;
        throw error;
      }),
    ),
  );
  return new Map(
    netuids.flatMap((netuid, i) => (typeof prices[i] === 'bigint' ? [[netuid, prices[i]]] : [])),
  );
}

/** Whether a call cannot be had here, so that storage has to do. A rate limit passes and is not that. */
function isNotServed(error: unknown): boolean {
  return (
    isTaoscopeError(error, 'unsupported') ||
    isTaoscopeError(error, 'undecodable') ||
    (isTaoscopeError(error, 'rpc-refused') && !error.retryable)
  );
}

/** The chain's own answer to when the next epoch runs, where it gives one (spec 423). */
async function withRuntimeClock(
  view: BlockView,
  facts: SubnetFacts,
  signal?: AbortSignal,
): Promise<SubnetFacts> {
  const [api, method] = ['SubnetInfoRuntimeApi', 'get_next_epoch_start_block'] as const;
  if (view.upgradesTo !== undefined || !view.hasCall(api, method)) return facts;
  try {
    const next = await view.call(api, method, [facts.netuid], signal);
    if (next === undefined) {
      // The chain says that none will run, whatever the rule makes of the tempo.
      const { nextEpochBlock: _, ...others } = facts;
      return others;
    }
    return typeof next === 'bigint' && next > BigInt(view.block.number)
      ? { ...facts, nextEpochBlock: Number(next) }
      : facts;
  } catch (error) {
    if (isNotServed(error)) return facts;
    throw error;
  }
}

function hyperparameterItems(): Record<string, Item> {
  const items = Object.entries(HYPERPARAMETERS).map(([name, names]) => [name, { pallet: PALLET, names }]);
  // (low, high) in one item.
  return { ...Object.fromEntries(items), alphaValues: item('AlphaValues') };
}

function hyperparametersOf(value: (name: string) => unknown): Record<string, number | bigint | boolean> {
  const found: Record<string, number | bigint | boolean> = {};
  for (const name of Object.keys(HYPERPARAMETERS)) {
    const entry = value(name);
    if (typeof entry === 'number' || typeof entry === 'bigint' || typeof entry === 'boolean')
      found[name] = entry;
  }
  const alphas = value('alphaValues');
  if (Array.isArray(alphas) && alphas.length === 2) [found.alphaLow, found.alphaHigh] = alphas;
  return found;
}

function lastEpochOf(
  block: number,
  lastStep: number | undefined,
  since: number | undefined,
): number | undefined {
  if (lastStep !== undefined && lastStep > 0) return lastStep;
  return since === undefined || since > block ? undefined : block - since;
}

function identityOf(value: unknown): Record<string, string> | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const texts = Object.entries(value).map(([name, bytes]) => [camelCase(name), chainText(bytes)]);
  const filled = texts.filter(([, text]) => text !== '');
  return filled.length === 0 ? undefined : Object.fromEntries(filled);
}

function nameOf(
  netuid: number,
  stored: unknown,
  identity: Record<string, string> | undefined,
): string | undefined {
  return identity?.subnetName ?? textOf(stored) ?? (netuid === 0 ? 'root' : undefined);
}

function textOf(value: unknown): string | undefined {
  const text = chainText(value);
  return text === '' ? undefined : text;
}

/** An account; the zero account, which the chain reads where there is none, is `undefined`. */
function accountOf(value: unknown): AccountId | undefined {
  return value instanceof Uint8Array && value.some((byte) => byte !== 0) ? value : undefined;
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : typeof value === 'bigint' ? Number(value) : undefined;
}

function bigOf(value: unknown): bigint | undefined {
  return typeof value === 'bigint' ? value : typeof value === 'number' ? BigInt(value) : undefined;
}

function camelCase(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function item(...names: string[]): Item {
  return { pallet: PALLET, names };
}

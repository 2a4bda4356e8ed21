import type { SubnetFacts } from '../../../chain/index.ts';
import { raoToNumber, TaoscopeError, toHex, toSs58 } from '../../../shared/index.ts';
import type { Store } from '../../../store/index.ts';
import { immuneOwnerUids } from '../../analysis/pruning/immune-owner-uids.ts';
import {
  DEFAULT_MIN_NON_IMMUNE_UIDS,
  type PruningOrder,
  pruningOrder,
} from '../../analysis/pruning/pruning-order.ts';
import { type PruningRule, pruningRuleOf, pruningRuleText } from '../../analysis/pruning/pruning-rule.ts';
import { currentOccupants, type Occupant } from './seats.ts';
import { type NewestFacts, newestFacts } from './subnet-facts.ts';

export interface PrunedNeuron {
  uid: number;
  hotkey: string;
  coldkey: string | null;
  /** 1 goes first; `null` is safe as things stand. */
  place: number | null;
  immune: boolean;
  /** Blocks. */
  immunityLeft: number;
  registeredAt: number | null;
  /** Pay of the last epoch, in the unit of the subnet. */
  emission: number | null;
  /** Of 1. */
  pruningScore: number | null;
}

export interface SubnetPruning {
  netuid: number;
  block: number;
  rule: PruningRule;
  ruleText: string;
  /** Only a full subnet loses a neuron to a newcomer. */
  full: boolean;
  /** First those that go first, then the safe ones by uid. */
  neurons: PrunedNeuron[];
}

/**
 * Who goes next when a full subnet takes a newcomer, at its newest snapshot. Throws `not-found` when none is stored,
 * `unsupported` when the rule of its era cannot be told.
 */
export async function subnetPruning(
  store: Store,
  { netuid }: { netuid: number },
  signal?: AbortSignal,
): Promise<SubnetPruning> {
  const [occupants, newest] = await Promise.all([
    currentOccupants(store, { netuids: [netuid] }, signal),
    newestFacts(store, [netuid], signal),
  ]);
  const facts = newest.get(netuid);
  const block = occupants[0]?.block;
  if (block === undefined || facts === undefined) {
    throw new TaoscopeError('not-found', {
      failed: `no snapshot of netuid ${netuid} is stored`,
      todo: 'refresh the subnet, or choose a netuid that exists',
    });
  }
  const standing = standingOf(occupants, facts);
  if (standing === undefined) {
    throw new TaoscopeError('unsupported', {
      failed: `who is pruned next on netuid ${netuid} cannot be told`,
      got: 'a snapshot without pruning scores, immunity or runtime version',
      expected: 'one that was collected from the chain',
      todo: 'refresh the subnet',
    });
  }
  const { rule, order } = standing;
  const { maxUids } = facts.facts;
  return {
    netuid,
    block,
    rule,
    ruleText: pruningRuleText(rule, minNonImmuneOf(facts.facts)),
    full: maxUids !== undefined && occupants.length >= maxUids,
    neurons: occupants
      .map((occupant, at) => prunedNeuron(occupant, order, at))
      .sort((a, b) => (a.place ?? Infinity) - (b.place ?? Infinity) || a.uid - b.uid),
  };
}

/** The rule and order of a subnet; `undefined` where they cannot be told. Occupants ascend by uid from 0. */
export function standingOf(
  occupants: readonly Occupant[],
  { facts, specVersion }: NewestFacts,
): { readonly rule: PruningRule; readonly order: PruningOrder } | undefined {
  const { immunityPeriod, ownerColdkey, ownerHotkey } = facts;
  const limit = numberOf(facts.hyperparameters.immuneOwnerUidsLimit);
  const rule = pruningRuleOf({
    hasPruningScore: occupants.some(({ pruning_score }) => pruning_score !== null),
    immuneOwnerUidsLimit: limit,
    minNonImmuneUids: numberOf(facts.hyperparameters.minNonImmuneUids),
    specVersion,
  });
  const block = occupants[0]?.block;
  if (rule === undefined || block === undefined || immunityPeriod === undefined) return undefined;
  const registeredAt = occupants.map(({ registered_at }) =>
    registered_at === null ? null : Number(registered_at),
  );
  const ownerImmune =
    rule === 'score' || rule === 'score-oldest'
      ? undefined
      : immuneOwnerUids(
          {
            hotkey: occupants.map(({ hotkey_hex }) => hotkey_hex),
            coldkey: occupants.map(({ coldkey_hex }) => coldkey_hex),
            registeredAt,
          },
          { coldkey: accountHex(ownerColdkey), hotkey: accountHex(ownerHotkey) },
          limit ?? DEFAULT_IMMUNE_OWNER_UIDS,
        );
  const order = pruningOrder(
    {
      registeredAt,
      pruningScore: occupants.map(({ pruning_score }) => pruning_score),
      emission: occupants.map(({ emission }) => (emission === null ? null : BigInt(emission))),
    },
    { rule, block, immunityPeriod, ownerImmune, minNonImmuneUids: minNonImmuneOf(facts) },
  );
  return { rule, order };
}

/** `ImmuneOwnerUidsLimit` where the chain holds none (reference, section 3.5). */
const DEFAULT_IMMUNE_OWNER_UIDS = 1;

function minNonImmuneOf({ hyperparameters }: SubnetFacts): number {
  return numberOf(hyperparameters.minNonImmuneUids) ?? DEFAULT_MIN_NON_IMMUNE_UIDS;
}

function numberOf(value: number | bigint | boolean | undefined): number | undefined {
  return typeof value === 'number' || typeof value === 'bigint' ? Number(value) : undefined;
}

/** As the tables' `hex()` writes it. */
function accountHex(account: Uint8Array | undefined): string | undefined {
  return account === undefined ? undefined : toHex(account).slice(2).toUpperCase();
}

function prunedNeuron(occupant: Occupant, order: PruningOrder, at: number): PrunedNeuron {
  const { uid, hotkey_hex, coldkey_hex, registered_at, emission, pruning_score } = occupant;
  return {
    uid,
    hotkey: toSs58(Buffer.from(hotkey_hex, 'hex')),
    coldkey: coldkey_hex === null ? null : toSs58(Buffer.from(coldkey_hex, 'hex')),
    place: order.place[at] ?? null,
    immune: order.immune[at] ?? false,
    immunityLeft: order.immunityLeft[at] ?? 0,
    registeredAt: registered_at === null ? null : Number(registered_at),
    emission: emission === null ? null : raoToNumber(BigInt(emission)),
    pruningScore: pruning_score === null ? null : pruning_score / 65_535,
  };
}

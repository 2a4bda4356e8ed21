import {
  type Action,
  type BlockView,
  type ChainEvent,
  readSubnet,
  readSubnets,
  type SubnetFacts,
} from '../../../chain/index.ts';
import { isTaoscopeError } from '../../../shared/index.ts';
import type { Netuids } from '../read.ts';
import type { Causes } from './attribute.ts';
import { PALLET } from './look-up.ts';
import { itemsOf, likeness, parameterName } from './parameter-names.ts';
import { type Trigger, triggersOf } from './parameter-triggers.ts';
import { PLACES, SLOT, type SubnetEvent } from './subnet-event.ts';
import { plainText } from './value-text.ts';

export interface ParametersAsked {
  readonly events: readonly ChainEvent[];
  readonly actions: readonly Action[];
  readonly causes: Causes;
  readonly netuids: Netuids;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Parameters that differ from those of the parent block, where a call or event says that one was set: a row each, with
 * both values and who set it. A call that sets what already stood changes nothing and gives no row.
 */
export async function readParameterChanges(
  view: BlockView,
  parent: () => Promise<BlockView>,
  { events, actions, causes, netuids, signal }: ParametersAsked,
): Promise<SubnetEvent[]> {
  const triggers = triggersOf(events, actions, causes).filter(
    ({ netuid }) => netuid === undefined || netuids === 'all' || netuids.includes(netuid),
  );
  if (triggers.length === 0) return [];
  const before = await parent();
  const bySubnet = Map.groupBy(triggers, ({ netuid }) => netuid);
  const concerned = [...bySubnet.keys()].filter((netuid) => netuid !== undefined);
  const [old, now] = await Promise.all([
    factsOf(before, concerned, signal),
    factsOf(view, concerned, signal),
  ]);
  const rows: SubnetEvent[] = [];
  for (const [netuid, group] of bySubnet) {
    const of = netuid === undefined ? undefined : { before: old.get(netuid), after: now.get(netuid) };
    const changes = [...knownChanges(of?.before, of?.after, group)];
    for (const trigger of group) {
      // Without the subnet at both blocks there is nothing to compare: all its parameters came, or went, with it.
      if (of !== undefined && (of.before === undefined || of.after === undefined)) break;
      if (changes.some((change) => change.trigger === trigger)) continue;
      const change = await storedChange(before, view, trigger, signal);
      if (change !== undefined && !changes.some(({ name }) => name === change.name)) changes.push(change);
    }
    rows.push(...placed(netuid, changes));
  }
  return rows;
}

interface Change {
  readonly name: string;
  readonly oldValue: string;
  readonly newValue: string;
  readonly trigger: Trigger;
}

/** The chain moves these by itself with every registration: they are told only when a call names them. */
const MOVING: Readonly<Record<string, string>> = { burn: 'sudo_set_burn', difficulty: 'sudo_set_difficulty' };

/** What differs among the facts that we read of every subnet, each with the sign that fits its name best. */
function* knownChanges(
  before: SubnetFacts | undefined,
  after: SubnetFacts | undefined,
  triggers: readonly Trigger[],
): Generator<Change> {
  if (before === undefined || after === undefined) return;
  const [old, now] = [parametersOf(before), parametersOf(after)];
  for (const name of Object.keys(now)) {
    const [oldValue, newValue] = [old[name], now[name]];
    if (oldValue === undefined || newValue === undefined || oldValue === newValue) continue;
    const call = MOVING[name];
    if (call !== undefined && !triggers.some(({ names }) => names.includes(call))) continue;
    const trigger = bestOf(triggers, name);
    if (trigger !== undefined) yield { name, oldValue, newValue, trigger };
  }
}

function parametersOf({ hyperparameters, mechanisms }: SubnetFacts): Record<string, string> {
  return Object.fromEntries(
    Object.entries({ ...hyperparameters, mechanismCount: mechanisms }).map(([name, value]) => [
      name,
      String(value),
    ]),
  );
}

/** The sign whose name is most like the parameter's, the earliest of equals. */
function bestOf(triggers: readonly Trigger[], name: string): Trigger | undefined {
  let best: { trigger: Trigger; fit: number } | undefined;
  for (const trigger of triggers) {
    const fit = Math.max(...trigger.names.map((candidate) => likeness(candidate, name)));
    if (best === undefined || fit > best.fit) best = { trigger, fit };
  }
  return best?.trigger;
}

/** What differs in the storage item that a sign names: parameters of the whole network, and those that few subnets set. */
async function storedChange(
  before: BlockView,
  view: BlockView,
  trigger: Trigger,
  signal: AbortSignal | undefined,
): Promise<Change | undefined> {
  const keys = trigger.netuid === undefined ? [] : [trigger.netuid];
  for (const item of new Set(trigger.names.flatMap(itemsOf))) {
    if (!view.hasStorage(PALLET, item) || !before.hasStorage(PALLET, item)) continue;
    try {
      const oldValue = plainText(await before.storage(PALLET, item, keys, signal));
      const newValue = plainText(await view.storage(PALLET, item, keys, signal));
      if (oldValue === newValue) return undefined;
      return {
        name: parameterName(item),
        oldValue: oldValue ?? 'none',
        newValue: newValue ?? 'none',
        trigger,
      };
    } catch (error) {
      // An item of that name with other keys is not the one that was set.
      if (!isTaoscopeError(error, 'usage')) throw error;
    }
  }
  return undefined;
}

/** Rows at the events that they belong to; where several belong to one, the others take the places behind. */
function placed(netuid: number | undefined, changes: readonly Change[]): SubnetEvent[] {
  const taken = new Set<number>();
  return changes.map(({ name, oldValue, newValue, trigger }) => {
    let place = trigger.index * PLACES + SLOT.parameter;
    while (taken.has(place)) place += PLACES;
    taken.add(place);
    return { kind: 'hyperparameter', name, netuid, oldValue, newValue, ...trigger.attribution, place };
  });
}

/** A few subnets are read one by one; many are read together, which costs about as much as all. */
const FEW = 8;

async function factsOf(
  view: BlockView,
  netuids: readonly number[],
  signal: AbortSignal | undefined,
): Promise<Map<number, SubnetFacts>> {
  const facts = new Map<number, SubnetFacts>();
  if (netuids.length > FEW) {
    for (const subnet of await readSubnets(view, signal)) facts.set(subnet.netuid, subnet);
    return facts;
  }
  for (const netuid of netuids) {
    try {
      facts.set(netuid, await readSubnet(view, netuid, signal));
    } catch (error) {
      if (!isTaoscopeError(error, 'not-found')) throw error;
    }
  }
  return facts;
}

import { isTaoscopeError } from '../../shared/index.ts';
import type { Store } from '../../store/index.ts';
import {
  type ComparedNeuron,
  diffFields,
  diffMetagraphs,
  type MetagraphDiff,
} from '../analysis/diff-metagraphs.ts';
import type { NeuronJson } from '../json.ts';
import { metagraphAt } from '../queries/metagraph-at.ts';
import { subnetAt } from '../queries/subnets.ts';

export interface DiffQuery {
  readonly netuid: number;
  readonly mechanism?: number | undefined;
  /** The later state, and the earlier one that it is compared with; each is the newest stored at or before it. */
  readonly block: number;
  readonly against: number;
}

export interface DiffFigure extends MetagraphDiff {
  netuid: number;
  mechanism: number;
  block: number;
  against: number;
  facts: MetagraphDiff['changed'][number]['fields'];
}

/**
 * What differs between two stored blocks of a subnet. Values are those of the JSON of a neuron and of a subnet: fractions
 * and whole coins where those have them, parts as `axon.ip`. Throws `not-found` where nothing is stored at or before one.
 */
export async function metagraphDiff(
  store: Store,
  { netuid, mechanism = 0, block, against }: DiffQuery,
  signal?: AbortSignal,
): Promise<DiffFigure> {
  const [after, before] = await Promise.all([
    metagraphAt(store, { netuid, mechanism, block }, signal),
    metagraphAt(store, { netuid, mechanism, block: against }, signal),
  ]);
  const [factsAfter, factsBefore] = await Promise.all([
    factsAt(store, netuid, after.block, signal),
    factsAt(store, netuid, before.block, signal),
  ]);
  return {
    netuid,
    mechanism,
    block: after.block,
    against: before.block,
    ...diffMetagraphs(before.neurons.map(compared), after.neurons.map(compared)),
    facts: factsAfter === undefined || factsBefore === undefined ? [] : diffFields(factsBefore, factsAfter),
  };
}

async function factsAt(
  store: Store,
  netuid: number,
  block: number,
  signal: AbortSignal | undefined,
): Promise<Record<string, unknown> | undefined> {
  try {
    const { subnet } = await subnetAt(store, { netuid, block }, signal);
    // What differs between any two blocks says nothing.
    const { netuid: _, block: __, blocksSinceEpoch: ___, ...facts } = subnet;
    return flat(withoutRaw(facts));
  } catch (error) {
    if (isTaoscopeError(error, 'not-found')) return undefined;
    throw error;
  }
}

function compared(neuron: NeuronJson): ComparedNeuron {
  const { uid, hotkey, updated: _, ...fields } = neuron;
  return { uid, hotkey, fields: flat(withoutRaw(fields)) };
}

/** Without the chain's integer where the same figure stands beside it in its unit. */
function withoutRaw(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const hasUnit = (name: string) =>
    ['Fraction', 'Alpha', 'Tao'].some((unit) => fields[`${name}${unit}`] !== undefined) ||
    (name.endsWith('Rao') && fields[`${name.slice(0, -3)}Tao`] !== undefined);
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !hasUnit(name)));
}

function flat(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) =>
      typeof value === 'object' && value !== null && !Array.isArray(value)
        ? Object.entries(value).map(([part, inner]) => [`${name}.${part}`, inner])
        : [[name, value]],
    ),
  );
}

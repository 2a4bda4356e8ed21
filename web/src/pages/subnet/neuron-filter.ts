import type { NeuronJson } from '../../api/types.ts';
import { displayText } from '../../format/text.ts';
import { NEURON_GROUPS, type NeuronGroup } from '../../url/search.ts';

export type Role = 'validator' | 'miner' | 'none';

/**
 * What a neuron does, by the rule that the counts of the header follow: a validator has the permit and validator trust
 * (the permit alone where the source has no validator trust); a miner has trust, or incentive where the era has no
 * trust. `none` is neither; `undefined` where it cannot be told.
 */
export function roleOf(neuron: NeuronJson): Role | undefined {
  if (neuron.validatorPermit === true && (neuron.validatorTrust ?? 1) > 0) return 'validator';
  const earning = neuron.trust ?? neuron.incentive;
  if (earning !== undefined) return earning > 0 ? 'miner' : 'none';
  return neuron.validatorPermit === undefined ? undefined : 'none';
}

export function inGroup(neuron: NeuronJson, group: NeuronGroup): boolean {
  switch (group) {
    case 'all':
      return true;
    case 'validators':
      return roleOf(neuron) === 'validator';
    case 'miners':
      return roleOf(neuron) === 'miner';
    case 'inactive':
      return neuron.active === false;
  }
}

/** How many neurons each quick filter would leave. */
export function countGroups(neurons: readonly NeuronJson[]): Record<NeuronGroup, number> {
  const counts: Record<NeuronGroup, number> = { all: 0, validators: 0, miners: 0, inactive: 0 };
  for (const neuron of neurons) {
    for (const group of NEURON_GROUPS) if (inGroup(neuron, group)) counts[group] += 1;
  }
  return counts;
}

/**
 * Neurons of the group that fit the text. Digits alone are a uid (exactly); with dots or colons, the beginning of an
 * axon's `ip:port`; else the beginning of a key or a part of the name. Rows keep their identity.
 */
export function filterNeurons(
  neurons: readonly NeuronJson[],
  group: NeuronGroup,
  text: string | undefined,
): readonly NeuronJson[] {
  const wanted = text?.trim() ?? '';
  if (wanted === '' && group === 'all') return neurons;
  const fits = textTest(wanted);
  return neurons.filter((neuron) => inGroup(neuron, group) && fits(neuron));
}

function textTest(wanted: string): (neuron: NeuronJson) => boolean {
  if (wanted === '') return () => true;
  if (/^\d+$/.test(wanted)) return (neuron) => String(neuron.uid) === wanted;
  const lower = wanted.toLowerCase();
  return (neuron) =>
    neuron.hotkey.startsWith(wanted) ||
    (neuron.coldkey?.startsWith(wanted) ?? false) ||
    neuron.hotkey.toLowerCase().startsWith(lower) ||
    (neuron.coldkey?.toLowerCase().startsWith(lower) ?? false) ||
    (neuron.axon !== undefined && axonAddress(neuron.axon).startsWith(lower)) ||
    (displayText(neuron.identityName, 200)?.toLowerCase().includes(lower) ?? false);
}

/** `1.2.3.4:8091`, or `[::1]:8091`. */
export function axonAddress(axon: { ip: string; port: number }): string {
  return axon.ip.includes(':') ? `[${axon.ip}]:${axon.port}` : `${axon.ip}:${axon.port}`;
}

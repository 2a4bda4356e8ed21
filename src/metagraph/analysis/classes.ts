/** What a neuron is to its subnet. */
export type NeuronClass = 'miner' | 'validator';

/**
 * The class of a neuron: a validator has validator trust above 0; where the era has no validator trust the permit says
 * it; without either it is a miner. (dashboards.md 3.1)
 */
export function classOf(
  validatorTrust: number | null | undefined,
  validatorPermit: boolean | null | undefined,
): NeuronClass {
  if (validatorTrust !== null && validatorTrust !== undefined)
    return validatorTrust > 0 ? 'validator' : 'miner';
  return validatorPermit === true ? 'validator' : 'miner';
}

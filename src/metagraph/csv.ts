import { renderCsv } from '../shared/index.ts';
import type { MetagraphJson, NeuronJson } from './json.ts';

// One column for each plain field of NeuronJson, in its order, then the parts of axon and prometheus.
const FIELDS = [
  'uid',
  'hotkey',
  'coldkey',
  'active',
  'validatorPermit',
  'rank',
  'trust',
  'consensus',
  'incentive',
  'dividends',
  'validatorTrust',
  'pruningScore',
  'stakeWeight',
  'emission',
  'lastUpdate',
  'updated',
  'registeredAt',
  'stake',
  'alphaStake',
  'taoStake',
  'totalStake',
  'identityName',
  'rankFraction',
  'trustFraction',
  'consensusFraction',
  'incentiveFraction',
  'dividendsFraction',
  'validatorTrustFraction',
  'emissionAlpha',
  'emissionTao',
  'stakeAlpha',
  'stakeTao',
  'alphaStakeAlpha',
  'taoStakeTao',
  'totalStakeAlpha',
  'totalStakeTao',
] as const satisfies readonly (keyof NeuronJson)[];

const AXON_FIELDS = ['block', 'version', 'ip', 'port', 'ipType', 'protocol'] as const;
const PROMETHEUS_FIELDS = ['block', 'version', 'ip', 'port', 'ipType'] as const;

/**
 * A metagraph as CSV (RFC 4180), a row per neuron, the block and netuid on each. Columns that no neuron has are left out;
 * absent values are empty.
 */
export function metagraphToCsv(metagraph: MetagraphJson): string {
  const { netuid, mechanism, block, neurons } = metagraph;
  const columns: [name: string, value: (neuron: NeuronJson) => unknown][] = [
    ['netuid', () => netuid],
    ['mechanism', () => mechanism],
    ['block', () => block],
    ...FIELDS.map((field): (typeof columns)[number] => [field, (neuron) => neuron[field]]),
    ...AXON_FIELDS.map((field): (typeof columns)[number] => [
      title('axon', field),
      (neuron) => neuron.axon?.[field],
    ]),
    ...PROMETHEUS_FIELDS.map((field): (typeof columns)[number] => [
      title('prometheus', field),
      (neuron) => neuron.prometheus?.[field],
    ]),
  ];
  const shown = columns.filter(
    ([, value]) => neurons.length === 0 || neurons.some((neuron) => value(neuron) !== undefined),
  );
  return renderCsv(
    shown.map(([name]) => name),
    neurons.map((neuron) => shown.map(([, value]) => value(neuron))),
  );
}

function title(group: string, field: string): string {
  return group + field[0]?.toUpperCase() + field.slice(1);
}

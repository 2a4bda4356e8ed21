import { EPOCH_BLOCKS, STEP_BLOCKS } from './clock.ts';

/**
 * A made-up population of subnets as SQL expressions: every value is a function of netuid, uid and block, so that the engine
 * can make any row by itself, in any order, twice the same. The first {@link VALIDATORS} uids validate and run on many subnets
 * with one hotkey; the others mine, and about 1 % of them are replaced each day. Values change at epochs as on mainnet
 * since runtime 400 (no rank, trust or pruning score).
 */
export const NEURONS = 256;
export const VALIDATORS = 20;

// Alpha that one epoch pays to miners, and to validators, rao.
const PAY = '147600000000.';

/** An expression that is the 32 bytes of an account. */
export function account(seed: string): string {
  return `reinterpretAsFixedString(toUInt256(intHash64(${seed})) * toUInt256('${SPREAD}'))`;
}

// Odd and 256 bits long: a product with it fills all bytes.
const SPREAD = '98765432109876543210987654321098765432109876543210987654321098765432109876543';

/** The block of a subnet's epochs, modulo {@link EPOCH_BLOCKS}; a multiple of the snapshots' step. */
export function epochOffset(s: string): string {
  return `((${s}) * 7 % ${EPOCH_BLOCKS / STEP_BLOCKS} * ${STEP_BLOCKS})`;
}

/** Aliases of a WITH clause, from the columns `s` (netuid), `u` (uid) and `b` (block). */
export const NEURON_ALIASES = `
  intHash64(toUInt64(s) * 1000 + u) AS seat,
  u < ${VALIDATORS} AS validates,
  if(validates, 40000000, 240000 + seat % 960000) AS period,
  intHash64(seat) % period AS phase,
  intDiv(b + phase, period) AS turn,
  toUInt64(greatest(turn * period, phase + 1) - phase) AS registered,
  intHash64(seat + turn) AS id,
  if(validates, 900000 + (u + s * 3) % 60, if(id % 4 = 0, 1000000 + id % 1000000000, toUInt64(pow(bitShiftRight(id, 8) % 65536 / 65536, 3) * 400))) AS hand,
  intDiv(b - ${epochOffset('s')}, ${EPOCH_BLOCKS}) AS e,
  intHash64(bitXor(id, e)) AS noise,
  not validates and bitShiftRight(id, 40) % 100 < 75 AS earns,
  pow(bitShiftRight(id, 16) % 65536 / 65536, 3) AS quality,
  1 + 0.25 * sin(e / 150 + id % 628 / 100) AS wave,
  if(earns, quality / 44 * wave * (0.98 + 0.04 * (noise % 65536) / 65536), 0.) AS share,
  if(validates, (1 + quality) / 25 * wave * (0.99 + 0.02 * (noise % 65536) / 65536), 0.) AS cut,
  toUInt64((share + cut) * ${PAY}) AS pay,
  toUInt64(if(validates, 2e14 * (0.2 + quality), 4e12 * quality * quality)) AS base,
  toUInt64(base + (e + id) % 140 * toUInt64((quality / 44 + cut) * ${PAY}) + noise % (pay + 1)
    + if(validates, intHash32(toUInt32(id + intDiv(b, 500))) % 20000000000, 0)) AS alpha,
  toUInt64(if(validates, 3e14 * quality + intHash32(toUInt32(id + intDiv(b, 1000))), 0)) AS tao`;

/** Columns of the neuron tables without those that a table has for itself; `instant` is the block's DateTime. */
export const NEURON_CELLS: Readonly<Record<string, string>> = {
  netuid: 's',
  mechanism: '0',
  uid: 'u',
  block: 'b',
  timestamp: 'instant',
  unit: "'alpha'",
  hotkey: account('if(validates, hand + 5000000, id)'),
  coldkey: account('hand'),
  active: 'validates or id % 10 > 0',
  validator_permit: 'validates',
  rank: 'NULL',
  trust: 'NULL',
  consensus:
    'toUInt16(least(65535, share * 65535 * (0.99 + 0.02 * (bitShiftRight(noise, 16) % 65536) / 65536)))',
  incentive: 'toUInt16(least(65535, share * 65535))',
  dividends: 'toUInt16(least(65535, cut * 65535))',
  validator_trust: 'toUInt16(if(validates, 60000 + bitShiftRight(noise, 32) % 5536, 0))',
  pruning_score: 'NULL',
  stake_weight: 'toUInt16(if(validates, least(65535, (0.2 + quality) / 12 * 65535), 0))',
  emission: 'pay',
  last_update: 'toUInt64(if(validates, intDiv(b - u, 100) * 100 + u, registered))',
  registered_at: 'registered',
  stake: 'toUInt64(alpha + tao * 0.18)',
  alpha_stake: 'alpha',
  tao_stake: 'tao',
  total_stake: 'toUInt64(alpha + tao * 0.18)',
  axon_block: 'if(id % 5 = 0, NULL, registered + 50)',
  axon_version: 'if(id % 5 = 0, 0, 9010000)',
  axon_ip: `if(id % 5 = 0, '', ${ip('hand * 4 + id % 3')})`,
  axon_port: 'toUInt16(if(id % 5 = 0, 0, 1024 + id % 60000))',
  axon_ip_type: 'if(id % 5 = 0, 0, 4)',
  axon_protocol: 'if(id % 5 = 0, 0, 4)',
  axon_placeholder1: '0',
  axon_placeholder2: '0',
  prometheus_block: 'NULL',
  prometheus_version: '0',
  prometheus_ip: "''",
  prometheus_port: '0',
  prometheus_ip_type: '0',
  identity_name: "if(validates, concat('Validator ', toString(hand % 1000)), NULL)",
};

/** Addresses of public networks: the first number is 20 to 219. */
function ip(seed: string): string {
  return `IPv4NumToString(toUInt32(335544320 + intHash64(${seed}) % 3355443200))`;
}

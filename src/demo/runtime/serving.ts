import type { AccountId } from '../../shared/index.ts';
import type { EventLog } from './events.ts';
import { ensure } from './failure.ts';
import type { StateWriter } from './storage.ts';

/** Arguments that `serve_axon` and `serve_prometheus` share. */
interface Endpoint {
  readonly netuid: number;
  readonly version: number;
  readonly ip: bigint;
  readonly port: number;
  readonly ip_type: number;
}

/** Arguments of `SubtensorModule.serve_axon`. */
export interface ServeAxon extends Endpoint {
  readonly protocol: number;
  readonly placeholder1: number;
  readonly placeholder2: number;
}

/** `SubtensorModule.serve_axon`: where a neuron can be reached. */
export function serveAxon(
  state: StateWriter,
  log: EventLog,
  who: AccountId,
  args: ServeAxon,
  block: number,
): void {
  const { netuid, ...axon } = args;
  checkEndpoint(state, 'Axons', who, args, block, true);
  state.putSub('Axons', netuid, who, { block: BigInt(block), ...axon });
  log.emit('SubtensorModule', 'AxonServed', [netuid, who]);
}

/** `SubtensorModule.serve_prometheus`: where a neuron's metrics are. */
export function servePrometheus(
  state: StateWriter,
  log: EventLog,
  who: AccountId,
  args: Endpoint,
  block: number,
): void {
  const { netuid, ...endpoint } = args;
  checkEndpoint(state, 'Prometheus', who, args, block, false);
  state.putSub('Prometheus', netuid, who, { block: BigInt(block), ...endpoint });
  log.emit('SubtensorModule', 'PrometheusServed', [netuid, who]);
}

function checkEndpoint(
  state: StateWriter,
  item: 'Axons' | 'Prometheus',
  who: AccountId,
  { netuid, ip, ip_type: ipType, port }: Endpoint,
  block: number,
  zeroAllowed: boolean,
): void {
  ensure(state.sub<number | undefined>('Uids', netuid, who) !== undefined, 'HotKeyNotRegisteredInNetwork');
  ensure(ipType === 4 || ipType === 6, 'InvalidIpType');
  ensure(isServable(ip, ipType, zeroAllowed), 'InvalidIpAddress');
  ensure(port !== 0, 'InvalidPort');
  const before = state.sub<{ block: bigint } | undefined>(item, netuid, who)?.block ?? 0n;
  const limit = state.sub<bigint>('ServingRateLimit', netuid);
  ensure(limit === 0n || before === 0n || BigInt(block) - before >= limit, 'ServingRateLimitExceeded');
}

const LOOPBACK_4 = 0x7f000001n;
const LAST_4 = 0xffffffffn;
const LAST_6 = (1n << 128n) - 1n;

function isServable(ip: bigint, ipType: number, zeroAllowed: boolean): boolean {
  if (ip === 0n) return zeroAllowed;
  return ipType === 4 ? ip !== LOOPBACK_4 && ip < LAST_4 : ip !== 1n && ip < LAST_6;
}

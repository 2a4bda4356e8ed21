import type { CSSProperties } from 'react';
import { useLive } from '../../api/live-context.tsx';
import type { SubnetBody } from '../../api/types.ts';
import { amount, coins, price as formatPrice, integer, signed } from '../../format/numbers.ts';
import { utc } from '../../format/time.ts';
import { Account } from '../../parts/account.tsx';
import { EpochCountdown } from '../../parts/epoch-countdown.tsx';
import { Change, Tile, Tiles } from '../../parts/tile.tsx';
import styles from './subnet.module.css';

/** The header of a subnet: what it costs, who is in it, when it pays next. */
export function SubnetTiles({
  body,
  live,
  symbol,
}: {
  body: SubnetBody | undefined;
  live: boolean;
  symbol: string;
}) {
  const loading = body === undefined;
  const subnet = body?.subnet;
  const header = body?.header;
  const since =
    header?.comparedWithBlock === undefined
      ? undefined
      : `compared with block ${integer(header.comparedWithBlock)}`;
  const change = (delta: number | undefined, format: (size: number) => string, unit = '') =>
    delta === undefined ? (
      'no value of 24 h ago'
    ) : (
      <Change value={delta} text={`${signed(delta, format)}${unit}`} since={since} />
    );
  const price = coins(subnet?.priceTao, subnet?.priceRao);
  return (
    <Tiles>
      <Tile
        label="Register cost"
        loading={loading}
        value={header?.registerCost.value === undefined ? '–' : amount(header.registerCost.value)}
        unit={header?.registerCost.value === undefined ? undefined : 'τ'}
        title={subnet?.burn === undefined ? undefined : `${subnet.burn} rao`}
        note={
          subnet?.registrationAllowed === false
            ? 'registration is closed'
            : change(header?.registerCost.delta24h, amount, ' τ')
        }
      />
      <Tile
        label="Validators"
        loading={loading}
        value={header?.validators.value === undefined ? '–' : integer(header.validators.value)}
        unit={subnet?.maxValidators === undefined ? undefined : `of ${integer(subnet.maxValidators)}`}
        note={change(header?.validators.delta24h, integer)}
      />
      <Tile
        label="Miners"
        loading={loading}
        value={header?.miners.value === undefined ? '–' : integer(header.miners.value)}
        unit={subnet?.maxUids === undefined ? undefined : `of ${integer(subnet.maxUids)} UIDs`}
        note={change(header?.miners.delta24h, integer)}
      />
      <Tile
        label={live ? 'Block, live' : 'Block'}
        loading={loading}
        value={subnet === undefined ? '–' : integer(subnet.block)}
        title={body?.blockHash}
        note={utc(body?.timestamp)}
      />
      <Tile label="Next epoch" loading={loading} {...epoch(body, live)} />
      {price === undefined && !loading ? null : (
        <Tile
          label="Price"
          loading={loading}
          value={price === undefined ? '–' : formatPrice(price)}
          unit={`τ/${symbol}`}
          title={subnet?.priceRao === undefined ? undefined : `${subnet.priceRao} rao per ${symbol}`}
          note={
            subnet?.movingPrice === undefined ? undefined : `smoothed ${formatPrice(subnet.movingPrice)} τ`
          }
        />
      )}
      <Tile
        label="Owner"
        loading={loading}
        value={
          subnet?.ownerColdkey === undefined ? (
            '–'
          ) : (
            <span style={{ fontSize: '0.875rem', fontWeight: 400 }}>
              <Account address={subnet.ownerColdkey} />
            </span>
          )
        }
        note={
          subnet?.registeredAt === undefined
            ? undefined
            : `subnet since block ${integer(subnet.registeredAt)}`
        }
      />
    </Tiles>
  );
}

function epoch(body: SubnetBody | undefined, live: boolean) {
  const subnet = body?.subnet;
  if (subnet?.nextEpochBlock === undefined) {
    return { value: '–', note: subnet === undefined ? undefined : `tempo ${integer(subnet.tempo)} blocks` };
  }
  const size = { fontSize: '0.9375rem' };
  return {
    value: live ? (
      <span style={size}>
        <EpochCountdown nextEpochBlock={subnet.nextEpochBlock} at={subnet.block} />
      </span>
    ) : (
      <span style={size}>{`${integer(Math.max(0, subnet.nextEpochBlock - subnet.block))} blocks later`}</span>
    ),
    note: <EpochProgress next={subnet.nextEpochBlock} tempo={subnet.tempo} at={subnet.block} live={live} />,
  };
}

function EpochProgress({
  next,
  tempo,
  at,
  live,
}: {
  next: number;
  tempo: number;
  at: number;
  live: boolean;
}) {
  const best = useLive((state) => state.best);
  const block = live ? (best ?? at) : at;
  const done = tempo === 0 ? 1 : Math.min(1, Math.max(0, 1 - (next - block) / tempo));
  return (
    <>
      <span>tempo {integer(tempo)} blocks</span>
      <span
        className={styles.progress}
        style={{ '--done': `${(done * 100).toFixed(1)}%` } as CSSProperties}
      />
    </>
  );
}

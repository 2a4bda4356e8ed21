import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { toApiError } from '../../api/errors.ts';
import { coldkeyQuery } from '../../api/holdings.ts';
import type { ColdkeyBody } from '../../api/types.ts';
import { figureState } from '../../charts/figure.tsx';
import { amount, integer } from '../../format/numbers.ts';
import { displayText, shortAddress } from '../../format/text.ts';
import { Account } from '../../parts/account.tsx';
import { Panel } from '../../parts/panel.tsx';
import { Problem } from '../../parts/problem.tsx';
import { Tile, Tiles } from '../../parts/tile.tsx';
import { useTitle } from '../../parts/use-title.ts';
import neuronStyles from '../neuron/neuron.module.css';
import styles from './coldkey.module.css';
import { EarningsFigure } from './earnings-figure.tsx';
import type { Holding } from './holding-columns.tsx';
import { HoldingsFigure } from './holdings-figure.tsx';

const NONE: readonly Holding[] = [];

/** A coldkey across subnets: what it holds and earns, how safe its places are, and who is beside it. */
export function ColdkeyPage() {
  const { coldkey } = useParams({ from: '/coldkeys/$coldkey' });
  const navigate = useNavigate();
  const query = useQuery(coldkeyQuery(coldkey));
  const { data, error } = query;
  useTitle(shortAddress(coldkey.slice(0, 60)));
  if (error !== null && data === undefined) {
    return (
      <div className={neuronStyles.page}>
        <Problem error={error} onRetry={() => void query.refetch()} />
        {toApiError(error).status === 404 ? (
          <p>
            If it is a hotkey:{' '}
            <Link to="/neurons/$hotkey" params={{ hotkey: coldkey }}>
              look for it as a hotkey
            </Link>
            .
          </p>
        ) : null}
      </div>
    );
  }
  const holdings = data?.holdings ?? NONE;
  return (
    <div className={neuronStyles.page}>
      <header className={neuronStyles.head}>
        <h1 className={neuronStyles.title}>
          <bdi>{displayText(data?.identityName ?? undefined, 64) ?? 'Coldkey'}</bdi>
        </h1>
        <div className={neuronStyles.keys}>
          <span className={neuronStyles.key}>
            <span className={neuronStyles.keyName}>Coldkey</span>
            <Account address={coldkey} full />
          </span>
        </div>
      </header>
      <Totals body={data} />
      <HoldingsFigure
        title="Holdings"
        holdings={holdings}
        more={(data?.totals.neurons ?? 0) - holdings.length}
        withHotkey
        state={figureState(query)}
        empty="No stored neuron belongs to this coldkey. If it is a hotkey, find it with the search above."
        fileName={`holdings-${coldkey.slice(0, 10)}`}
        onOpen={({ hotkey, netuid }) =>
          void navigate({ to: '/neurons/$hotkey', params: { hotkey }, search: { netuid } })
        }
      />
      <EarningsFigure of="coldkeys" account={coldkey} />
      <Siblings body={data} />
    </div>
  );
}

function Totals({ body }: { body: ColdkeyBody | undefined }) {
  const loading = body === undefined;
  const totals = body?.totals;
  const coins = (value: number | null | undefined) =>
    value === null || value === undefined ? '–' : amount(value);
  return (
    <Tiles>
      <Tile
        label="Stake"
        value={coins(totals?.stakeTao)}
        unit="τ"
        note="at the price of each subnet now"
        loading={loading}
      />
      <Tile
        label="Earns per day"
        value={coins(totals?.emissionPerDayTao)}
        unit="τ"
        note="at the pay of the last epochs"
        loading={loading}
      />
      <Tile label="Neurons" value={integer(totals?.neurons ?? 0)} loading={loading} />
      <Tile label="Subnets" value={integer(totals?.subnets ?? 0)} loading={loading} />
      <Tile label="Hotkeys" value={integer(totals?.hotkeys ?? 0)} loading={loading} />
    </Tiles>
  );
}

/** Other coldkeys at the same addresses: perhaps the same people, perhaps only the same host. */
function Siblings({ body }: { body: ColdkeyBody | undefined }) {
  if (body === undefined) return null;
  return (
    <Panel
      title="Other coldkeys at the same IP addresses"
      note="perhaps the same people, perhaps only the same host"
    >
      {body.siblings.length === 0 ? (
        <div className={styles.nothing}>No neuron of another coldkey serves at an address of this one.</div>
      ) : (
        <table className={styles.plain}>
          <thead>
            <tr>
              <th scope="col">Coldkey</th>
              <th scope="col">IP</th>
              <th scope="col">Its neurons there</th>
            </tr>
          </thead>
          <tbody>
            {body.siblings.map(({ coldkey, ip, neurons }) => (
              <tr key={`${coldkey} ${ip}`}>
                <td>
                  <Account address={coldkey} coldkey />
                </td>
                <td>{displayText(ip, 50)}</td>
                <td>{integer(neurons)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Panel>
  );
}

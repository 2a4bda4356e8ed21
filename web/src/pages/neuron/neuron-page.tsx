import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { toApiError } from '../../api/errors.ts';
import { hotkeyQuery, subnetsQuery } from '../../api/queries.ts';
import { integer } from '../../format/numbers.ts';
import { displayText, shortAddress, subnetTitle } from '../../format/text.ts';
import { Account } from '../../parts/account.tsx';
import { Facts, Panel } from '../../parts/panel.tsx';
import { Problem } from '../../parts/problem.tsx';
import { useTitle } from '../../parts/use-title.ts';
import { DataTable } from '../../table/data-table.tsx';
import type { NeuronSearch, Sort } from '../../url/search.ts';
import { axonAddress } from '../subnet/neuron-filter.ts';
import { HistoryPanel } from './history-panel.tsx';
import styles from './neuron.module.css';
import { type Registration, registrationColumns } from './registration-columns.tsx';
import { StandingPanels } from './standing-panels.tsx';

const NONE: readonly Registration[] = [];

/** A hotkey: where it is registered, who owns it, how it fared. */
export function NeuronPage() {
  const { hotkey } = useParams({ from: '/neurons/$hotkey' });
  const search = useSearch({ from: '/neurons/$hotkey' });
  const navigate = useNavigate({ from: '/neurons/$hotkey' });
  const { data, error, isPending, refetch } = useQuery(hotkeyQuery(hotkey));
  const subnets = useQuery(subnetsQuery()).data;
  const [sort, setSort] = useState<Sort>({ id: 'stake', desc: true });
  useTitle(shortAddress(hotkey.slice(0, 60)));

  const symbols = useMemo(
    () => new Map(subnets?.subnets.map((subnet) => [subnet.netuid, displayText(subnet.symbol, 4)])),
    [subnets],
  );
  const columns = useMemo(
    () => registrationColumns(({ unit, netuid }) => (unit === 'tao' ? 'τ' : (symbols.get(netuid) ?? 'α'))),
    [symbols],
  );
  const registrations = data?.registrations ?? NONE;
  const chosen = chosenRegistration(registrations, search);
  const select = (patch: { [K in keyof NeuronSearch]: NeuronSearch[K] | undefined }) =>
    void navigate({
      search: (old) => ({ ...old, ...patch }) as NeuronSearch,
      replace: true,
      resetScroll: false,
    });

  if (error !== null && data === undefined) {
    return (
      <div className={styles.page}>
        <Problem error={error} onRetry={() => void refetch()} />
        {toApiError(error).status === 404 ? (
          <p>
            If it is a coldkey:{' '}
            <Link to="/coldkeys/$coldkey" params={{ coldkey: hotkey }}>
              look for it as a coldkey
            </Link>
            .
          </p>
        ) : null}
      </div>
    );
  }
  return (
    <div className={styles.page}>
      <header className={styles.head}>
        <h1 className={styles.title}>
          <bdi>{displayText(chosen?.neuron.identityName, 64) ?? 'Neuron'}</bdi>
        </h1>
        <div className={styles.keys}>
          <span className={styles.key}>
            <span className={styles.keyName}>Hotkey</span>
            <Account address={hotkey} full />
          </span>
          {(data?.coldkeys ?? []).slice(0, 5).map((coldkey, index) => (
            <span key={coldkey} className={styles.key}>
              <span className={styles.keyName}>{index === 0 ? 'Owner coldkey' : 'Owner before'}</span>
              <Account address={coldkey} coldkey full />
            </span>
          ))}
        </div>
      </header>
      <DataTable
        label="Registrations"
        columns={columns}
        rows={registrations}
        rowKey={({ netuid, mechanism }) => `${netuid}-${mechanism}`}
        sort={sort}
        onSort={setSort}
        onOpen={({ netuid, mechanism }) =>
          select({ netuid, mechanism: mechanism === 0 ? undefined : mechanism })
        }
        loading={isPending}
        empty={
          <>
            This hotkey is in no stored snapshot.{' '}
            <Link to="/coldkeys/$coldkey" params={{ coldkey: hotkey }}>
              Look for it as a coldkey
            </Link>
          </>
        }
        maxHeight="40dvh"
      />
      {chosen === undefined ? null : (
        <>
          <div className={styles.sectionHead}>
            <h2 className={styles.subtitle}>
              History on{' '}
              <Link to="/subnets/$netuid" params={{ netuid: String(chosen.netuid) }}>
                <bdi>{subnetTitle({ netuid: chosen.netuid, name: chosen.subnetName })}</bdi>
              </Link>
            </h2>
            {registrations.length > 1 ? (
              <span className={styles.note}>choose another subnet in the table above</span>
            ) : null}
          </div>
          <HistoryPanel
            hotkey={hotkey}
            registration={chosen}
            symbol={symbols.get(chosen.netuid) ?? 'α'}
            search={search}
            onSelect={select}
          />
          <Details registration={chosen} />
        </>
      )}
      {registrations.length === 0 ? null : <StandingPanels hotkey={hotkey} />}
    </div>
  );
}

/** The registration that the address names, else the one with the most pay among the current ones, else the first. */
function chosenRegistration(
  registrations: readonly Registration[],
  search: NeuronSearch,
): Registration | undefined {
  const named = registrations.find(
    ({ netuid, mechanism }) => netuid === search.netuid && mechanism === (search.mechanism ?? 0),
  );
  if (named !== undefined) return named;
  const best = registrations
    .filter(({ current }) => current)
    .sort((a, b) => Number(b.neuron.emission ?? 0) - Number(a.neuron.emission ?? 0));
  return best[0] ?? registrations[0];
}

function Details({ registration: { neuron, block, netuid } }: { registration: Registration }) {
  const subnet = useQuery(subnetsQuery()).data?.subnets.find((each) => each.netuid === netuid);
  const immunity =
    neuron.registeredAt === undefined || subnet?.immunityPeriod === undefined
      ? undefined
      : neuron.registeredAt + subnet.immunityPeriod - block;
  const rows: (readonly [string, string | undefined])[] = [
    ['UID', String(neuron.uid)],
    ['Validator permit', yesNo(neuron.validatorPermit)],
    ['Active', yesNo(neuron.active)],
    [
      'Weights last set',
      neuron.lastUpdate === undefined
        ? undefined
        : `block ${integer(neuron.lastUpdate)}, ${integer(neuron.updated ?? Math.max(0, block - neuron.lastUpdate))} blocks ago`,
    ],
    ['Registered', neuron.registeredAt === undefined ? undefined : `block ${integer(neuron.registeredAt)}`],
    [
      'Immunity',
      immunity === undefined ? undefined : immunity > 0 ? `${integer(immunity)} blocks left` : 'over',
    ],
    [
      'Axon',
      neuron.axon === undefined
        ? 'never served'
        : `${displayText(axonAddress(neuron.axon), 60)}, version ${neuron.axon.version}, served at block ${integer(neuron.axon.block)}`,
    ],
    [
      'Prometheus',
      neuron.prometheus === undefined ? undefined : displayText(axonAddress(neuron.prometheus), 60),
    ],
  ];
  return (
    <Panel title="Details" note={`at block ${integer(block)}`}>
      <Facts rows={rows.flatMap(([name, text]) => (text === undefined ? [] : [[name, text] as const]))} />
    </Panel>
  );
}

function yesNo(value: boolean | undefined): string | undefined {
  return value === undefined ? undefined : value ? 'yes' : 'no';
}

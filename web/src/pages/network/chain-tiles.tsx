import { useQuery } from '@tanstack/react-query';
import { useLive } from '../../api/live-context.tsx';
import { statusQuery } from '../../api/queries.ts';
import { bytes, integer } from '../../format/numbers.ts';
import { displayText } from '../../format/text.ts';
import { ago } from '../../format/time.ts';
import { Tile, Tiles } from '../../parts/tile.tsx';
import { useNow } from '../../parts/use-now.ts';

/** Where the chain is, and how well it is followed. */
export function ChainTiles() {
  const { data } = useQuery(statusQuery());
  const loading = data === undefined;
  const liveBest = useLive((live) => live.best);
  const liveFinalized = useLive((live) => live.finalized);
  const now = useNow();
  const chain = data?.chain;
  const best = liveBest ?? chain?.best?.number;
  const finalized = liveFinalized ?? chain?.finalized?.number;
  const lag = best !== undefined && finalized !== undefined ? best - finalized : chain?.finalizedLag;
  const connected = chain?.endpoints.filter((endpoint) => endpoint.connected).length;
  const snapshot = data?.collect.lastSnapshotBlock;
  return (
    <Tiles>
      <Tile
        label="Chain"
        loading={loading}
        value={displayText(chain?.name, 40) ?? 'unknown'}
        note={<span title={chain?.genesisHash}>genesis {chain?.genesisHash.slice(0, 10)}…</span>}
      />
      <Tile
        label="Best block"
        loading={loading}
        value={best === undefined ? 'none yet' : integer(best)}
        title={chain?.best?.hash}
        note={chain?.headSeenAt === undefined ? undefined : `seen ${ago(chain.headSeenAt, now)}`}
      />
      <Tile
        label="Finalized block"
        loading={loading}
        value={finalized === undefined ? 'none yet' : integer(finalized)}
        title={chain?.finalized?.hash}
        note={lag === undefined ? undefined : `${integer(Math.max(0, lag))} blocks behind the best`}
      />
      <Tile
        label="Runtime"
        loading={loading}
        value={chain?.specVersion === undefined ? 'unknown' : String(chain.specVersion)}
        note={displayText(chain?.specName, 40)}
        title="Spec version of the newest block read"
      />
      <Tile
        label="Newest snapshot"
        loading={loading}
        value={snapshot === undefined ? 'none yet' : integer(snapshot)}
        note={
          snapshot === undefined || best === undefined
            ? undefined
            : `${integer(Math.max(0, best - snapshot))} blocks old; every ${integer(data?.collect.everyBlocks ?? 0)}`
        }
      />
      <Tile
        label="Endpoints"
        loading={loading}
        value={chain === undefined ? '–' : `${connected} of ${chain.endpoints.length}`}
        note="connected"
      />
      <Tile
        label="Store"
        loading={loading}
        value={data === undefined ? '–' : bytes(data.store.bytesOnDisk)}
        note={data === undefined ? undefined : `${integer(data.store.neuronRows)} neuron rows`}
        title={data === undefined ? undefined : `${data.store.kind} ClickHouse ${data.store.version}`}
      />
    </Tiles>
  );
}

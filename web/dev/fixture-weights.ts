import type {
  ClustersBody,
  CopiersBody,
  DiffBody,
  EventJson,
  EventsBody,
  MapBody,
  PruningBody,
  WeightsBody,
} from '../../src/server/figure-schemas.ts';
import { EVENT_KINDS } from '../src/url/page-search.ts';
import { account, blocksOf, metagraphAt, random, subnetAt, timeOf } from './fixture-data.ts';

type Query = (name: string) => string | undefined;
interface Place {
  netuid: number;
  query: Query;
  head: number;
  nowMs: number;
}

/** Bodies about weights, blocks and events over the invented chain; `undefined` when the name is none of theirs. */
export function weightsAt(name: string, place: Place): object | undefined {
  return Object.hasOwn(BODIES, name) ? BODIES[name as keyof typeof BODIES](place) : undefined;
}

const BODIES = { weights, clusters, copiers, map, diff, feed, pruning };

const numberOf = (query: Query, name: string) =>
  query(name) === undefined ? undefined : Number(query(name));
const mechanismOf = (query: Query) => numberOf(query, 'mechanism') ?? 0;
const lastEpoch = (block: number, netuid: number) => Math.floor((block + netuid) / 360) * 360 - netuid;

function neuronsAt({ netuid, query, head, nowMs }: Place, block: number) {
  return metagraphAt(netuid, mechanismOf(query), block, head, nowMs).neurons;
}

/** Validators of three tastes; each gives most to the miners of its taste, and one gives everything to one. */
function sharesOf(netuid: number, uid: number, n: number, epoch: number): Map<number, number> {
  const taste = uid % 3;
  const shares = new Map<number, number>();
  for (let target = 9; target < n; target += 1) {
    if (target % 7 === 6) continue;
    const liking = random(netuid * 7_001 + target * 31 + taste)() ** 8;
    const own = random(netuid * 991 + uid * 131 + target + epoch * 7)();
    const share = liking * (0.85 + own * 0.3);
    if (share > 0.0005) shares.set(target, share);
  }
  if (uid === 4) return new Map([[n - 1, 1]]);
  const sum = [...shares.values()].reduce((a, b) => a + b, 0);
  return new Map([...shares].map(([target, share]) => [target, share / sum]));
}

function weights(place: Place): WeightsBody {
  const { netuid, query, head, nowMs } = place;
  const wanted = numberOf(query, 'block') ?? head;
  const block = lastEpoch(wanted, netuid);
  const neurons = neuronsAt(place, block);
  const validators = neurons.filter(({ validatorPermit }) => validatorPermit === true);
  const epoch = Math.floor(block / 360);
  const rows = validators.map(({ uid, lastUpdate = 0 }) => ({
    uid,
    shares: sharesOf(netuid, uid, neurons.length, epoch),
    lastUpdate: Math.min(lastUpdate, block),
  }));
  const consensus = neurons.map(
    ({ uid }) => rows.reduce((sum, row) => sum + (row.shares.get(uid) ?? 0), 0) / Math.max(1, rows.length),
  );
  return {
    netuid,
    mechanism: mechanismOf(query),
    of: query('of') === 'bonds' ? 'bonds' : 'weights',
    block,
    timestamp: timeOf(block, head, nowMs),
    unit: netuid === 0 ? 'tao' : 'alpha',
    consensusSource: 'chain',
    commitReveal: netuid % 2 === 1,
    neurons: neurons.map((neuron) => ({
      uid: neuron.uid,
      hotkey: neuron.hotkey,
      coldkey: neuron.coldkey ?? null,
      identityName: neuron.identityName ?? null,
      stake: Number(neuron.totalStake ?? 0) / 1e9,
      validatorPermit: neuron.validatorPermit ?? null,
      consensus: consensus[neuron.uid] ?? 0,
      incentive: neuron.incentiveFraction ?? null,
      emission: Number(neuron.emission ?? 0) / 1e9,
    })),
    rows: rows.map(({ uid, shares, lastUpdate }) => {
      const distance =
        neurons.reduce(
          (sum, each) => sum + Math.abs((shares.get(each.uid) ?? 0) - (consensus[each.uid] ?? 0)),
          0,
        ) / 2;
      return {
        uid,
        targets: [...shares.keys()],
        shares: [...shares.values()],
        lastUpdate,
        age: block - lastUpdate,
        revealDelay: netuid % 2 === 1 && uid % 4 !== 3 ? 360 + (uid % 5) : null,
        distance,
        cosineDistance: distance ** 2,
        cluster: uid === 4 ? 3 : uid % 3,
      };
    }),
    rowOrder: [...rows].sort((a, b) => (a.uid % 3) - (b.uid % 3) || a.uid - b.uid).map(({ uid }) => uid),
    columnOrder: neurons
      .map(({ uid }) => uid)
      .filter((uid) => (consensus[uid] ?? 0) > 0)
      .sort((a, b) => tasteOf(netuid, a) - tasteOf(netuid, b) || a - b),
    blocks: blocksOf(netuid, head, nowMs)
      .filter(({ resolution }) => resolution === 'epoch')
      .slice(-200)
      .map((each) => lastEpoch(each.block, netuid))
      .concat(block)
      .filter((each, index, all) => all.indexOf(each) === index)
      .sort((a, b) => a - b),
  };
}

function tasteOf(netuid: number, target: number): number {
  const likings = [0, 1, 2].map((taste) => random(netuid * 7_001 + target * 31 + taste)());
  return likings.indexOf(Math.max(...likings));
}

function clusters(place: Place): ClustersBody {
  const { netuid, query, head } = place;
  const neurons = neuronsAt(place, head);
  const kind = query('kind') === 'stake' ? 'stake' : 'weights';
  const members = kind === 'stake' ? neurons.slice(0, 60) : neurons.filter((each) => each.validatorPermit);
  const by = Map.groupBy(members, ({ uid, coldkey }) =>
    kind === 'stake' ? (Number(coldkey?.charCodeAt(4)) % 9) * 2 : uid === 4 ? 3 : uid % 3,
  );
  return {
    netuid,
    mechanism: 0,
    kind,
    from: lastEpoch(head, netuid) - 7_200,
    to: lastEpoch(head, netuid),
    threshold: kind === 'stake' ? 0.9 : 0.95,
    clusters: [...by.values()]
      .sort((a, b) => b.length - a.length)
      .map((each, id) => ({
        id,
        similarity: each.length === 1 ? null : 0.96 + (id % 3) / 100,
        members: each.map(({ hotkey, coldkey, uid, totalStake }) => ({
          hotkey,
          coldkey: coldkey ?? null,
          uid,
          stake: Number(totalStake ?? 0) / 1e9,
        })),
      })),
  };
}

function copiers(place: Place): CopiersBody {
  const { netuid, head } = place;
  const to = lastEpoch(head, netuid);
  const validators = neuronsAt(place, head).filter(({ validatorPermit }) => validatorPermit === true);
  return {
    netuid,
    mechanism: 0,
    from: to - 360 * 39,
    to,
    epochs: 40,
    commitReveal: netuid % 2 === 1,
    threshold: 0.5,
    ...(netuid === 2 ? { note: 'Too little is stored to say anything: 1 epoch.' } : {}),
    validators: validators
      .map(({ uid, hotkey, coldkey, totalStake }) => {
        const copies = uid === 3;
        const state =
          netuid === 2 || uid % 5 === 4
            ? ('insufficient' as const)
            : copies
              ? ('suspected' as const)
              : ('clear' as const);
        const own = random(uid + 71);
        return {
          hotkey,
          coldkey: coldkey ?? null,
          uid,
          stake: Number(totalStake ?? 0) / 1e9,
          state,
          score: state === 'insufficient' ? null : copies ? 0.93 : own() * 0.3,
          explanation:
            state === 'insufficient'
              ? ['Its row changed in 2 epochs only; 8 are needed to say anything.']
              : copies
                ? [
                    'In 36 of 40 epochs its new row is nearer to the consensus of the epoch before than to that of its own.',
                    'About 91 % of its row follows what the consensus was one epoch earlier, which nothing present explains.',
                    'It acts 12 blocks (median) after rows of others become visible.',
                  ]
                : ['Its rows follow the present, not the past: what is old in them is no more than chance.'],
          evidence:
            state === 'insufficient'
              ? { 'no-evidence': { reason: 'few-changes', changes: 2 } }
              : {
                  'older-rows': {
                    source: 'consensus',
                    form: 'changes',
                    lag: 1,
                    copied: copies ? 0.91 : 0.04,
                    error: 0.03,
                    byLag: copies ? [0.91, 0.02, 0.01] : [0.04, 0.01, 0],
                    present: copies ? 0.03 : 0.7,
                    next: 0.01,
                    early: 0,
                    repeated: copies ? 0.8 : 0,
                    epochs: 40,
                  },
                  'consensus-distance': { nearerToPrevious: copies ? 0.9 : 0.2, epochs: 40 },
                  'own-signal': { share: copies ? 0.05 : 0.6, typical: 0.58 },
                  ...(copies
                    ? { timing: { source: 'consensus', actions: 40, medianDelay: 12, spread: 3 } }
                    : {}),
                  ...(uid % 5 === 2
                    ? {
                        'same-hand': [
                          { hotkey: account(netuid * 2_000 + 2_001), distance: 0.001, sameColdkey: true },
                        ],
                      }
                    : {}),
                },
          epochs:
            state === 'insufficient'
              ? []
              : Array.from({ length: 40 }, (_, index) => ({
                  block: to - 360 * (39 - index),
                  toPreviousConsensus: (copies ? 0.02 : 0.18) + own() * 0.03,
                  toPresentConsensus: (copies ? 0.17 : 0.09) + own() * 0.04,
                  toSourceBefore: (copies ? 0.01 : 0.2) + own() * 0.02,
                  toSourceNow: (copies ? 0.17 : 0.1) + own() * 0.03,
                })),
        };
      })
      .sort((a, b) => (b.score ?? -1) - (a.score ?? -1)),
  };
}

function map(place: Place): MapBody {
  const { netuid, query, head, nowMs } = place;
  const frames = numberOf(query, 'frames') ?? 12;
  const to = lastEpoch(head, netuid);
  const block = Array.from({ length: frames }, (_, index) => to - (frames - 1 - index) * 360);
  return {
    netuid,
    mechanism: mechanismOf(query),
    seed: 1,
    block,
    timestamp: block.map((each) => timeOf(each, head, nowMs)),
    points: neuronsAt(place, head).map((neuron) => {
      const { uid } = neuron;
      const next = random(netuid * 77 + uid);
      const [angle, reach] = [next() * 6.283, next() ** 0.5 * 0.17];
      const taste = tasteOf(netuid, uid);
      const center = [0.25 + taste * 0.25, 0.35 + (taste % 2) * 0.3] as const;
      const weighted = uid % 7 !== 6 && uid >= 9;
      const wanders = uid % 41 === 17;
      const since = uid % 23 === 5 ? Math.floor(frames / 3) : 0;
      const at = (index: number) => (wanders ? index / Math.max(1, frames - 1) : 0);
      const list = <T>(of: (index: number) => T) =>
        block.map((_, index) => (index < since ? null : of(index)));
      return {
        hotkey: neuron.hotkey,
        coldkey: neuron.coldkey ?? null,
        uid,
        stake: Number(neuron.totalStake ?? 0) / 1e9,
        incentive: neuron.incentiveFraction ?? null,
        validator: neuron.validatorPermit === true,
        x: list((index) =>
          weighted
            ? center[0] + Math.cos(angle) * reach + at(index) * 0.1 + Math.sin(index + uid) * 0.004
            : 0.06 + next() * 0 + ((uid * 37) % 100) * 0.0088,
        ),
        y: list((index) =>
          weighted
            ? center[1] + Math.sin(angle) * reach + Math.cos(index * 1.3 + uid) * 0.004
            : 0.01 + (uid % 5) / 100,
        ),
        moved: list(() => (weighted ? (wanders ? 0.4 : 0.02) : 0)),
        weighted: list(() => weighted),
      };
    }),
  };
}

function diff(place: Place): DiffBody {
  const { netuid, query, head } = place;
  const [block, against] = [numberOf(query, 'block') ?? head, numberOf(query, 'against') ?? head];
  const [now, before] = [neuronsAt(place, block), neuronsAt(place, against)];
  const same = block === against;
  const [factsNow, factsBefore] = [subnetAt(netuid, block), subnetAt(netuid, against)];
  return {
    netuid,
    mechanism: mechanismOf(query),
    block,
    against,
    added: same ? [] : now.slice(20, 23).map(({ uid, hotkey }) => ({ uid, hotkey })),
    removed: same ? [] : now.slice(20, 22).map(({ uid }) => ({ uid, hotkey: account(uid + 7_777_777) })),
    changed: now.flatMap((neuron, index) => {
      const old = before[index];
      if (old === undefined) return [];
      const names = [
        'incentiveFraction',
        'dividendsFraction',
        'emissionAlpha',
        'lastUpdate',
        'active',
      ] as const;
      const fields = names
        .filter((name) => neuron[name] !== old[name])
        .map((name) => ({ name: name as string, before: old[name] ?? null, after: neuron[name] ?? null }));
      if (!same && neuron.uid % 50 === 11)
        fields.push({ name: 'axon.ip', before: null as never, after: '203.0.113.9' as never });
      return fields.length === 0 ? [] : [{ uid: neuron.uid, hotkey: neuron.hotkey, fields }];
    }),
    facts: same
      ? []
      : [
          { name: 'burnTao', before: factsBefore.burnTao, after: factsNow.burnTao },
          { name: 'priceTao', before: factsBefore.priceTao ?? null, after: factsNow.priceTao ?? null },
          { name: 'hyperparameters.weightsRateLimit', before: 50, after: 100 },
          { name: 'hyperparameters.liquidAlphaEnabled', before: null, after: false },
        ],
  };
}

function eventAt(netuid: number, block: number, index: number, head: number, nowMs: number): EventJson {
  const next = random(netuid * 3 + block * 17 + index);
  const kind = EVENT_KINDS[Math.floor(next() * EVENT_KINDS.length)] ?? 'epoch';
  const hotkey = account(netuid * 2_000 + 20 + (block % 50));
  const coldkey = account(900_000 + (block % 97));
  const other = account(block % 1_000);
  const facts: Partial<Record<EventJson['kind'], Partial<EventJson>>> = {
    registered: { name: 'NeuronRegistered', uid: 20, hotkey, coldkey, tao: 0.51 },
    deregistered: { name: 'NeuronRegistered', uid: 20, hotkey, coldkey, otherHotkey: other },
    'weights-committed': {
      name: 'TimelockedWeightsCommitted',
      hotkey,
      uid: 3,
      newValue: `0x${'ab'.repeat(32)}`,
    },
    'weights-revealed': { name: 'TimelockedWeightsRevealed', hotkey, uid: 3, actor: 'chain' },
    'weights-set': { name: 'WeightsSet', hotkey, uid: 3 },
    'axon-served': {
      name: 'AxonServed',
      hotkey,
      uid: 40,
      oldValue: '203.0.113.8:8091',
      newValue: '203.0.113.9:8091',
    },
    hyperparameter: {
      name: 'weightsRateLimit',
      oldValue: '100',
      newValue: '50',
      actor: 'root',
      via: ['sudo', 'batch'],
      signer: other,
    },
    take: { name: 'TakeDecreased', hotkey, coldkey, oldValue: '0.18', newValue: '0.09' },
    children: { name: 'SetChildren', hotkey, oldValue: 'none', newValue: `0.5 ${other}` },
    'stake-added': {
      name: 'StakeAdded',
      hotkey,
      coldkey,
      tao: 120.5,
      alpha: 2_400.25,
      via: ['proxy'],
      signer: other,
    },
    'stake-removed': { name: 'StakeRemoved', hotkey, coldkey, tao: 5.25, alpha: 100 },
    'stake-moved': {
      name: 'StakeMoved',
      hotkey,
      coldkey,
      otherHotkey: other,
      otherNetuid: 4,
      tao: 90,
      oldValue: String(netuid),
      newValue: '4',
    },
    'hotkey-swapped': { name: 'HotkeySwapped', hotkey, coldkey, otherHotkey: other },
    'coldkey-swapped': { name: 'ColdkeySwapped', coldkey, otherColdkey: other },
    'owner-changed': { name: 'SubnetOwnerHotkeySet', hotkey, oldValue: other, newValue: hotkey },
    'runtime-upgraded': {
      name: 'CodeUpdated',
      oldValue: '343',
      newValue: '344',
      actor: 'root',
      via: ['multisig', 'sudo'],
    },
    epoch: { name: 'Epoch', actor: 'chain' },
  };
  return {
    netuid,
    block,
    index,
    timestamp: timeOf(block, head, nowMs),
    kind,
    name: kind,
    actor: kind === 'epoch' || kind === 'weights-revealed' ? 'chain' : coldkey,
    extrinsic: 2,
    ...facts[kind],
  };
}

function feed({ netuid, query, head, nowMs }: Place): EventsBody {
  const limit = numberOf(query, 'limit') ?? 100;
  const kinds = query('kinds')?.split(',');
  const uid = numberOf(query, 'uid');
  const key = query('hotkey') ?? query('coldkey');
  const start =
    Number(query('before')?.split(':')[0] ?? Math.min(head, numberOf(query, 'to') ?? head) + 1) - 1;
  const end = Math.max(head - 3_000, numberOf(query, 'from') ?? 0);
  const events: EventJson[] = [];
  let block = start;
  for (; block >= end && events.length < limit; block -= 1) {
    for (let index = (block % 3) - 1; index >= 0; index -= 1) {
      const event = eventAt(netuid, block, index, head, nowMs);
      const fits =
        (kinds === undefined || kinds.includes(event.kind)) &&
        (uid === undefined || event.uid === uid) &&
        (key === undefined || [event.hotkey, event.coldkey, event.otherHotkey, event.actor].includes(key));
      if (fits) events.push(event);
    }
  }
  return {
    events,
    ...(block >= end ? { next: `${block + 1}:0:${netuid}` } : {}),
    recorded: { from: head - 3_000, to: head, blocks: 2_951 },
  };
}

function pruning(place: Place): PruningBody {
  const { netuid, head } = place;
  const neurons = neuronsAt(place, head);
  const order = [...neurons].sort(
    (a, b) => Number(a.emission ?? 0) - Number(b.emission ?? 0) || a.uid - b.uid,
  );
  return {
    netuid,
    block: head,
    rule: 'emission',
    ruleText:
      'The neuron with the least emission goes first, the oldest of equals; immune ones only when all others are gone, and never the owner’s.',
    full: neurons.length >= 256,
    neurons: order.map((neuron, index) => ({
      uid: neuron.uid,
      hotkey: neuron.hotkey,
      coldkey: neuron.coldkey ?? null,
      place: index + 1,
      immune: false,
      immunityLeft: Math.max(0, (neuron.registeredAt ?? 0) + 5_000 - head),
      registeredAt: neuron.registeredAt ?? null,
      emission: Number(neuron.emission ?? 0) / 1e9,
      pruningScore: null,
    })),
  };
}

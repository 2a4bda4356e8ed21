import type { Listening } from './server.ts';

/** One figure of the pages: what is asked of the API for a subnet. */
export interface Question {
  readonly name: string;
  readonly path: (netuid: number, about: Listening) => string;
}

const YEAR = 'hours=8760';

/** Every figure at the range that its page opens with, and the wide ones over all that is stored. */
export const QUESTIONS: readonly Question[] = [
  { name: 'subnets', path: () => 'subnets' },
  of('subnet', ''),
  of('metagraph', '/metagraph'),
  of('blocks', '/blocks'),
  ...both('churn', '/churn'),
  ...both('occupancy', '/occupancy'),
  ...both('economy', '/economy'),
  ...both('traces', '/traces?column=emission'),
  ...both('traces of validators', '/traces?column=dividends&role=validator'),
  ...both('groups by coldkey', '/groups?by=coldkey&count=hotkey'),
  ...both('groups by /24', '/groups?by=subnet24&count=hotkey'),
  ...both('activity', '/activity?role=miner&points=1000'),
  {
    name: 'diff, a day',
    path: (netuid, { head }) => `subnets/${netuid}/diff?block=${head}&against=${head - 7_200}`,
  },
  of('pruning', '/pruning'),
  of('weights', '/weights'),
  of('clusters by weights', '/clusters?kind=weights'),
  of('clusters by stake', '/clusters?kind=stake'),
  of('copiers', '/copiers'),
  of('map', '/map'),
  of('feed of a subnet', '/feed'),
  of('feed, one kind', '/feed?kinds=hyperparameter'),
  { name: 'feed of all', path: () => 'feed' },
  account('hotkey', 'miner', (key) => `neurons/${key}`),
  account('validator', 'validator', (key) => `neurons/${key}`),
  account('history', 'miner', (key, netuid) => `neurons/${key}/history?netuid=${netuid}`),
  account('standing', 'validator', (key) => `neurons/${key}/standing`),
  account('coldkey', 'coldkey', (key) => `coldkeys/${key}`),
  account('earnings of a coldkey', 'coldkey', (key) => `coldkeys/${key}/earnings`),
  account('earnings of a hotkey', 'validator', (key) => `neurons/${key}/earnings`),
];

function of(name: string, rest: string): Question {
  return { name, path: (netuid) => `subnets/${netuid}${rest}` };
}

function both(name: string, rest: string): Question[] {
  return [of(`${name}, week`, rest), of(`${name}, year`, `${rest}${rest.includes('?') ? '&' : '?'}${YEAR}`)];
}

function account(
  name: string,
  who: 'validator' | 'miner' | 'coldkey',
  path: (key: string, netuid: number) => string,
): Question {
  return { name, path: (netuid, { accounts }) => path(accounts[netuid - 1]?.[who] ?? '', netuid) };
}

/** A subnet as it stands at genesis. */
export interface SubnetPlan {
  readonly netuid: number;
  readonly name: string;
  readonly symbol: string;
  readonly description: string;
  readonly tempo: number;
  readonly mechanisms: number;
  /** Numbers of the validators (see {@link validatorKey}) that are registered. */
  readonly validators: readonly number[];
  readonly miners: number;
  /** Whether weights are committed first and revealed an epoch later. */
  readonly commitReveal: boolean;
  readonly maxUids: number;
  /** TAO and alpha in the pool, whole coins. */
  readonly pool: readonly [tao: number, alpha: number];
  /** Alpha that each validator starts with, whole coins; by chance when not given. */
  readonly validatorStakes?: readonly number[] | undefined;
  /** Number of the coldkey of each miner; by a rule for all subnets when not given. */
  readonly minerOwners?: readonly number[] | undefined;
}

const RTL_OVERRIDE = '\u202e';

/** Text that a page must show as text: markup, a right-to-left override, emoji, and more of it than fits anywhere. */
export const HOSTILE_SUBNET_NAME = `<script>alert("subnet")</script> ${RTL_OVERRIDE}txet desrever 🦊🚀 ${'very long name '.repeat(16)}`;
export const HOSTILE_IDENTITY_NAME = `<img src=x onerror=alert('coldkey')> ${RTL_OVERRIDE}gnp.exe 👾 "quoted" & more`;

/** The subnets beside root. Tempos are short, so that epochs can be watched. */
export const SUBNET_PLANS: readonly SubnetPlan[] = [
  {
    netuid: 1,
    name: 'Quarry',
    symbol: 'α',
    description: 'Sixty-four neurons at full capacity: every newcomer replaces someone.',
    tempo: 20,
    mechanisms: 1,
    validators: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
    miners: 54,
    maxUids: 64,
    commitReveal: false,
    pool: [42_000, 1_300_000],
  },
  {
    netuid: 2,
    name: HOSTILE_SUBNET_NAME,
    symbol: 'β',
    description: 'Still has room for newcomers. Its identity is hostile text.',
    tempo: 30,
    mechanisms: 1,
    validators: [0, 1, 2, 3, 4],
    miners: 26,
    maxUids: 40,
    commitReveal: false,
    pool: [9_000, 900_000],
  },
  {
    netuid: 3,
    name: 'Twin mills',
    symbol: 'γ',
    description:
      'One subnet, two mechanisms, each with weights of its own: committed first, revealed an epoch later.',
    tempo: 25,
    mechanisms: 2,
    validators: [2, 3, 4, 5, 6, 7],
    miners: 18,
    maxUids: 32,
    commitReveal: true,
    pool: [15_500, 700_000],
  },
];

/**
 * The hotkey that nobody but you moves: `//Bob`, owned by `//Alice`, registered on subnet 2 with stake and a validator
 * permit, for trying `set_weights` and `serve_axon` by hand.
 */
export const HAND_DRIVEN = { netuid: 2, hotkey: '//Bob', coldkey: '//Alice' } as const;

/**
 * The subnet of the stand-in for Chutes, there when the demo is asked for it. Number 64 runs the stand-in and has nearly all
 * stake; 5 (*Granite*) copies; 9 audits for itself. Several miners belong to one coldkey: only its best is paid.
 */
export const CHUTES_PLAN: SubnetPlan = {
  netuid: 64,
  name: 'Chutes, a stand-in',
  symbol: 'ب',
  description:
    'Not Chutes: a simulated validator that publishes, commits and pays as Chutes does, and can misbehave.',
  tempo: 20,
  mechanisms: 1,
  validators: [64, 5, 9],
  miners: 14,
  commitReveal: false,
  maxUids: 32,
  pool: [61_000, 640_000],
  validatorStakes: [1_500_000, 9_000, 14_000],
  minerOwners: [0, 0, 1, 2, 2, 2, 3, 4, 5, 5, 6, 7, 8, 8],
};

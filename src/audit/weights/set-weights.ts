import {
  type CallRequest,
  type Chain,
  type HeadKind,
  type Outcome,
  type Signer,
  signCall,
  submitAndWatch,
} from '../../chain/index.ts';
import { TaoscopeError } from '../../shared/index.ts';
import { advanceCommit } from './advance-commit.ts';
import type { CommitFolder } from './commit-folder.ts';
import { commitHash, randomSalt } from './commit-hash.ts';
import { createCommitPort } from './commit-port.ts';
import type { CommitRecord } from './commit-record.ts';
import type { WeightRow } from './plan-weights.ts';
import type { WeightRules } from './weight-rules.ts';

export interface SetOptions {
  /** Commit by a salted hash even where the subnet asks for timelock, if the runtime takes both. */
  readonly salted?: boolean | undefined;
  /** Wait until a commit is revealed. */
  readonly wait?: boolean | undefined;
  readonly heads?: HeadKind | undefined;
  readonly onStep?: ((record: CommitRecord) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What became of the weights: set at once, or on their way through a commit. */
export type SetResult =
  | { readonly way: 'plain'; readonly outcome: Outcome }
  | { readonly way: 'salted'; readonly record: CommitRecord };

/**
 * Signs and sends a row: `set_weights`, or a salted commit and (with `wait`) its reveal. Checks nothing: see `preflight`.
 *
 * Errors: `unsupported` where only a timelock commit would do; those of `advanceCommit`. An outcome other than success is no error here.
 */
export async function setWeights(
  chain: Chain,
  signer: Signer,
  folder: CommitFolder,
  row: WeightRow,
  rules: WeightRules,
  options: SetOptions = {},
): Promise<SetResult> {
  const { heads = 'finalized', signal, wait = false, onStep } = options;
  const way = wayOf(rules, options.salted === true);
  if (way === 'plain') {
    const view = await chain.view(await chain.head(heads, signal), signal);
    const extrinsic = await signCall(chain, view, signer, setCall(row), { signal });
    const watched = { ...extrinsic, signer: signer.publicKey };
    return { way, outcome: await submitAndWatch(chain, watched, { heads, signal }) };
  }
  const record = planCommit(chain, signer, row, rules.block);
  const hold = await folder.take(record);
  try {
    await folder.save(record);
    onStep?.(record);
    const port = createCommitPort(chain, signer, folder, heads);
    return { way, record: await advanceCommit(record, port, { wait, onStep, signal }) };
  } finally {
    hold?.release();
  }
}

/** Which way the weights go; throws the refusal of timelock commits. */
export function wayOf(rules: WeightRules, salted: boolean): 'plain' | 'salted' {
  if (rules.way !== 'timelock') return rules.way;
  if (salted && rules.takesSalted) return 'salted';
  throw timelockRefusal(rules);
}

function planCommit(chain: Chain, signer: Signer, row: WeightRow, plannedAt: number): CommitRecord {
  const salted = { ...row, salt: randomSalt() };
  return {
    ...salted,
    genesisHash: chain.identity.genesisHash,
    hotkey: signer.address,
    hash: commitHash(signer.publicKey, salted),
    state: 'planned',
    plannedAt,
  };
}

function setCall({ netuid, mechanism, uids, values, versionKey }: WeightRow): CallRequest {
  const row = { dests: uids, weights: values, version_key: versionKey };
  return mechanism === 0
    ? { pallet: 'SubtensorModule', call: 'set_weights', args: { netuid, ...row } }
    : {
        pallet: 'SubtensorModule',
        call: 'set_mechanism_weights',
        args: { netuid, mecid: mechanism, ...row },
      };
}

function timelockRefusal({ netuid, commitRevealVersion, takesSalted }: WeightRules): TaoscopeError {
  const salted = takesSalted
    ? 'this runtime also takes salted commits, which you reveal yourself: give --salted; '
    : '';
  return new TaoscopeError('unsupported', {
    failed: `netuid ${netuid} wants weights committed by timelock, which Taoscope does not write`,
    got: `CommitRevealWeightsEnabled(${netuid}) is true, CommitRevealWeightsVersion is ${commitRevealVersion ?? 'absent'}`,
    expected:
      'commit-reveal off, or salted commits; missing is the encryption to a drand round (identity-based, on BLS12-381, with an AES-GCM body)',
    todo: `${salted}or set these weights with the Bittensor SDK, which encrypts them: \`taoscope weights show --json\` prints uids and values`,
  });
}

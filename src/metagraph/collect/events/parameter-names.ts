/*
 * Parameters have a name in calls (`sudo_set_min_burn`), in events (`MinBurnSet`), in storage (`MinBurn`) and among our
 * facts (`minBurn`); some differ by more than case.
 */

/** Storage items of `SubtensorModule` that are called otherwise in calls or events. */
const ITEMS: Readonly<Record<string, string>> = {
  CommitRevealVersion: 'CommitRevealWeightsVersion',
  CkBurn: 'CKBurn',
  DefaultTake: 'MaxDelegateTake',
  EmaPriceHalvingPeriod: 'EMAPriceHalvingBlocks',
  LockReductionInterval: 'NetworkLockReductionInterval',
  MaxChildKeyTake: 'MaxChildkeyTake',
  MinChildKeyTake: 'MinChildkeyTake',
  MechanismCount: 'MechanismCountCurrent',
  NetworkLockCostReductionInterval: 'NetworkLockReductionInterval',
  OwnerHparamRateLimit: 'OwnerHyperparamRateLimit',
  OwnerImmuneNeuronLimit: 'ImmuneOwnerUidsLimit',
  TxChildKeyTakeRateLimit: 'TxChildkeyTakeRateLimit',
};

/** Storage items that may hold what a call or event of this name sets. */
export function itemsOf(name: string): string[] {
  const pascal = wordsOf(name)
    .map((word) => word[0]!.toUpperCase() + word.slice(1))
    .join('');
  const plain = name.replace(/Set$/, '');
  return [...new Set([ITEMS[plain] ?? plain, ITEMS[pascal] ?? pascal])];
}

/** `MinBurn` is `minBurn`, `CKBurn` is `ckBurn`. */
export function parameterName(item: string): string {
  return item.replace(/^[A-Z]+(?=[A-Z][a-z])|^[A-Z]+$|^[A-Z]/, (head) => head.toLowerCase());
}

/** How alike two names are, 0 to 1: shared words over all words. */
export function likeness(a: string, b: string): number {
  const [left, right] = [new Set(wordsOf(a)), new Set(wordsOf(b))];
  const shared = [...left].filter((word) => right.has(word)).length;
  return shared === 0 ? 0 : shared / (left.size + right.size - shared);
}

/** The words of a name in either style, without those that every setting has. */
function wordsOf(name: string): string[] {
  return name
    .split(/_|(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/)
    .map((word) => word.toLowerCase())
    .filter((word, at, all) => word !== '' && word !== 'sudo' && !(word === 'set' && isSettingWord(at, all)));
}

// The verb in front, or the participle at the end; in the middle it belongs to the name (`WeightsSetRateLimit`).
function isSettingWord(at: number, all: readonly string[]): boolean {
  return at === all.length - 1 || at === 0 || (at === 1 && all[0]?.toLowerCase() === 'sudo');
}

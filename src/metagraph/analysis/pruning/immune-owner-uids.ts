/** The neurons of a subnet as far as the owner's immunity needs them; index = uid, accounts as text. */
export interface OwnedColumns {
  readonly hotkey: readonly string[];
  readonly coldkey: readonly (string | null)[];
  readonly registeredAt: readonly (number | null)[];
}

/**
 * Uids that the owner of a subnet cannot lose: its hotkeys by registration block, then uid, with the subnet's owner hotkey
 * put in front where it is not among them; as many as the limit says.
 * (`get_immune_owner_tuples`, `subnets/registration.rs`; `SubnetOwner`, `SubnetOwnerHotkey`, `ImmuneOwnerUidsLimit`)
 */
export function immuneOwnerUids(
  { hotkey, coldkey, registeredAt }: OwnedColumns,
  owner: { readonly coldkey?: string | undefined; readonly hotkey?: string | undefined },
  limit: number,
): Set<number> {
  const owned = owner.coldkey === undefined ? [] : uidsWhere(coldkey, owner.coldkey);
  const oldest = owned.sort((a, b) => (registeredAt[a] ?? 0) - (registeredAt[b] ?? 0) || a - b);
  const immune = oldest.slice(0, limit);
  const first = owner.hotkey === undefined ? -1 : hotkey.indexOf(owner.hotkey);
  if (first !== -1 && !immune.includes(first)) immune.unshift(first);
  return new Set(immune.slice(0, limit));
}

function uidsWhere(column: readonly (string | null)[], value: string): number[] {
  return column.flatMap((one, uid) => (one === value ? [uid] : []));
}

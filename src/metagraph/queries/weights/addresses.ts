import { toSs58 } from '../../../shared/index.ts';

/** Turns hex digits of accounts, as the tables give them, into ss58 addresses; each account is worked out once. */
export function addressBook(): (hex: string) => string {
  const known = new Map<string, string>();
  return (hex) => {
    let address = known.get(hex);
    if (address === undefined) {
      address = toSs58(Buffer.from(hex, 'hex'));
      known.set(hex, address);
    }
    return address;
  };
}

import { describe, expect, it } from 'vitest';
import { type DevAccountPath, demoKey, devAccount } from './keys.ts';

describe('demo keys', () => {
  // Golden: `subkey inspect //Alice` and its like; every Substrate development chain shows these.
  it.each([
    ['//Alice', '5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY'],
    ['//Bob', '5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty'],
    ['//Charlie', '5FLSigC9HGRKVhB9FiEo4Y3koPsNmBmLJbpXg2mp1hXcS59Y'],
    ['//Dave', '5DAAnrj7VHTznn2AWBemMuyBwZWs6FNFjdyVXUeYum3PTXFy'],
    ['//Eve', '5HGjWAeFDfFCWPsjFQdVV2Msvz2XtMktvgocEZcCj68kUMaw'],
    ['//Ferdie', '5CiPPseXPECbkjWCa6MnjNokrgYjMqmKndv2rSnekmSK2DjL'],
  ] satisfies [DevAccountPath, string][])('derives %s as everybody does', (path, address) => {
    expect(devAccount(path).address).toBe(address);
  });

  it('gives every role a key of its own, and always the same', () => {
    expect(demoKey('validator/1').address).toBe(demoKey('validator/1').address);
    expect(demoKey('validator/1').address).not.toBe(demoKey('validator/2').address);
  });
});

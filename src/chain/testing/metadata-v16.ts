import { metadata as metadataCodec } from '@polkadot-api/substrate-bindings';

/** The same runtime description in V16, from its V15 form: what V16 adds is left empty. */
export function toV16(v15: Uint8Array): Uint8Array {
  const decoded = metadataCodec.dec(new Uint8Array(v15));
  if (decoded.metadata.tag !== 'v15') throw new Error(`expected V15, got ${decoded.metadata.tag}`);
  const { lookup, pallets, extrinsic, apis, outerEnums, custom } = decoded.metadata.value;
  const deprecationInfo = { tag: 'NotDeprecated', value: undefined } as const;
  const enumRef = (type: number | undefined) =>
    type === undefined ? undefined : { type, deprecationInfo: [] };
  return metadataCodec.enc({
    magicNumber: decoded.magicNumber,
    metadata: {
      tag: 'v16',
      value: {
        lookup,
        pallets: pallets.map((pallet) => ({
          ...pallet,
          storage: pallet.storage && {
            prefix: pallet.storage.prefix,
            items: pallet.storage.items.map((item) => ({ ...item, deprecationInfo })),
          },
          calls: enumRef(pallet.calls),
          events: enumRef(pallet.events),
          errors: enumRef(pallet.errors),
          constants: pallet.constants.map((constant) => ({ ...constant, deprecationInfo })),
          associatedTypes: [],
          viewFns: [],
          deprecationInfo,
        })),
        extrinsic: {
          version: [4, 5],
          address: extrinsic.address,
          call: extrinsic.call,
          signature: extrinsic.signature,
          signedExtensionsByVersion: [[0, extrinsic.signedExtensions.map((_, i) => i)]],
          signedExtensions: extrinsic.signedExtensions,
        },
        apis: apis.map((api) => ({
          ...api,
          methods: api.methods.map((method) => ({ ...method, deprecationInfo })),
          version: 1,
          deprecationInfo,
        })),
        outerEnums,
        custom,
      },
    },
  });
}

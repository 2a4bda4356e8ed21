import { metadata as metadataCodec, type V15 } from '@polkadot-api/substrate-bindings';

/** V15 metadata with something changed: another runtime that never was. */
export function changeMetadata(v15: Uint8Array, change: (metadata: V15) => void): Uint8Array {
  const decoded = metadataCodec.dec(new Uint8Array(v15));
  if (decoded.metadata.tag !== 'v15') throw new Error(`expected V15, got ${decoded.metadata.tag}`);
  change(decoded.metadata.value);
  return metadataCodec.enc(decoded);
}

/** Takes storage items of `SubtensorModule` out. */
export function dropStorage(metadata: V15, ...items: string[]): void {
  const { storage } = metadata.pallets.find((pallet) => pallet.name === 'SubtensorModule')!;
  storage!.items = storage!.items.filter((item) => !items.includes(item.name));
}

/** Takes whole runtime APIs, or one method (`Api.method`), out. */
export function dropCalls(metadata: V15, ...names: string[]): void {
  metadata.apis = metadata.apis.filter((api) => !names.includes(api.name));
  for (const api of metadata.apis) {
    api.methods = api.methods.filter((method) => !names.includes(`${api.name}.${method.name}`));
  }
}

/** Lets a runtime call answer `Vec<u8>`, as all did up to spec 219. */
export function answerBytes(metadata: V15, api: string, method: string): void {
  const { lookup } = metadata;
  const bytes = lookup.find(({ def }) => def.tag === 'sequence' && isU8(lookup[def.value]!))!;
  metadata.apis.find((one) => one.name === api)!.methods.find((one) => one.name === method)!.output =
    bytes.id;
}

/** Gives a field of a struct type another name. */
export function renameField(metadata: V15, type: string, from: string, to: string): void {
  for (const { path, def } of metadata.lookup) {
    if (path.at(-1) !== type || def.tag !== 'composite') continue;
    for (const field of def.value) if (field.name === from) field.name = to;
  }
}

/** Puts a field of a struct type before another. */
export function moveField(metadata: V15, type: string, field: string, before: string): void {
  for (const { path, def } of metadata.lookup) {
    if (path.at(-1) !== type || def.tag !== 'composite') continue;
    const from = def.value.findIndex(({ name }) => name === field);
    const [moved] = def.value.splice(from, 1);
    def.value.splice(
      def.value.findIndex(({ name }) => name === before),
      0,
      moved!,
    );
  }
}

function isU8({ def }: V15['lookup'][number]): boolean {
  return def.tag === 'primitive' && def.value.tag === 'u8';
}

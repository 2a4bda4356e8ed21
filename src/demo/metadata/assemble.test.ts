import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { decAnyMetadata, type UnifiedMetadata, unifyMetadata } from '@polkadot-api/substrate-bindings';
import { beforeAll, describe, expect, it } from 'vitest';
import { assembleMetadata } from './assemble.ts';
import { runtimeSpec } from './runtime-specs.ts';

const REAL = resolve(process.env.TAOSCOPE_SHARED ?? '../shared', 'chain/metadata-343-v15.hex');

function unified(bytes: Uint8Array): UnifiedMetadata {
  return unifyMetadata(decAnyMetadata(bytes));
}

/** A type in words, through wrappers of one field (`NetUid` is its u16), so that two registries can be compared. */
function spell(metadata: UnifiedMetadata, id: number): string {
  const entry = metadata.lookup[id];
  if (entry === undefined) return '?';
  const { def, path } = entry;
  switch (def.tag) {
    case 'primitive':
      return def.value.tag;
    case 'compact':
      return `Compact<${spell(metadata, def.value)}>`;
    case 'sequence':
      return `Vec<${spell(metadata, def.value)}>`;
    case 'array':
      return `[${spell(metadata, def.value.type)};${def.value.len}]`;
    case 'tuple':
      return `(${def.value.map((one) => spell(metadata, one)).join(',')})`;
    case 'composite': {
      const [only] = def.value;
      if (def.value.length === 1 && only !== undefined) return spell(metadata, only.type);
      return `{${def.value.map((field) => `${field.name}:${spell(metadata, field.type)}`).join(',')}}`;
    }
    case 'variant': {
      if (path[0] === 'Option') return `Option<${spell(metadata, def.value[1]?.fields[0]?.type ?? 0)}>`;
      return path.join('::');
    }
    default:
      return def.tag;
  }
}

function struct(metadata: UnifiedMetadata, name: string): string {
  const id = metadata.lookup.findIndex((entry) => entry.path.at(-1) === name);
  return spell(metadata, id);
}

describe('assembled metadata', () => {
  const first = assembleMetadata(runtimeSpec(0));
  const upgraded = assembleMetadata(runtimeSpec(1));

  it.each([14, 15, 16] as const)('decodes again as version %i, with the same pallets', (version) => {
    const decoded = decAnyMetadata(first[version]);
    expect(decoded.metadata.tag).toBe(`v${version}`);
    const metadata = unifyMetadata(decoded);
    expect(metadata.pallets.map(({ name, index }) => [name, index])).toEqual([
      ['System', 0],
      ['Timestamp', 2],
      ['Balances', 5],
      ['TransactionPayment', 6],
      ['SubtensorModule', 7],
      ['Utility', 11],
      ['Sudo', 12],
      ['Proxy', 16],
      ['Commitments', 18],
      ['AdminUtils', 19],
      ['Swap', 28],
    ]);
    const extensions = metadata.extrinsic.extensionsByVersion[0]?.map((extension) => extension.identifier);
    expect(extensions).toHaveLength(11);
    expect(metadata.apis.length).toBe(version === 14 ? 0 : 10);
  });

  it('numbers every type by its place', () => {
    unified(first[15]).lookup.forEach((entry, at) => {
      expect(entry.id).toBe(at);
    });
  });

  it('renames, appends and adds with the upgrade, and nothing else', () => {
    const [before, after] = [unified(first[15]), unified(upgraded[15])];
    const fields = (metadata: UnifiedMetadata) => struct(metadata, 'Metagraph');
    const expected = fields(before)
      .replace('pruning_score:', 'pruning_scores:')
      .replace(/\}$/, ',collateral_locked:Vec<Compact<u64>>}');
    expect(fields(after)).toBe(expected);
    const items = (metadata: UnifiedMetadata) =>
      metadata.pallets.flatMap(
        (pallet) => pallet.storage?.items.map((item) => `${pallet.name}.${item.name}`) ?? [],
      );
    expect(items(after)).toEqual(
      items(before).flatMap((item) =>
        item === 'SubtensorModule.PendingChildKeyCooldown'
          ? [item, 'SubtensorModule.MinNonImmuneUids']
          : [item],
      ),
    );
  });
});

if (!existsSync(REAL) && process.env.REQUIRE_ALL !== '1') {
  process.stderr.write(
    `skipped: the comparison with mainnet's metadata needs ${REAL} (env TAOSCOPE_SHARED)\n`,
  );
}

// Golden: mainnet's own metadata of spec 343.
describe.skipIf(!existsSync(REAL) && process.env.REQUIRE_ALL !== '1')('beside the real chain', () => {
  let real: UnifiedMetadata;
  let ours: UnifiedMetadata;
  beforeAll(() => {
    real = unifyMetadata(decAnyMetadata(readFileSync(REAL, 'utf8').trim()));
    ours = unified(assembleMetadata(runtimeSpec(0))[15]);
  });

  it('has every storage item as the chain has it', () => {
    for (const pallet of ours.pallets) {
      const theirs = real.pallets.find((one) => one.name === pallet.name);
      expect(theirs?.index).toBe(pallet.index);
      for (const item of pallet.storage?.items ?? []) {
        const twin = theirs?.storage?.items.find((one) => one.name === item.name);
        const describeItem = (metadata: UnifiedMetadata, one: typeof item | undefined) =>
          one && {
            name: `${pallet.name}.${one.name}`,
            modifier: one.modifier,
            fallback: one.fallback,
            hashers: one.type.tag === 'plain' ? [] : one.type.value.hashers.map((hasher) => hasher.tag),
            key: one.type.tag === 'plain' ? '' : spell(metadata, one.type.value.key),
            value: spell(metadata, one.type.tag === 'plain' ? one.type.value : one.type.value.value),
          };
        expect(describeItem(ours, item)).toEqual(describeItem(real, twin));
      }
    }
  });

  it.each([
    ...[
      'Metagraph',
      'SelectiveMetagraph',
      'NeuronInfoLite',
      'NeuronInfo',
      'SubnetHyperparams',
      'SubnetHyperparamsV2',
    ],
    ...[
      'DynamicInfo',
      'StakeInfo',
      'AxonInfo',
      'PrometheusInfo',
      'AccountInfo',
      'RuntimeVersion',
      'RuntimeDispatchInfo',
    ],
  ])('has the struct %s field by field', (name) => {
    expect(struct(ours, name)).toBe(struct(real, name));
  });

  it('has the same discriminants and fields for its calls, events and errors', () => {
    for (const pallet of ours.pallets) {
      for (const part of ['calls', 'events', 'errors'] as const) {
        const mine = pallet[part];
        if (mine === undefined) continue;
        const theirs = real.pallets.find((one) => one.name === pallet.name)?.[part];
        const variants = (metadata: UnifiedMetadata, type: number | undefined) => {
          const def = metadata.lookup[type ?? -1]?.def;
          if (def?.tag !== 'variant') return new Map<string, string>();
          return new Map(
            def.value.map((one) => [
              one.name,
              `${one.index} ${one.fields.map((field) => `${field.name}:${spell(metadata, field.type)}`).join(',')}`,
            ]),
          );
        };
        const known = variants(real, theirs?.type);
        for (const [name, text] of variants(ours, mine.type))
          expect(`${name} ${text}`).toBe(`${name} ${known.get(name)}`);
      }
    }
  });

  it('asks for the same signed extensions in the same order', () => {
    const extensions = (metadata: UnifiedMetadata) =>
      metadata.extrinsic.extensionsByVersion[0]?.map(({ identifier, additionalSigned }) => [
        identifier,
        spell(metadata, additionalSigned),
      ]);
    expect(extensions(ours)).toEqual(extensions(real));
  });
});

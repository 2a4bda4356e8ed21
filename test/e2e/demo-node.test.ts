import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Demo, devAccount, HAND_DRIVEN, SUBNET_PLANS, startDemo } from '../../src/demo/index.ts';
import { toHex } from '../../src/shared/index.ts';
import { jsonRpc } from '../support/json-rpc.ts';
import {
  type KeyringPair,
  loadPolkadotApi,
  type PolkadotApi,
  type PolkadotModules,
  type SubmitResult,
  type Submittable,
  startSidecar,
} from '../support/peers.ts';
import { requirePeers } from '../support/requirement.ts';
import { until } from '../support/until.ts';

const BLOCK_MS = 250;
const RAO = 1_000_000_000n;

describe.skipIf(!requirePeers())('the demo node, seen by other clients', () => {
  let demo: Demo;
  let polkadot: PolkadotModules;
  let api: PolkadotApi;

  beforeAll(async () => {
    demo = await startDemo({ blockMs: BLOCK_MS, historyBlocks: 200, seed: 'e2e' });
    polkadot = await loadPolkadotApi();
    api = await polkadot.connect(demo.url);
  });

  afterAll(async () => {
    await api?.disconnect();
    await demo?.close();
  });

  /** Submits and waits until it is final; answers the events of the extrinsic and its block. */
  function sendFinal(
    tx: Submittable,
    pair: KeyringPair,
  ): Promise<{ events: string[]; block: string; error?: unknown }> {
    const { promise, resolve, reject } = Promise.withResolvers<{
      events: string[];
      block: string;
      error?: unknown;
    }>();
    const signAndSend = tx.signAndSend as unknown as (
      signer: KeyringPair,
      status: (result: SubmitResult) => void,
    ) => Promise<() => void>;
    signAndSend
      .call(tx, pair, (result) => {
        if (!result.status.isFinalized) return;
        const events = result.events.map(({ event }) => `${event.section}.${event.method}`);
        resolve({ events, block: JSON.stringify(result.status), error: result.dispatchError?.toHuman() });
      })
      .catch(reject);
    return promise;
  }

  describe('@polkadot/api', () => {
    it('reads a neuron by runtime call, the same that storage tells', async () => {
      const block = await api.at((await api.rpc.chain!.getFinalizedHead!()).toHex());
      const neuron = (await block.call.neuronInfoRuntimeApi!.getNeuronLite!(1, 12)).toJSON() as Record<
        string,
        unknown
      >;
      const stored = async (item: string, ...keys: unknown[]) =>
        (await block.query.subtensorModule![item]!(...keys)).toJSON();
      const vectors = async (item: string) => ((await stored(item, 1)) as unknown[])[12];
      expect(neuron.hotkey).toBe(await stored('keys', 1, 12));
      expect(neuron.coldkey).toBe(await stored('owner', neuron.hotkey));
      expect(neuron.incentive).toBe(await vectors('incentive'));
      expect(neuron.consensus).toBe(await vectors('consensus'));
      expect(neuron.emission).toBe(await vectors('emission'));
      expect(neuron.axonInfo).toEqual(await stored('axons', 1, neuron.hotkey));
      expect(neuron.incentive).toBeGreaterThan(0);
    });

    it('reads the metagraph struct, and it agrees with the vectors', async () => {
      const block = await api.at((await api.rpc.chain!.getFinalizedHead!()).toHex());
      for (const { netuid, mechanisms } of SUBNET_PLANS) {
        for (let mechanism = 0; mechanism < mechanisms; mechanism++) {
          const answer = await block.call.subnetInfoRuntimeApi!.getMechagraph!(netuid, mechanism);
          const metagraph = answer.toJSON() as Record<string, unknown>;
          const index = mechanism * 4096 + netuid;
          const stored = async (item: string, key = netuid) =>
            (await block.query.subtensorModule![item]!(key)).toJSON();
          expect(metagraph.netuid).toBe(index);
          expect(metagraph.incentives).toEqual(await stored('incentive', index));
          expect(metagraph.lastUpdate).toEqual(await stored('lastUpdate', index));
          expect(metagraph.dividends).toEqual(await stored('dividends'));
          expect(metagraph.numUids).toBe(await stored('subnetworkN'));
          expect((metagraph.hotkeys as unknown[]).length).toBe(metagraph.numUids);
        }
      }
    });

    it('pages through all owners', async () => {
      const owners = await api.query.subtensorModule!.owner!.entries();
      expect(owners.length).toBeGreaterThan(90);
    });

    it('transfers: events, fee and balances fit', async () => {
      const [alice, eve] = [polkadot.keyring.addFromUri('//Alice'), polkadot.keyring.addFromUri('//Eve')];
      const free = async (who: KeyringPair) =>
        BigInt(
          ((await api.query.system!.account!(who.address)).toJSON() as { data: { free: number } }).data.free,
        );
      const [aliceBefore, eveBefore] = [await free(alice), await free(eve)];
      const tx = api.tx.balances!.transferKeepAlive!(eve.address, 3n * RAO);
      const { events } = await sendFinal(tx, alice);
      expect(events).toEqual([
        'balances.Withdraw',
        'balances.Transfer',
        'transactionPayment.TransactionFeePaid',
        'system.ExtrinsicSuccess',
      ]);
      expect((await free(eve)) - eveBefore).toBe(3n * RAO);
      const fee = aliceBefore - (await free(alice)) - 3n * RAO;
      expect(fee).toBeGreaterThan(0n);
      expect(fee).toBeLessThan(RAO / 100n);
    });

    it('registers a hotkey, serves its axon and sets weights', async () => {
      const [alice, bob] = [polkadot.keyring.addFromUri('//Alice'), polkadot.keyring.addFromUri('//Bob')];
      const ferdie = polkadot.keyring.addFromUri('//Ferdie');
      const register = await sendFinal(api.tx.subtensorModule!.burnedRegister!(2, ferdie.address), alice);
      expect(register.events).toContain('subtensorModule.NeuronRegistered');
      const uid = (await api.query.subtensorModule!.uids!(2, ferdie.address)).toJSON();
      expect(typeof uid).toBe('number');

      const serve = api.tx.subtensorModule!.serveAxon!(2, 1, 0x0a000001, 9000, 4, 4, 0, 0);
      expect((await sendFinal(serve, ferdie)).events).toContain('subtensorModule.AxonServed');
      const axon = (await api.query.subtensorModule!.axons!(2, ferdie.address)).toJSON();
      expect(axon).toMatchObject({ ip: 0x0a000001, port: 9000 });

      const weights = api.tx.subtensorModule!.setWeights!(
        HAND_DRIVEN.netuid,
        [7, 8, 9, uid],
        [1, 2, 4, 1],
        0,
      );
      expect((await sendFinal(weights, bob)).events).toContain('subtensorModule.WeightsSet');
      const bobUid = (await api.query.subtensorModule!.uids!(2, bob.address)).toJSON();
      const row = (await api.query.subtensorModule!.weights!(2, bobUid)).toJSON();
      expect(row).toEqual([
        [7, 16_384],
        [8, 32_768],
        [9, 65_535],
        [uid, 16_384],
      ]);
    });

    it('takes an ed25519 signature as well', async () => {
      const { Keyring } = polkadot.require('@polkadot/api') as {
        Keyring: new (options: { type: string }) => PolkadotModules['keyring'];
      };
      const edward = new Keyring({ type: 'ed25519' }).addFromUri('//Edward');
      const alice = polkadot.keyring.addFromUri('//Alice');
      await sendFinal(api.tx.balances!.transferKeepAlive!(edward.address, RAO), alice);
      const { events } = await sendFinal(api.tx.system!.remarkWithEvent!('0x02'), edward);
      expect(events).toContain('system.Remarked');
    });

    it('learns why a call failed from the metadata', async () => {
      const alice = polkadot.keyring.addFromUri('//Alice');
      const register = () => api.tx.subtensorModule!.burnedRegister!(1, devAccount('//Alice').address);
      await sendFinal(register(), alice);
      const { events, error } = await sendFinal(register(), alice);
      expect(events).toContain('system.ExtrinsicFailed');
      const at = (error as { Module: { index: string; error: string } }).Module;
      const meta = api.registry.findMetaError(
        Uint8Array.of(Number(at.index), ...Buffer.from(at.error.slice(2), 'hex')),
      );
      expect(`${meta.section}.${meta.name}`).toBe('subtensorModule.HotKeyAlreadyRegisteredInSubNet');
    });

    it('stakes, sends calls in a batch, and is no proxy of another', async () => {
      const [alice, eve] = [polkadot.keyring.addFromUri('//Alice'), polkadot.keyring.addFromUri('//Eve')];
      const bob = devAccount('//Bob').address;
      const staked = await sendFinal(api.tx.subtensorModule!.addStake!(bob, 2, 10n * RAO), alice);
      expect(staked.events.slice(0, 2)).toEqual(['balances.Withdraw', 'subtensorModule.StakeAdded']);
      const unstake = api.tx.subtensorModule!.removeStake!(bob, 2, 5n * RAO);
      const remark = api.tx.system!.remarkWithEvent!('0x03');
      const { events } = await sendFinal(api.tx.utility!.batchAll!([remark, unstake]), alice);
      expect(events).toEqual([
        ...['balances.Withdraw', 'system.Remarked', 'utility.ItemCompleted'],
        ...['subtensorModule.StakeRemoved', 'utility.ItemCompleted', 'utility.BatchCompleted'],
        ...['transactionPayment.TransactionFeePaid', 'system.ExtrinsicSuccess'],
      ]);
      const refused = await sendFinal(api.tx.proxy!.proxy!(alice.address, null, remark), eve);
      expect(refused.events).toContain('system.ExtrinsicFailed');
    });

    it('is told by code when the pool refuses', async () => {
      const dave = polkadot.keyring.addFromUri('//Dave');
      const tx = await api.tx.system!.remark!('0x00').signAsync(dave, { nonce: -1 });
      const bytes = Buffer.from(tx.toHex().slice(2), 'hex');
      bytes[60] = (bytes[60] ?? 0) ^ 1;
      const submit = (hex: string) => api.rpc.author!.submitExtrinsic!(hex);
      await expect(submit(toHex(bytes))).rejects.toThrow(/1010: Invalid Transaction.*bad signature/);
      await submit(tx.toHex());
      await expect(submit(tx.toHex())).rejects.toThrow(/1013/);
      await until(
        async () =>
          ((await api.query.system!.account!(dave.address)).toJSON() as { nonce: number }).nonce > 0,
        {
          what: 'the remark is in a block',
        },
      );
      await expect(submit(tx.toHex())).rejects.toThrow(/1010: Invalid Transaction.*outdated/);
    });
  });

  describe('@substrate/api-sidecar', () => {
    it('answers for node, runtime, balances, storage and blocks', async () => {
      await using sidecar = await startSidecar(demo.url);
      expect(await sidecar.get('/node/version')).toMatchObject({ chain: 'Taoscope Demo' });
      expect(await sidecar.get('/runtime/spec')).toMatchObject({
        specName: 'node-subtensor',
        specVersion: '343',
      });
      const bob = devAccount(HAND_DRIVEN.hotkey).address;
      const balance = await sidecar.get<{ free: string; nonce: string }>(`/accounts/${bob}/balance-info`);
      expect(BigInt(balance.free)).toBeGreaterThan(90_000n * RAO);
      const owner = await sidecar.get(`/pallets/subtensorModule/storage/Owner?keys[]=${bob}`);
      expect(owner).toMatchObject({ value: devAccount(HAND_DRIVEN.coldkey).address });
      // Bodies it reads only while nobody signed in them: its client is older than the CheckMetadataHash extension.
      const bodies = Array.from({ length: 20 }, (_, n) => demo.state().finalized.number - n);
      const rpc = jsonRpc(demo.httpUrl);
      for (const number of bodies) {
        const hash = await rpc('chain_getBlockHash', number);
        const { block } = await rpc<{ block: { extrinsics: string[] } }>('chain_getBlock', hash);
        if (block.extrinsics.length > 1) continue;
        const shown = await sidecar.get<{ hash: string; extrinsics: { method: unknown }[] }>(
          `/blocks/${number}`,
        );
        expect(shown.hash).toBe(hash);
        expect(shown.extrinsics[0]?.method).toEqual({ pallet: 'timestamp', method: 'set' });
      }
    });
  });

  // Last: after it the chain runs another runtime.
  it('upgrades under a connected @polkadot/api', async () => {
    const rpc = jsonRpc(demo.httpUrl);
    await demo.incident('upgrade');
    await until(() => demo.state().specVersion === 344, { what: 'the upgrade is in a block' });
    await until(() => api.runtimeVersion.specVersion.toString() === '344', { what: 'the client noticed' });
    expect(api.query.subtensorModule).toHaveProperty('minNonImmuneUids');
    // After an upgrade this client takes metadata 14, which has no runtime calls; one that connects anew takes the best.
    const fresh = await polkadot.connect(demo.url);
    const answer = await fresh.call.subnetInfoRuntimeApi!.getMetagraph!(1);
    const metagraph = answer.toJSON() as Record<string, unknown>;
    expect(Object.keys(metagraph)).not.toContain('pruningScore');
    expect((metagraph.pruningScores as unknown[]).length).toBe(64);
    expect((await fresh.query.subtensorModule!.minNonImmuneUids!(1)).toJSON()).toBe(10);
    await fresh.disconnect();
    const versions = await rpc<string>('state_call', 'Metadata_metadata_versions', '0x');
    expect(versions).toBe('0x0c0e0000000f00000010000000');
    const { events } = await sendFinal(
      api.tx.system!.remarkWithEvent!('0x01'),
      polkadot.keyring.addFromUri('//Eve'),
    );
    expect(events).toContain('system.Remarked');
  });
});

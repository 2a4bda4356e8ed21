import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { verify } from '@scure/sr25519';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { stringifyJson, TaoscopeError } from '../../shared/index.ts';
import { openHotkey, readHotkey, readKey } from './index.ts';

// What bittensor-wallet 4.1.1 (Python) writes for `Wallet.regenerate_hotkey` of this public test mnemonic (BIP39 test vectors).
const MNEMONIC = 'legal winner thank year wave sausage worth useful legal winner thank yellow';
const WALLET = {
  accountId: '0x625e25364c7b68e0a83065ccb40afed43f8fe933e669b24f3d69a57eddb3b715',
  privateKey:
    '0xad8a44476e667ef8eab356d1d6f09303f21ba1ac44a3f8b96210bdd603d1900bb25d15f130020fffc3261f584f84168e7a6f0009f6c3abb2f3fa460f493b0595',
  secretPhrase: MNEMONIC,
  publicKey: '0x625e25364c7b68e0a83065ccb40afed43f8fe933e669b24f3d69a57eddb3b715',
  cryptoType: 1,
  ss58Address: '5EHgWw2Af1pnoc7f1A8bfmM97W3DAYW8xr82RfhLL9oAabAe',
  secretSeed: '0x6fa2796b0071cac425d8a7851038318c2c37dcebfe4bae73197ce93e75909bd2',
};
// The same secret times 8, as @polkadot/util-crypto's `sr25519PairFromSeed` has it.
const TIMES_8 =
  '6855243a7233f3c3579fb58ab6869f1c90df0865251ac5cf1583e8b51e88865cb25d15f130020fffc3261f584f84168e7a6f0009f6c3abb2f3fa460f493b0595';

/** The canaries that no message may hold. */
const SECRETS = ['legal winner', '6fa2796b', 'ad8a4447', '6855243a'];

function addressOf(text: string): string {
  const key = readKey(text, 'test');
  return key.kind === 'secret' ? key.hotkey.address : 'public';
}

function refusal(action: () => unknown): TaoscopeError {
  try {
    action();
  } catch (error) {
    if (error instanceof TaoscopeError) {
      for (const secret of SECRETS)
        expect(`${error.message}${JSON.stringify(error.fields)}`).not.toContain(secret);
      return error;
    }
  }
  throw new Error('it was not refused');
}

describe('secrets as text', () => {
  test.each([
    ['mnemonic', MNEMONIC],
    ['mnemonic with odd spaces and case', `  ${MNEMONIC.toUpperCase().replaceAll(' ', '\n ')}\n`],
    ['seed', WALLET.secretSeed],
    ['seed without 0x', WALLET.secretSeed.slice(2)],
    ['quoted', JSON.stringify(MNEMONIC)],
    ['private key of a Bittensor wallet', WALLET.privateKey],
    ['private key of polkadot.js', `0x${TIMES_8}`],
    ['a wallet file', JSON.stringify(WALLET)],
    ['a file with a byte order mark', `\ufeff${JSON.stringify(WALLET)}`],
    ['seed in JSON', JSON.stringify({ secretSeed: WALLET.secretSeed, ' ss58Address': WALLET.ss58Address })],
    ['private key in JSON', JSON.stringify({ privateKey: WALLET.privateKey, publicKey: WALLET.publicKey })],
    ['the other form in JSON', JSON.stringify({ privateKey: TIMES_8, ss58Address: WALLET.ss58Address })],
    [
      'newest fields',
      JSON.stringify({ ...WALLET, cryptoType: 'sr25519', accountType: 'x', hashedDescriptor: 'y' }),
    ],
  ])('%s', (_name, text) => {
    expect(addressOf(text)).toBe(WALLET.ss58Address);
  });

  // `bittensor_wallet.Keypair.create_from_uri` (Python) of each.
  test.each([
    ['//Alice', '5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY'],
    ['//Bob', '5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty'],
    ['//Alice//stash', '5GNJqTPyNqANBkUVMN1LPPrxXnFouWXoe2wNSmmEoLctxiZY'],
    ['//Alice/soft', '5C8PhJPLE54x23RjmqBcEEnALryCDWdTJM5xLaoL9W8XEpnt'],
    ['//Alice//7', '5GKvhfdwH37JkvqnE4r6HVVtGPZ5WwBfYQqVp2Xe3jMJaBDz'],
  ])('the secret URI %s', (uri, address) => {
    expect(addressOf(uri)).toBe(address);
    expect(addressOf(`bottom drive obey lake curtain smoke basket hold race lonely fit walk${uri}`)).toBe(
      address,
    );
  });

  test.each([
    ['NaCl', '$NACL\u0000\u0001', /NaCl/],
    ['Ansible', '$ANSIBLE_VAULT;1.1;AES256\n6162', /Ansible/],
    ['Fernet', 'gAAAAABkZXY', /Fernet/],
    ['polkadot.js export', '{"encoded":"xyz","encoding":{"version":"3"},"address":"5"}', /polkadot\.js/],
    ['a wrong checksum', `${MNEMONIC} yellow`, /no usable key/],
    ['words that are none', 'legal winner thank yeer', /no usable key/],
    ['nothing', '', /no usable key/],
    ['JSON that is cut', JSON.stringify(WALLET).slice(0, 120), /no usable key/],
    ['an array', `[${JSON.stringify(MNEMONIC)}]`, /no usable key/],
    [
      'an address and a broken seed',
      JSON.stringify({ ...WALLET, secretPhrase: '', secretSeed: '0x12' }),
      /no usable key/,
    ],
    ['ed25519', JSON.stringify({ ...WALLET, cryptoType: 0 }), /another scheme/],
    [
      "somebody else's address",
      JSON.stringify({
        secretPhrase: MNEMONIC,
        ss58Address: '5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY',
      }),
      /contradicts itself/,
    ],
    ['two accounts', JSON.stringify({ ...WALLET, accountId: `0x${'11'.repeat(32)}` }), /several accounts/],
    [
      'an address that is none',
      JSON.stringify({ ...WALLET, ss58Address: '5abc' }),
      /names an account that is none/,
    ],
    ['a private key of neither form', '11'.repeat(64), /no usable key/],
  ])('refused: %s', (_name, text, reason) => {
    const error = refusal(() => readKey(text, 'test'));
    expect(error.code).toBe('refused');
    expect(error.message).toMatch(reason);
  });

  test('a hotkey signs, and shows its address whatever way it is shown', () => {
    const key = readKey(MNEMONIC, 'test');
    if (key.kind !== 'secret') throw new Error('no secret');
    const { hotkey } = key;
    const message = new TextEncoder().encode('weights');
    expect(verify(message, hotkey.sign(message), hotkey.publicKey)).toBe(true);
    const shown = [
      String(hotkey),
      JSON.stringify(hotkey),
      stringifyJson({ hotkey }),
      inspect(hotkey, { depth: 9, showHidden: true }),
    ];
    for (const text of shown) {
      expect(text).toContain(WALLET.ss58Address);
      for (const secret of SECRETS) expect(text).not.toContain(secret);
    }
    expect(
      Object.values(hotkey).flatMap((value) => (value instanceof Uint8Array ? [value.length] : [])),
    ).toEqual([32]);
  });
});

describe('files', () => {
  let root: string;
  const put = (path: string, content: unknown, mode = 0o600): string => {
    const file = join(root, path);
    mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
    chmodSync(file, mode);
    return file;
  };
  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), 'taoscope-wallet-'));
    put('w/hotkeys/h', WALLET);
    put('w/hotkeys/hpub.txt', { ss58Address: WALLET.ss58Address, publicKey: WALLET.publicKey }, 0o644);
    put('default/hotkeys/default', '//Alice');
    put('w/coldkey', WALLET);
    put('open', WALLET, 0o640);
  });
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  test('of a wallet, by names, environment and default', async () => {
    const env = { BT_WALLET_PATH: root };
    expect((await openHotkey({ wallet: 'w', hotkey: 'h', env })).address).toBe(WALLET.ss58Address);
    expect((await openHotkey({ env: { ...env, BT_WALLET_NAME: 'w', BT_WALLET_HOTKEY: 'h' } })).address).toBe(
      WALLET.ss58Address,
    );
    expect((await openHotkey({ env })).address).toMatch(/^5Grwva/);
    // A name given outweighs the environment, a file outweighs both, a secret outweighs the environment.
    expect((await openHotkey({ wallet: 'default', env: { ...env, BT_WALLET_NAME: 'w' } })).address).toMatch(
      /^5Grwva/,
    );
    expect(
      (await openHotkey({ wallet: 'w', file: join(root, 'default/hotkeys/default'), env })).address,
    ).toMatch(/^5Grwva/);
    expect((await openHotkey({ secret: '//Bob', env })).address).toMatch(/^5FHneW/);
    expect((await openHotkey({ secret: '//Bob', wallet: 'w', hotkey: 'h', env })).address).toBe(
      WALLET.ss58Address,
    );
  });

  test('a public file may be open to all, and cannot sign', async () => {
    const place = { file: join(root, 'w/hotkeys/hpub.txt') };
    expect(await readHotkey(place)).toMatchObject({ kind: 'public' });
    await expect(openHotkey(place)).rejects.toMatchObject({
      code: 'refused',
      parts: { got: 'the address alone' },
    });
  });

  test('a secret that others may read is refused, and how to mend it said', async () => {
    await expect(openHotkey({ file: join(root, 'open') })).rejects.toMatchObject({
      code: 'refused',
      parts: { got: expect.stringContaining('mode 0640'), todo: expect.stringContaining('chmod 600') },
    });
  });

  test('coldkeys are refused by their place, whether they are there or not, and through links', async () => {
    for (const file of ['w/coldkey', 'w/coldkeys/other', 'w/coldkeypub.txt'])
      await expect(openHotkey({ file: join(root, file) })).rejects.toMatchObject({
        code: 'refused',
        parts: { failed: 'coldkeys are never read' },
      });
    symlinkSync(join(root, 'w/coldkey'), join(root, 'w/hotkeys/link'));
    await expect(openHotkey({ wallet: 'w', hotkey: 'link', walletsPath: root })).rejects.toMatchObject({
      parts: { failed: 'coldkeys are never read' },
    });
  });

  test.each(['../w/hotkeys', '..', '', 'a/b', 'a\\b'])('no name leads elsewhere: %j', async (wallet) => {
    await expect(openHotkey({ wallet, walletsPath: root })).rejects.toMatchObject({ code: 'usage' });
  });

  test('a file that is not there, or is none', async () => {
    await expect(openHotkey({ file: join(root, 'nobody') })).rejects.toMatchObject({ code: 'not-found' });
    await expect(openHotkey({ file: root })).rejects.toMatchObject({ code: 'refused' });
    await expect(openHotkey({ file: put('big', 'x'.repeat(70_000)) })).rejects.toMatchObject({
      code: 'refused',
    });
  });
});

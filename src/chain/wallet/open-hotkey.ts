import { constants } from 'node:fs';
import { type FileHandle, open, realpath } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, join, resolve, sep } from 'node:path';
import { TaoscopeError } from '../../shared/index.ts';
import type { Hotkey } from './hotkey.ts';
import { type ReadKey, readKey } from './read-key.ts';

/** Where a hotkey may be. The first of these that is given is used: file, wallet or hotkey name, secret, environment, default wallet. */
export interface HotkeyPlace {
  /** A key file. */
  readonly file?: string | undefined;
  /** Name of a wallet and of a hotkey in it; `default` each, when only the other is given. */
  readonly wallet?: string | undefined;
  readonly hotkey?: string | undefined;
  /** The secret itself, from the environment or a secret manager. */
  readonly secret?: string | undefined;
  /** For `BT_WALLET_PATH`, `BT_WALLET_NAME` and `BT_WALLET_HOTKEY`. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  /** Folder of the wallets. Default `BT_WALLET_PATH`, else `~/.bittensor/wallets`. */
  readonly walletsPath?: string | undefined;
}

/** A key with where it was found. */
export type OpenedKey = ReadKey & { readonly source: string };

/** Key files are some 700 bytes. */
const MAX_FILE_BYTES = 65_536;

/**
 * Reads a hotkey. Throws `not-found` where there is no such file; `refused` for a coldkey, for a file with a secret that others may
 * read, and for whatever `readKey` refuses. Coldkeys are refused by their place, before anything is read.
 */
export async function readHotkey(place: HotkeyPlace): Promise<OpenedKey> {
  const { file, wallet, hotkey, secret, env = {} } = place;
  const named = wallet ?? hotkey;
  if (file === undefined && named === undefined && secret !== undefined) {
    return { ...readKey(secret, 'TAOSCOPE_HOTKEY'), source: 'TAOSCOPE_HOTKEY' };
  }
  const path = file === undefined ? walletFile(place, env) : atHome(file);
  refuseColdkey(path);
  const { text, mode } = await readSecretFile(path);
  const key = readKey(text, path);
  // Only who it is may be known to all.
  if (key.kind === 'secret' && (mode & 0o077) !== 0) throw tooOpen(path, mode);
  return { ...key, source: path };
}

/** The same for somebody who must sign: a file with the address alone is `refused`. */
export async function openHotkey(place: HotkeyPlace): Promise<Hotkey> {
  const key = await readHotkey(place);
  if (key.kind === 'secret') return key.hotkey;
  throw new TaoscopeError('refused', {
    failed: `${key.source} holds no secret`,
    got: 'the address alone',
    expected: 'the hotkey itself',
    todo: 'name the file hotkeys/<name>, not hotkeys/<name>pub.txt',
  });
}

function walletFile(
  { wallet, hotkey, walletsPath }: HotkeyPlace,
  env: Readonly<Record<string, string | undefined>>,
): string {
  const folder = walletsPath ?? nonEmpty(env.BT_WALLET_PATH) ?? join(homedir(), '.bittensor', 'wallets');
  const walletName = plainName(wallet ?? nonEmpty(env.BT_WALLET_NAME) ?? 'default', 'wallet');
  const hotkeyName = plainName(hotkey ?? nonEmpty(env.BT_WALLET_HOTKEY) ?? 'default', 'hotkey');
  return join(atHome(folder), walletName, 'hotkeys', hotkeyName);
}

function plainName(name: string, kind: string): string {
  if (name !== '' && name !== '.' && name !== '..' && basename(name) === name && !name.includes('\\'))
    return name;
  throw new TaoscopeError('usage', {
    failed: `this is not the name of a ${kind}`,
    got: JSON.stringify(name.slice(0, 80)),
    expected: 'a name without slashes',
    todo: 'give a path with --key-file',
  });
}

function refuseColdkey(path: string): void {
  if (
    !resolve(path)
      .split(sep)
      .some((part) => /^coldkey/i.test(part))
  )
    return;
  throw new TaoscopeError('refused', {
    failed: 'coldkeys are never read',
    got: path,
    expected: 'a hotkey: hotkeys/<name> of a wallet',
    todo: 'weights are signed by the hotkey; keep the coldkey where nothing can read it',
  });
}

async function readSecretFile(path: string): Promise<{ text: string; mode: number }> {
  let handle: FileHandle | undefined;
  try {
    // A link must not lead to what its name hides.
    refuseColdkey(await realpath(path));
    handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    // Of the file that is open, so that nobody can put another in its place in between.
    const stat = await handle.stat();
    if (!stat.isFile() || stat.size > MAX_FILE_BYTES) throw noKeyFile(path);
    return { text: await handle.readFile('utf8'), mode: stat.mode };
  } catch (cause) {
    if (cause instanceof TaoscopeError) throw cause;
    const code = (cause as NodeJS.ErrnoException).code ?? 'error';
    throw new TaoscopeError(
      code === 'ENOENT' || code === 'ENOTDIR' ? 'not-found' : 'refused',
      {
        failed: 'cannot read the hotkey',
        got: `${path}: ${code}`,
        expected: 'a key file',
        todo: 'check --wallet and --hotkey, or give --key-file or TAOSCOPE_HOTKEY',
      },
      { cause },
    );
  } finally {
    await handle?.close();
  }
}

function atHome(path: string): string {
  return path === '~' || path.startsWith('~/') ? join(homedir(), path.slice(1)) : path;
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}

function noKeyFile(path: string): TaoscopeError {
  return new TaoscopeError('refused', {
    failed: 'this is not a key file',
    got: path,
    expected: `a plain file of at most ${MAX_FILE_BYTES} bytes`,
  });
}

function tooOpen(path: string, mode: number): TaoscopeError {
  return new TaoscopeError('refused', {
    failed: 'others may read this key file',
    got: `${path}, mode ${(mode & 0o777).toString(8).padStart(4, '0')}`,
    expected: 'mode 0600: its owner alone',
    todo: `run \`chmod 600 ${path}\`; if others were there before, use another hotkey`,
  });
}

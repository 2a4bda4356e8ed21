/**
 * Hotkeys as Bittensor wallets keep them, or as the environment holds them: read, checked against their own address, and kept where
 * nothing prints them. It writes no files and never touches a coldkey.
 */
export { Hotkey } from './hotkey.ts';
export { type HotkeyPlace, type OpenedKey, openHotkey, readHotkey } from './open-hotkey.ts';
export { type ReadKey, readKey } from './read-key.ts';

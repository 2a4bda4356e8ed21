/** Controls, format characters (bidi marks and overrides, zero width, tags), private use, halves of pairs: they reorder or hide what stands beside them. */
const TRICKS = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}]/gu;

/** More than two combining marks on one letter are there to paint over the neighbours. */
const STACKED_MARKS = /(\p{M}{2})\p{M}+/gu;

/**
 * Text from the chain as it may be shown: one line, without characters that reorder or hide others, at most `max`
 * characters. `undefined` when nothing readable is left. Escaping is React's; this is about what a person sees.
 */
export function displayText(text: string | undefined, max = 64): string | undefined {
  if (text === undefined) return undefined;
  // Cut before the regular expressions: a name of a megabyte shall not cost a megabyte of work.
  const clean = text
    .slice(0, max * 8)
    .replace(/\s+/g, ' ')
    .replace(TRICKS, '')
    .replace(STACKED_MARKS, '$1')
    .trim();
  if (clean === '') return undefined;
  const characters = [...clean];
  return characters.length <= max ? clean : `${characters.slice(0, max - 1).join('')}…`;
}

/** The URL if it is http or https and carries no credentials, in its normal form; a link to anything else is never made. */
export function safeUrl(text: string | undefined): string | undefined {
  if (text === undefined || text.length > 500) return undefined;
  const candidate = /^[a-z][a-z0-9+.-]*:/i.test(text) ? text : `https://${text}`;
  if (!URL.canParse(candidate)) return undefined;
  const url = new URL(candidate);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return undefined;
  if (url.username !== '' || url.password !== '' || !url.hostname.includes('.')) return undefined;
  return url.href;
}

/** A short form of an ss58 address for narrow places: `5Grwva…KutQY`. */
export function shortAddress(address: string): string {
  return address.length <= 14 ? address : `${address.slice(0, 6)}…${address.slice(-5)}`;
}

/** `64 · Chutes`, or `64` alone. */
export function subnetTitle(subnet: { netuid: number; name?: string | undefined }): string {
  const name = displayText(subnet.name, 48);
  return name === undefined ? `Subnet ${subnet.netuid}` : `${subnet.netuid} · ${name}`;
}

/** `camelCase` or `snake_case` as words: `weightsRateLimit` is `Weights rate limit`. */
export function asWords(name: string): string {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replaceAll('_', ' ')
    .toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

import type { EventJson } from '../../api/types.ts';
import { amount, integer, percent } from '../../format/numbers.ts';
import { asWords, displayText } from '../../format/text.ts';
import type { EventKind } from '../../url/page-search.ts';

/** A piece of a sentence: words, or something that leads further. */
export type Part =
  | string
  | { readonly hotkey: string }
  | { readonly coldkey: string }
  | { readonly netuid: number }
  | { readonly uid: number }
  /** A value of the chain, written as code. */
  | { readonly value: string };

export const KIND_NAMES: Readonly<Record<EventKind, string>> = {
  registered: 'Registered',
  deregistered: 'Deregistered',
  'weights-set': 'Weights set',
  'weights-committed': 'Weights committed',
  'weights-revealed': 'Weights revealed',
  'axon-served': 'Axon served',
  hyperparameter: 'Hyperparameter',
  take: 'Take',
  children: 'Child keys',
  'stake-added': 'Stake added',
  'stake-removed': 'Stake removed',
  'stake-moved': 'Stake moved',
  'hotkey-swapped': 'Hotkey swapped',
  'coldkey-swapped': 'Coldkey swapped',
  'subnet-added': 'Subnet added',
  'subnet-removed': 'Subnet removed',
  'owner-changed': 'Owner changed',
  'runtime-upgraded': 'Runtime upgraded',
  epoch: 'Epoch',
};

/** What happened, as a sentence. What is not known is left out rather than guessed. */
export function sentence(event: EventJson): Part[] {
  switch (event.kind) {
    case 'registered':
      return [who(event, 'A neuron'), ' registered', ...onUid(event), ...cost(event)].flat();
    case 'deregistered':
      return [
        who(event, 'A neuron'),
        ' lost',
        event.uid === undefined ? [' its UID'] : [' ', { uid: event.uid }],
        event.otherHotkey === undefined ? [] : [' to ', { hotkey: event.otherHotkey }],
      ].flat();
    case 'weights-set':
      return [who(event, 'A validator'), ' set weights', ...mechanismOf(event)].flat();
    case 'weights-committed':
      return [
        who(event, 'A validator'),
        ' committed weights, hidden until revealed',
        ...mechanismOf(event),
      ].flat();
    case 'weights-revealed':
      return event.actor === 'chain'
        ? ['The chain revealed the weights of ', who(event, 'a validator'), ...mechanismOf(event)].flat()
        : [who(event, 'A validator'), ' revealed its weights', ...mechanismOf(event)].flat();
    case 'axon-served':
      return [who(event, 'A neuron'), ' serves at ', ...changed(event)].flat();
    case 'hyperparameter':
      return [
        asWords(displayText(event.name, 60) ?? 'a hyperparameter'),
        ' went from ',
        ...changed(event),
      ].flat();
    case 'take':
      return [who(event, 'A delegate'), ' takes ', ...changed(event, shareText)].flat();
    case 'children':
      return [
        who(event, 'A hotkey'),
        ` (${asWords(displayText(event.name, 40) ?? 'children')}): `,
        ...changed(event),
      ].flat();
    case 'stake-added':
      return [owner(event, 'Somebody'), ' staked', coinsOf(event), ' on ', who(event, 'a hotkey')].flat();
    case 'stake-removed':
      return [owner(event, 'Somebody'), ' unstaked', coinsOf(event), ' from ', who(event, 'a hotkey')].flat();
    case 'stake-moved':
      return moved(event);
    case 'hotkey-swapped':
      return [
        'Hotkey ',
        who(event, 'unknown'),
        ' became ',
        event.otherHotkey === undefined ? 'another' : { hotkey: event.otherHotkey },
      ].flat();
    case 'coldkey-swapped':
      return [
        'Coldkey ',
        owner(event, 'unknown'),
        event.otherColdkey === undefined
          ? [` (${asWords(displayText(event.name, 40) ?? 'swap')})`]
          : [' became ', { coldkey: event.otherColdkey }],
        event.newValue === undefined ? [] : [' ', { value: clip(event.newValue) }],
      ].flat();
    case 'subnet-added':
      return [subnetOf(event, 'A subnet'), ' was added'].flat();
    case 'subnet-removed':
      return [subnetOf(event, 'A subnet'), ' was removed'].flat();
    case 'owner-changed':
      return ['The owner of ', subnetOf(event, 'the subnet'), ' changed: ', ...changed(event)].flat();
    case 'runtime-upgraded':
      return ['The runtime was upgraded: spec ', ...changed(event)].flat();
    case 'epoch':
      return ['The epoch of ', subnetOf(event, 'the subnet'), ' ran', ...mechanismOf(event)].flat();
  }
}

/** Who did it and by which way: `by 5Grw… through proxy, batch, signed by 5Fhn…`. Empty where nothing is known. */
export function attribution(event: EventJson): Part[] {
  const { actor, signer, via = [] } = event;
  // What the sentence says already: that somebody did something by himself.
  if (
    actor !== undefined &&
    actor === subjectOf(event) &&
    via.length === 0 &&
    (signer === undefined || signer === actor)
  )
    return [];
  const parts: Part[] = [];
  if (actor === 'root') parts.push('by root');
  else if (actor === 'chain') parts.push('by the chain itself');
  else if (actor !== undefined) parts.push('by ', accountPart(event, actor));
  if (via.length > 0) {
    const way = via.map((each) => displayText(each, 20) ?? '?').join(', then ');
    parts.push(`${parts.length === 0 ? '' : ' '}through ${way}`);
  }
  if (signer !== undefined && signer !== actor)
    parts.push(`${parts.length === 0 ? '' : ', '}signed by `, { coldkey: signer });
  return parts;
}

/** A sentence without its links, for files and for those who listen. */
export function plainSentence(parts: readonly Part[]): string {
  return parts
    .map((part) => {
      if (typeof part === 'string') return part;
      if ('hotkey' in part) return part.hotkey;
      if ('coldkey' in part) return part.coldkey;
      if ('netuid' in part) return `subnet ${part.netuid}`;
      return 'uid' in part ? `UID ${part.uid}` : part.value;
    })
    .join('');
}

/** Whom the sentence names as the one who acts. */
function subjectOf({ kind, hotkey, coldkey }: EventJson): string | undefined {
  switch (kind) {
    case 'weights-set':
    case 'weights-committed':
    case 'weights-revealed':
    case 'axon-served':
      return hotkey;
    case 'stake-added':
    case 'stake-removed':
    case 'stake-moved':
    case 'coldkey-swapped':
      return coldkey;
    default:
      return undefined;
  }
}

function who({ hotkey, uid }: EventJson, unknown: string): Part[] {
  if (hotkey !== undefined) return [{ hotkey }];
  return uid === undefined ? [unknown] : [{ uid }];
}

function owner({ coldkey }: EventJson, unknown: string): Part[] {
  return coldkey === undefined ? [unknown] : [{ coldkey }];
}

function subnetOf({ netuid }: EventJson, unknown: string): Part[] {
  return netuid === null ? [unknown] : [{ netuid }];
}

function onUid({ uid }: EventJson): Part[] {
  return uid === undefined ? [] : [' on ', { uid }];
}

function mechanismOf({ mechanism = 0 }: EventJson): Part[] {
  return mechanism === 0 ? [] : [` (mechanism ${mechanism})`];
}

function cost({ tao }: EventJson): Part[] {
  return tao === undefined ? [] : [` for ${amount(tao)} τ`];
}

function coinsOf({ tao, alpha }: EventJson): Part[] {
  const parts = [
    tao === undefined ? undefined : `${amount(tao)} τ`,
    alpha === undefined ? undefined : `${amount(alpha)} α`,
  ].filter((part) => part !== undefined);
  return parts.length === 0 ? [] : [` ${parts.join(' = ')}`];
}

/** Stake goes from hotkey, coldkey or subnet to another; each side is named where it differs. */
function moved(event: EventJson): Part[] {
  const { hotkey, otherHotkey, coldkey, otherColdkey } = event;
  const from = netuidOf(event.oldValue);
  const to = netuidOf(event.newValue);
  const side = (key: string | undefined, netuid: number | undefined): Part[] => [
    ...(key === undefined ? [] : [{ hotkey: key }]),
    ...(netuid === undefined ? [] : [key === undefined ? '' : ' on ', { netuid }]),
  ];
  const source = side(hotkey, from);
  const target = side(otherHotkey ?? hotkey, to);
  return [
    ...owner(event, 'Somebody'),
    otherColdkey === undefined || otherColdkey === coldkey ? ' moved' : ' transferred',
    ...coinsOf(event),
    ...(source.length === 0 ? [] : [' from ', ...source]),
    ...(target.length === 0 ? [] : [' to ', ...target]),
    ...(otherColdkey === undefined || otherColdkey === coldkey ? [] : [' of ', { coldkey: otherColdkey }]),
  ];
}

function netuidOf(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,5}$/.test(text) ? Number(text) : undefined;
}

/** `old → new`, or what is known of it. */
function changed({ oldValue, newValue }: EventJson, show: (text: string) => string = clip): Part[] {
  if (newValue === undefined)
    return [oldValue === undefined ? 'a value that is not known' : { value: show(oldValue) }];
  if (oldValue === undefined) return [{ value: show(newValue) }];
  return [{ value: show(oldValue) }, ' → ', { value: show(newValue) }];
}

/** A take as percent; anything else as it is. */
function shareText(text: string): string {
  return /^(0|1|0?\.\d+|[01]\.\d+)$/.test(text) ? percent(Number(text)) : clip(text);
}

/** Whole numbers get their separators, long texts are cut. */
function clip(text: string): string {
  if (/^\d{5,15}$/.test(text)) return integer(Number(text));
  return displayText(text, 90) ?? '–';
}

function accountPart({ hotkey }: EventJson, actor: string): Part {
  return actor === hotkey ? { hotkey: actor } : { coldkey: actor };
}

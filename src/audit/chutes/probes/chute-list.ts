import { isRecord, TaoscopeError } from '../../../shared/index.ts';
import type { AuditSource, Fetcher } from '../../adapter.ts';
import type { ProbeTarget } from '../../probes/types.ts';

const PAGE_SIZE = 1_000;
/** More chutes than this are not looked at. */
const MAX_PAGES = 20;
const MAX_PAGE_BYTES = 32 * 2 ** 20;
const MAX_TEXT = 200;

/**
 * The public chutes that can be asked, page by page (`GET /chutes/`): chat and completion of `vllm`, images of `diffusion` with a live
 * instance; speech and embedding of chutes of the publisher itself that offer the function. Entries of any other shape are passed over.
 *
 * Source: shared reference on Chutes, section 2, "Invocation endpoints used for synthetics".
 */
export async function readChutes(
  source: AuditSource,
  fetcher: Fetcher,
  signal?: AbortSignal,
): Promise<ProbeTarget[]> {
  const targets: ProbeTarget[] = [];
  for (let page = 0; page < MAX_PAGES; page++) {
    const url = `${source.url}/chutes/?include_public=true&limit=${PAGE_SIZE}&page=${page}&exclude=affine`;
    const { bytes } = await fetcher.bytes(url, { maxBytes: MAX_PAGE_BYTES }, signal);
    const body = parsePage(bytes);
    for (const item of body.items) targets.push(...targetsOf(item, body.cords));
    if (body.items.length < PAGE_SIZE) break;
  }
  return targets;
}

type Fields = Readonly<Record<string, unknown>>;

function parsePage(bytes: Uint8Array): { items: readonly Fields[]; cords: Fields } {
  let body: unknown;
  try {
    body = JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw notAList(cause);
  }
  if (!isRecord(body) || !Array.isArray(body.items)) throw notAList();
  return { items: body.items.filter(isRecord), cords: isRecord(body.cord_refs) ? body.cord_refs : {} };
}

function targetsOf(item: Fields, cordRefs: Fields): ProbeTarget[] {
  const { chute_id: id, name, slug, standard_template: template } = item;
  if (!isName(id) || !isName(name) || !isSlug(slug)) return [];
  const of = (kind: ProbeTarget['kind']): ProbeTarget => ({ kind, id, name, slug });
  const instances = Array.isArray(item.instances) ? item.instances.filter(isRecord) : [];
  const live = instances.some(({ active, verified }) => active === true && verified === true);
  const own = isRecord(item.user) && item.user.username === 'chutes';
  const ref = typeof item.cord_ref_id === 'string' ? cordRefs[item.cord_ref_id] : undefined;
  const cords = Array.isArray(ref) ? ref.filter(isRecord) : [];
  const offers = (path: string) => cords.some((cord) => cord.path === path && cord.stream !== true);
  return [
    ...(template === 'vllm' && live ? [of('chat'), of('completion')] : []),
    ...(template === 'diffusion' && live ? [of('image')] : []),
    ...(own && offers('/speak') ? [of('speech')] : []),
    ...(own && template === 'tei' && cords.some(({ path }) => path === '/embed') ? [of('embedding')] : []),
  ];
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= MAX_TEXT;
}

/** It becomes part of a host name or of a path. */
function isSlug(value: unknown): value is string {
  return typeof value === 'string' && /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/i.test(value);
}

function notAList(cause?: unknown): TaoscopeError {
  return new TaoscopeError(
    'undecodable',
    { failed: 'the list of chutes cannot be read', expected: 'JSON with items and cord_refs' },
    { cause },
  );
}

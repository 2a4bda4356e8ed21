import { TaoscopeError } from '../../shared/index.ts';
import type { AuditAdapter, AuditSource } from '../adapter.ts';

/** A configured source with the language that it speaks. */
export interface AuditedSource {
  readonly source: AuditSource;
  readonly adapter: AuditAdapter;
}

/** The source of a name; the only one where none is named. `usage` with the choices where that does not tell. */
export function chooseSource<Of extends Pick<AuditedSource, 'source'>>(
  sources: readonly Of[],
  name: string | undefined,
): Of {
  const [first] = sources;
  const found =
    name !== undefined
      ? sources.find(({ source }) => source.name === name)
      : sources.length === 1
        ? first
        : undefined;
  if (found !== undefined) return found;
  if (first === undefined)
    throw new TaoscopeError('not-found', {
      failed: 'nothing is audited here',
      expected: 'a source under `audit.sources` in the configuration',
      todo: 'add one, or try `taoscope demo`',
    });
  throw new TaoscopeError('usage', {
    failed: 'this does not tell which source is meant',
    got: name === undefined ? 'no source' : JSON.stringify(name.slice(0, 60)),
    expected: sources.map(({ source }) => source.name).join(', '),
  });
}

/** The validator of a source by its address; the first where none is named. */
export function chooseValidator(
  { source }: Pick<AuditedSource, 'source'>,
  hotkey: string | undefined,
): string {
  const found = hotkey === undefined ? source.validators[0] : source.validators.find((one) => one === hotkey);
  if (found !== undefined) return found;
  throw new TaoscopeError('usage', {
    failed: `this is no audited validator of ${source.name}`,
    got: hotkey === undefined ? 'none is configured' : JSON.stringify(hotkey.slice(0, 60)),
    expected: source.validators.join(', ') || 'a hotkey under `validators` of the source',
  });
}

import { useQuery } from '@tanstack/react-query';
import { auditQuery } from '../../api/audit.ts';
import { displayText, shortAddress } from '../../format/text.ts';
import { Choice } from '../../parts/choice.tsx';
import { useAuditSearch } from './use-audit-search.ts';

/** Whose word is looked at: a source where there are several, and one of its validators. */
export function ValidatorChoice({
  validator,
}: {
  /** The one that is shown. */ validator: string | undefined;
}) {
  const { search, select } = useAuditSearch();
  const { data } = useQuery(auditQuery(search.hours ?? 168));
  const sources = data?.sources ?? [];
  const source = sources.find(({ name }) => name === search.source) ?? sources[0];
  const validators = source?.validators.map(({ hotkey }) => hotkey) ?? [];
  const shown = search.validator ?? validator ?? validators[0] ?? '';
  const listed = shown === '' || validators.includes(shown) ? validators : [shown, ...validators];
  return (
    <>
      {sources.length < 2 ? null : (
        <Choice
          name="Source"
          value={source?.name ?? ''}
          choices={sources.map(({ name, netuid }) => ({
            value: name,
            label: `${displayText(name, 40) ?? ''} (subnet ${netuid})`,
          }))}
          // Another source has other validators.
          onChoose={(name) => select({ source: name, validator: undefined, at: undefined, miner: undefined })}
        />
      )}
      <Choice
        name="Validator"
        value={shown}
        choices={listed.map((hotkey) => ({ value: hotkey, label: shortAddress(hotkey) }))}
        onChoose={(hotkey) => select({ validator: hotkey, at: undefined, miner: undefined })}
      />
    </>
  );
}

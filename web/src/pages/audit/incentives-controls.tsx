import { SegmentedControl, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { incentivesCsvPath, type JudgementFilter, weightTimesQuery } from '../../api/audit-pay.ts';
import type { AuditIncentivesBody } from '../../api/types.ts';
import controls from '../../charts/controls.module.css';
import { displayText } from '../../format/text.ts';
import { utc } from '../../format/time.ts';
import { Choice } from '../../parts/choice.tsx';
import { FileLink } from '../../parts/file-link.tsx';
import { instantOf } from '../../url/audit-pay-search.ts';
import { ValidatorChoice } from './incentives-validator.tsx';
import { useAuditSearch } from './use-audit-search.ts';

const NEWEST = '';
const OTHER = 'other';

/** Which judgement is shown: whose weights, of which instant, from which reports, by which rules. */
export function IncentiveControls({
  body,
  filter,
  onError,
}: {
  body: AuditIncentivesBody | undefined;
  filter: JudgementFilter;
  onError: (error: unknown) => void;
}) {
  const { search, select } = useAuditSearch();
  const configured = body !== undefined && search.profile === undefined ? ` (${body.profile.name})` : '';
  const profiles = body?.profiles ?? [];
  const named = search.profile;
  // While the first answer is on its way, or for a name that is none, the list still says what was asked.
  const asked =
    named === undefined || named === 'auto' || named === 'best' || profiles.some(({ name }) => name === named)
      ? []
      : [{ value: named, label: named, group: 'One profile' }];
  return (
    <div className={controls.controls}>
      <ValidatorChoice validator={body?.validator} />
      <InstantChoice body={body} />
      <Choice
        name="Rules"
        value={search.profile ?? ''}
        choices={[
          { value: '', label: `As configured${configured}` },
          { value: 'auto', label: 'By date' },
          { value: 'best', label: 'Whichever fit best' },
          ...asked,
          ...profiles.map(({ name, validFrom }) => ({
            value: name,
            label: validFrom === null ? name : `${name} · from ${validFrom.slice(0, 10)}`,
            group: 'One profile',
          })),
        ]}
        onChoose={(profile) => select({ profile: profile === '' ? undefined : profile })}
      />
      <SegmentedControl
        size="xs"
        aria-label="Which reports count"
        value={search.basis ?? 'committed'}
        onChange={(value) => select({ basis: value === 'published' ? 'published' : undefined })}
        data={[
          { value: 'committed', label: 'Committed only' },
          { value: 'published', label: 'All published' },
        ]}
      />
      <FileLink path={incentivesCsvPath(filter)} file="audit-incentives.csv" onError={onError} />
    </div>
  );
}

/** The instants at which the validator set weights, as far as events are recorded, or any other. */
function InstantChoice({ body }: { body: AuditIncentivesBody | undefined }) {
  const { search, select } = useAuditSearch();
  const [typing, setTyping] = useState(false);
  const times = useQuery({
    ...weightTimesQuery(body?.netuid ?? 0, body?.validator ?? ''),
    enabled: body !== undefined,
  });
  const set = (times.data?.events ?? []).flatMap(({ timestamp, block }) => {
    const at = timestamp === null || timestamp === undefined ? undefined : instantOf(timestamp);
    return at === undefined ? [] : [{ value: at, label: `${(utc(at) ?? '').slice(0, 16)} · block ${block}` }];
  });
  const known = [...new Map(set.map((one) => [one.value, one])).values()];
  const chosen = search.at;
  return (
    <>
      <Choice
        name="Weights of"
        value={typing ? OTHER : (chosen ?? NEWEST)}
        choices={[
          { value: NEWEST, label: 'the newest epoch' },
          ...(chosen === undefined || known.some(({ value }) => value === chosen)
            ? []
            : [{ value: chosen, label: displayText(utc(chosen), 30) ?? chosen }]),
          ...known,
          { value: OTHER, label: 'another instant …' },
        ]}
        onChoose={(value) => {
          setTyping(value === OTHER);
          if (value !== OTHER) select({ at: value === NEWEST ? undefined : value });
        }}
      />
      {typing ? <InstantInput onDone={() => setTyping(false)} /> : null}
    </>
  );
}

function InstantInput({ onDone }: { onDone: () => void }) {
  const { search, select } = useAuditSearch();
  const [typed, setTyped] = useState(search.at?.replace('T', ' ').replace('Z', '') ?? '');
  const at = instantOf(typed);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (at === undefined) return;
        select({ at });
        onDone();
      }}
    >
      <TextInput
        size="xs"
        w={190}
        aria-label="Instant, UTC; Enter takes it"
        placeholder="2026-11-22 06:00 UTC"
        value={typed}
        error={typed !== '' && at === undefined ? 'year-month-day hour:minute, UTC' : undefined}
        onChange={(event) => setTyped(event.currentTarget.value)}
        spellCheck={false}
        data-autofocus
      />
    </form>
  );
}

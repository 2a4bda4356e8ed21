import { useMemo } from 'react';
import type { WeightsBody } from '../../api/types.ts';
import { BarFigure, type FigureBars } from '../../charts/bar-figure.tsx';
import type { FigureState } from '../../charts/figure.tsx';
import type { ValueAxis } from '../../charts/line-option.ts';
import { integer } from '../../format/numbers.ts';
import { Choice } from '../../parts/choice.tsx';
import { isSelected } from '../../url/selection.ts';
import { useSelection, useSubnetSearch } from '../../url/use-subnet-search.ts';
import { neuronName } from './names.ts';
import { type Share, targetsOf, usualColumn, usualRow, weighersOf } from './targets.ts';

const PERCENT: ValueAxis = { unit: '%', kind: 'amount', fromZero: true };
const NO_ONE: readonly Share[] = [];

/** Who sets what for whom: the targets of one validator, and the validators that weigh one neuron. */
export function TargetsFigure({ body, state }: { body: WeightsBody | undefined; state: FigureState }) {
  const { search, select } = useSubnetSearch();
  const { selected } = useSelection();
  const uid = search.row ?? (body === undefined ? undefined : usualRow(body));
  const shares = useMemo(
    () => (body === undefined || uid === undefined ? NO_ONE : targetsOf(body, uid)),
    [body, uid],
  );
  const bars = useMemo(
    (): readonly FigureBars[] => [
      { key: 'share', name: 'Share', values: shares.map(({ share }) => share * 100) },
      ...(body?.of === 'weights'
        ? [
            {
              key: 'consensus',
              name: 'Consensus',
              marks: true,
              values: shares.map(({ consensus }) => (consensus === null ? null : consensus * 100)),
            },
          ]
        : []),
    ],
    [shares, body?.of],
  );
  const categories = useMemo(() => shares.map(({ head }) => String(head.uid)), [shares]);
  const heads = useMemo(() => shares.map(({ head }) => neuronName(head)), [shares]);
  const strong = useMemo(
    () => new Set(shares.flatMap(({ head }, at) => (isSelected(selected, head) ? [at] : []))),
    [shares, selected],
  );
  const given = shares.filter(({ share }) => share > 0).length;
  return (
    <BarFigure
      title={body?.of === 'bonds' ? 'What a validator holds bonds in' : 'What a validator gives'}
      help={
        body?.of === 'bonds'
          ? 'Its bonds by neuron.'
          : 'Its weight by target, beside each target’s part of consensus.'
      }
      tools={
        <NeuronChoice
          name="Validator"
          body={body}
          uids={body?.rows.filter(({ targets }) => targets.length > 0).map((row) => row.uid) ?? []}
          chosen={uid}
          onChoose={(row) => select({ row })}
        />
      }
      notes={[
        `${integer(given)} ${given === 1 ? 'target' : 'targets'}`,
        strong.size === 0 ? undefined : `${strong.size} selected stand out`,
      ]}
      categories={categories}
      heads={heads}
      categoryColumns={[
        ['uid', shares.map(({ head }) => head.uid)],
        ['hotkey', shares.map(({ head }) => head.hotkey)],
      ]}
      bars={bars}
      left={PERCENT}
      strong={strong}
      state={state}
      empty={uid === undefined ? 'No validator has set weights.' : `UID ${uid} has set no weights here.`}
      fileName={`targets-${body?.netuid ?? ''}-uid-${uid ?? ''}-${body?.block ?? ''}`}
    />
  );
}

export function WeighersFigure({ body, state }: { body: WeightsBody | undefined; state: FigureState }) {
  const { search, select } = useSubnetSearch();
  const { selected } = useSelection();
  const uid = search.column ?? (body === undefined ? undefined : usualColumn(body));
  const weighers = useMemo(
    () => (body === undefined || uid === undefined ? [] : weighersOf(body, uid)),
    [body, uid],
  );
  const bars = useMemo(
    () => [{ key: 'share', name: 'Share', values: weighers.map(({ share }) => share * 100) }],
    [weighers],
  );
  const categories = useMemo(() => weighers.map(({ head }) => String(head.uid)), [weighers]);
  const heads = useMemo(() => weighers.map(({ head }) => neuronName(head)), [weighers]);
  const strong = useMemo(
    () => new Set(weighers.flatMap(({ head }, at) => (isSelected(selected, head) ? [at] : []))),
    [weighers, selected],
  );
  const giving = weighers.filter(({ share }) => share > 0).length;
  return (
    <BarFigure
      title={body?.of === 'bonds' ? 'Who holds bonds in a neuron' : 'Who weighs a neuron'}
      help={`What part of its own ${body?.of === 'bonds' ? 'bonds' : 'weight'} each validator has in it; validators by stake, the largest first.`}
      tools={
        <NeuronChoice
          name="Neuron"
          body={body}
          uids={body?.neurons.map((neuron) => neuron.uid) ?? []}
          chosen={uid}
          onChoose={(column) => select({ column })}
        />
      }
      notes={[
        `${integer(giving)} of ${integer(weighers.length)} validators ${body?.of === 'bonds' ? 'hold bonds in it' : 'give it weight'}`,
      ]}
      categories={categories}
      heads={heads}
      categoryColumns={[
        ['uid', weighers.map(({ head }) => head.uid)],
        ['hotkey', weighers.map(({ head }) => head.hotkey)],
      ]}
      bars={bars}
      left={PERCENT}
      strong={strong}
      state={state}
      empty={uid === undefined ? 'Nobody receives any weight.' : 'No validator has set weights.'}
      fileName={`weighers-${body?.netuid ?? ''}-uid-${uid ?? ''}-${body?.block ?? ''}`}
    />
  );
}

function NeuronChoice({
  name,
  body,
  uids,
  chosen,
  onChoose,
}: {
  name: string;
  body: WeightsBody | undefined;
  uids: readonly number[];
  chosen: number | undefined;
  onChoose: (uid: number) => void;
}) {
  const choices = useMemo(() => {
    const heads = new Map(body?.neurons.map((head) => [head.uid, head]));
    const all = chosen === undefined || uids.includes(chosen) ? uids : [...uids, chosen];
    return [...all]
      .sort((a, b) => a - b)
      .map((uid) => {
        const head = heads.get(uid);
        return { value: String(uid), label: head === undefined ? `UID ${uid}` : neuronName(head) };
      });
  }, [body, uids, chosen]);
  return (
    <Choice
      name={name}
      value={String(chosen ?? '')}
      choices={choices}
      onChoose={(value) => onChoose(Number(value))}
    />
  );
}

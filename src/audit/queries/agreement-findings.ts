import { isoInstant, readInstant } from '../instants.ts';
import { FINDING_KINDS, type Finding, type FindingKind, type Micros } from '../types.ts';
import type { MinersAnswer } from './miners.ts';

/** Kinds of findings that an agreement gives. */
export const AGREEMENT_KINDS = ['coverage-gap', 'counts-disagree', 'instances-disagree'] as const;

type Miner = MinersAnswer['miners'][number];

/**
 * What of miners' own words a person should look at: counts and instances that chance does not explain, and hours that a miner left out
 * between its first report and its last. Who reports nothing at all, or began only now, has left out nothing.
 */
export function agreementFindings({ source, validator, to, miners }: MinersAnswer): Finding[] {
  const hour = readInstant(to) ?? 0;
  return miners.flatMap((miner) => [
    ...countsFinding(miner),
    ...instancesFinding(miner),
    ...gapFinding(miner),
  ]);

  function finding(
    kind: FindingKind,
    { hotkey, line }: Miner,
    said: { title: string; detail: string; evidence: Finding['evidence'] },
  ): Finding {
    return {
      source,
      kind,
      subject: `${hotkey}@${validator}`,
      severity: FINDING_KINDS[kind],
      hotkey,
      hour,
      title: `${hotkey} ${said.title}`,
      detail: `${said.detail} ${line}.`,
      evidence: said.evidence,
    };
  }

  function countsFinding(miner: Miner): Finding[] {
    const { counts, chutes } = miner;
    const { own, validator: theirs, ratio, low, high } = counts;
    if (counts.state !== 'disagrees' || ratio === null) return [];
    const title = `counts ${own} requests of its own, the validator ${theirs}`;
    const detail = `A ratio of ${ratio.toFixed(4)}, by chance between ${low?.toFixed(4)} and ${high?.toFixed(4)}.`;
    const worst = chutes.slice(0, 5).map(({ chuteId, function: name, own: mine, validator: other }) => ({
      ...{ chuteId, function: name, own: mine },
      validator: other,
    }));
    return [finding('counts-disagree', miner, { title, detail, evidence: { ...counts, chutes: worst } })];
  }

  function instancesFinding(miner: Miner): Finding[] {
    const { instances } = miner;
    if (instances.state !== 'disagrees') return [];
    const { own, validator: theirs, ownOnly, validatorOnly, examples, secondsRatio } = instances;
    const title = `and the validator tell of different instances`;
    const detail = `Of ${own} of its own and ${theirs} of the validator's, ${ownOnly} are only its own and ${validatorOnly} only the validator's${secondsRatio === null ? '' : `; their seconds have a ratio of ${secondsRatio.toFixed(4)}`}.`;
    return [
      finding('instances-disagree', miner, {
        title,
        detail,
        evidence: { own, validator: theirs, ownOnly, validatorOnly, secondsRatio, examples },
      }),
    ];
  }

  function gapFinding(miner: Miner): Finding[] {
    const { gaps, from: start, to: end } = miner.coverage;
    const left = gaps.filter((gap) => gap.from !== start && gap.to !== end);
    if (left.length === 0) return [];
    const seconds = left.reduce((sum, gap) => sum + gap.seconds, 0);
    const title = `reports about itself with ${left.length} ${left.length === 1 ? 'gap' : 'gaps'} of ${Math.round(seconds)} s`;
    const detail = `The first from ${shown(left[0]?.from)} to ${shown(left[0]?.to)}.`;
    return [finding('coverage-gap', miner, { title, detail, evidence: { gaps: left.slice(0, 20) } })];
  }
}

function shown(instant: string | undefined): string {
  const at: Micros | undefined = readInstant(instant);
  return at === undefined ? 'an unknown time' : isoInstant(at).slice(0, 19);
}

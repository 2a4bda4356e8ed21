import type { PlannedWeight, RuleCheck } from '../../../audit/index.ts';
import { shortAddress, toSs58 } from '../../../shared/index.ts';
import { type Column, renderTable } from '../../table.ts';
import type { Prepared } from './prepare.ts';

/** Weights and rules for people. */
export function renderPrepared({ view, scores, rules, plan, row, checks, account }: Prepared): string {
  const mechanism = row.mechanism === 0 ? '' : `, mechanism ${row.mechanism}`;
  const who =
    account === undefined
      ? 'no hotkey named, so what depends on it is not checked'
      : `hotkey ${toSs58(account)}${rules.uid === undefined ? ', not registered' : `, uid ${rules.uid}`}`;
  const { specName, specVersion } = view.runtime;
  const lines = [
    `netuid ${row.netuid}${mechanism}: ${plan.uids.length} weights from ${scores.origin}, at block ${view.block.number}, ${specName} ${specVersion}`,
    `${who}; version key ${row.versionKey}; ${WAYS[rules.way]}`,
    '',
    renderTable(WEIGHT_COLUMNS, plan.weights),
  ];
  if (plan.limited)
    lines.push('Some are cut to the largest share that the subnet allows; the others get the rest.\n');
  if (plan.unregistered.length > 0) {
    const shown = plan.unregistered.slice(0, 10).map(({ hotkey, score }) => `${hotkey} (${score})`);
    const more = plan.unregistered.length > shown.length ? ', …' : '';
    lines.push(`Scored but not registered, ${plan.unregistered.length}: ${shown.join(', ')}${more}\n`);
  }
  lines.push(renderTable(RULE_COLUMNS, checks));
  return lines.join('\n');
}

/** The same for programs. */
export function presentPrepared({ view, scores, rules, plan, row, checks, account }: Prepared) {
  return {
    netuid: row.netuid,
    mechanism: row.mechanism,
    block: view.block.number,
    blockHash: view.block.hash,
    specVersion: view.runtime.specVersion,
    scores: scores.origin,
    hotkey: account === undefined ? undefined : toSs58(account),
    uid: rules.uid,
    way: rules.way,
    versionKey: row.versionKey,
    uids: row.uids,
    values: row.values,
    weights: plan.weights,
    unregistered: plan.unregistered,
    limited: plan.limited,
    rules: checks.map(({ holds, ...check }) => ({ ...check, holds: holds ?? null })),
  };
}

const WAYS = {
  plain: 'set at once',
  salted: 'committed first, revealed later',
  timelock: 'the subnet wants them committed by timelock',
} as const;

const WEIGHT_COLUMNS: Column<PlannedWeight>[] = [
  { title: 'uid', align: 'right', cell: ({ uid }) => String(uid) },
  { title: 'hotkey', cell: ({ hotkey }) => shortAddress(hotkey) },
  { title: 'score', align: 'right', cell: ({ score }) => score.toPrecision(6) },
  { title: 'share', align: 'right', cell: ({ share }) => share.toFixed(6) },
  { title: 'sent u16', align: 'right', cell: ({ sent }) => String(sent) },
  { title: 'stored', align: 'right', cell: ({ stored }) => String(stored) },
];

const RULE_COLUMNS: Column<RuleCheck>[] = [
  { title: 'rule', cell: ({ rule }) => rule },
  { title: 'holds', cell: ({ holds }) => (holds === undefined ? '?' : holds ? 'yes' : 'NO') },
  { title: 'got', cell: ({ got }) => got },
  { title: 'needed', cell: ({ needed }) => needed },
];

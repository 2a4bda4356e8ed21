import type { CopierEvidence } from './evidence.ts';

/** Evidence in plain words, a sentence each, for page and command line. Names of hotkeys are as given: the caller shortens and escapes them. */
export function explain(evidence: CopierEvidence): string[] {
  switch (evidence.kind) {
    case 'older-rows': {
      const whose = evidence.source === 'consensus' ? 'the consensus' : evidence.source;
      const ago = epochs(evidence.lag);
      if (evidence.copied < 0.05)
        return [
          `No part of its rows follows older rows of anybody (${evidence.block.length} changes looked at).`,
        ];
      const sentences = [
        `About ${percent(Math.min(1, evidence.copied))} of its ${evidence.form === 'rows' ? 'rows' : 'changes'} follow what ${whose} said ${ago} ago (standard error ${percent(evidence.error)}), beyond what everybody says now and what it said before itself.`,
      ];
      if (evidence.repeated > 0)
        sentences.push(
          `In ${percent(evidence.repeated)} of its changes the new row is that older row, but for rounding.`,
        );
      if (evidence.present > 0.2)
        sentences.push(
          `It also follows what ${whose} says at the same epoch (${percent(Math.min(1, evidence.present))}), as validators with similar taste do.`,
        );
      if (evidence.early > 0.5)
        sentences.push(
          'It acts about when that older row was set, so it may just have measured then; this counts less.',
        );
      return sentences;
    }
    case 'own-signal':
      return [
        `${percent(evidence.share)} of what others do not say remains its own when those older rows are taken out; ${percent(evidence.typical)} is usual here.`,
      ];
    case 'consensus-distance': {
      const { toPrevious, toPresent, nearerToPrevious, block } = evidence;
      return [
        `Its rows differ from the consensus of the epoch before by ${percent(mean(toPrevious))} on average, from that of the same epoch by ${percent(mean(toPresent))}; the older one is nearer in ${percent(nearerToPrevious)} of ${block.length} changes.`,
      ];
    }
    case 'similarity': {
      const { hotkey, lagged, lag, present, repeated } = evidence;
      const best = lagged.indexOf(Math.max(...lagged));
      if (hotkey[best] === undefined) return [];
      const sentences = [
        `What it adds to the common opinion is most like what ${hotkey[best]} added ${epochs(lag[best]!)} before (cosine ${lagged[best]!.toFixed(2)}, at the same epoch ${present[best]!.toFixed(2)}).`,
      ];
      const copy = repeated.indexOf(Math.max(...repeated));
      if (repeated[copy]! > 0)
        sentences.push(
          `${percent(repeated[copy]!)} of its new rows are rows of ${hotkey[copy]} from ${epochs(lag[copy]!)} before, but for rounding.`,
        );
      return sentences;
    }
    case 'timing': {
      const what =
        evidence.source === 'consensus' ? 'an epoch' : `weights of ${evidence.source} became visible`;
      return [
        `It acts ${Math.round(evidence.medianDelay)} blocks after ${what} (median of ${evidence.actions} actions; the middle half lies within ${Math.round(evidence.spread)} blocks).`,
      ];
    }
    case 'same-hand': {
      const owner =
        evidence.sameColdkey === undefined
          ? ''
          : evidence.sameColdkey
            ? ', and both belong to one coldkey'
            : ', though their coldkeys differ';
      return [
        `Its rows differ from those of ${evidence.hotkey} at the same epoch by ${percent(evidence.distance)}${owner}: likely the same hand. They are not held to copy each other.`,
      ];
    }
    case 'no-evidence':
      switch (evidence.reason) {
        case 'unchanging':
          return ['Its weights never changed in this range, so nothing can be said.'];
        case 'few-changes':
          return [
            `Its weights changed too rarely to judge (${evidence.changes} changes that can be looked at).`,
          ];
        case 'few-validators':
          return ['There are too few validators to tell a copy from agreement.'];
        case 'alike':
          return ['Its changes touch so few neurons that a copy cannot be told from agreement.'];
      }
  }
}

function percent(share: number): string {
  const value = 100 * share;
  return `${value > 0 && value < 10 ? value.toFixed(1) : value.toFixed(0)} %`;
}

function epochs(count: number): string {
  return count === 1 ? '1 epoch' : `${count} epochs`;
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

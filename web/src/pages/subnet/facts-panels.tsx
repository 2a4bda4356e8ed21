import type { SubnetJson } from '../../api/types.ts';
import { amount, coins, integer } from '../../format/numbers.ts';
import { asWords, displayText, safeUrl } from '../../format/text.ts';
import { Account } from '../../parts/account.tsx';
import { Facts, Panel } from '../../parts/panel.tsx';
import styles from './subnet.module.css';

/** Everything else that is known of a subnet at the block: hyperparameters, pool, identity. */
export function FactsPanels({ subnet, symbol }: { subnet: SubnetJson; symbol: string }) {
  const hyperparameters = Object.entries(subnet.hyperparameters).sort(([a], [b]) => a.localeCompare(b));
  const pool: [string, number | undefined, string][] = [
    ['TAO in the pool', coins(subnet.taoInTao, subnet.taoIn), 'τ'],
    ['Alpha in the pool', coins(undefined, subnet.alphaIn), symbol],
    ['Alpha outside', coins(undefined, subnet.alphaOut), symbol],
    ['Volume', coins(undefined, subnet.volume), 'τ'],
    ['Emission', coins(undefined, subnet.emission), 'τ/block'],
  ];
  const known = pool.filter(([, value]) => value !== undefined);
  const identity = Object.entries(subnet.identity ?? {}).filter(
    ([, text]) => displayText(text) !== undefined,
  );
  return (
    <div className={styles.factPanels}>
      <Panel title="Hyperparameters" note={`at block ${integer(subnet.block)}, raw values of the chain`}>
        <Facts
          rows={[
            ['Tempo', `${integer(subnet.tempo)} blocks`],
            ...(subnet.immunityPeriod === undefined
              ? []
              : [['Immunity period', `${integer(subnet.immunityPeriod)} blocks`] as const]),
            ...(subnet.difficulty === undefined ? [] : [['Difficulty', rawText(subnet.difficulty)] as const]),
            ...hyperparameters
              .filter(([name]) => !['tempo', 'immunityPeriod', 'difficulty'].includes(name))
              .map(
                ([name, value]) => [asWords(displayText(name, 60) ?? name), rawText(value), name] as const,
              ),
          ]}
        />
      </Panel>
      {known.length === 0 ? null : (
        <Panel title="Pool">
          <Facts
            rows={known.map(
              ([name, value, unit]) => [name, `${amount(value ?? 0)} ${unit}`, String(value)] as const,
            )}
          />
        </Panel>
      )}
      <Panel title="Owner and identity" note="texts as the owner wrote them on chain">
        <Facts
          rows={[
            ...(subnet.ownerColdkey === undefined
              ? []
              : [['Owner coldkey', <Account key="c" address={subnet.ownerColdkey} />] as const]),
            ...(subnet.ownerHotkey === undefined
              ? []
              : [['Owner hotkey', <Account key="h" address={subnet.ownerHotkey} hotkey />] as const]),
            ...identity.map(
              ([name, text]) =>
                [asWords(displayText(name, 40) ?? ''), <Claim key={name} text={text} />] as const,
            ),
          ]}
        />
      </Panel>
    </div>
  );
}

/** A text from an identity; a link only when it is an http address on its face, and never one that tells the other side who links. */
function Claim({ text }: { text: string }) {
  const shown = displayText(text, 300);
  const url = /^https?:\/\//i.test(text.trim()) ? safeUrl(text.trim()) : undefined;
  return url === undefined ? (
    <bdi>{shown}</bdi>
  ) : (
    <a href={url} target="_blank" rel="noopener noreferrer nofollow">
      <bdi>{displayText(url, 300)}</bdi>
    </a>
  );
}

function rawText(value: boolean | number | string): string {
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return typeof value === 'number'
    ? integer(value)
    : /^-?\d+$/.test(value)
      ? BigInt(value).toLocaleString('en-US')
      : value;
}

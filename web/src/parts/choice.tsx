import { NativeSelect } from '@mantine/core';
import { useId } from 'react';
import styles from './choice.module.css';

export interface ChoiceOption<T extends string> {
  readonly value: T;
  readonly label: string;
  /** Options of one group stand together. */
  readonly group?: string;
}

/** A short list to pick one of, with its name before it. The system's own list: quick on phones and by keyboard. */
export function Choice<T extends string>({
  name,
  value,
  choices,
  onChoose,
}: {
  name: string;
  value: T;
  choices: readonly ChoiceOption<T>[];
  onChoose: (value: T) => void;
}) {
  const id = useId();
  const groups = [...new Set(choices.map(({ group }) => group))];
  const options = (group: string | undefined) =>
    choices
      .filter((choice) => choice.group === group)
      .map((choice) => (
        <option key={choice.value} value={choice.value}>
          {choice.label}
        </option>
      ));
  return (
    <span className={styles.choice}>
      <label htmlFor={id}>{name}</label>
      <NativeSelect
        id={id}
        size="xs"
        value={value}
        onChange={(event) => onChoose(event.currentTarget.value as T)}
      >
        {groups.map((group) =>
          group === undefined ? (
            options(group)
          ) : (
            <optgroup key={group} label={group}>
              {options(group)}
            </optgroup>
          ),
        )}
      </NativeSelect>
    </span>
  );
}

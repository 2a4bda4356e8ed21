import { Autocomplete, Kbd } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useMemo, useRef, useState } from 'react';
import { subnetsQuery } from '../api/queries.ts';
import { shortAddress } from '../format/text.ts';
import { SearchIcon } from '../parts/icons.tsx';
import { destinationOf, isAddress, matchSubnets } from './search-targets.ts';

/** Finds a subnet by netuid, name or symbol, and a hotkey or coldkey by its address, from anywhere; the key "/" leads here. */
export function SearchBox() {
  const [text, setText] = useState('');
  const input = useRef<HTMLInputElement>(null);
  const navigate = useNavigate();
  const { data } = useQuery(subnetsQuery());
  const options = useMemo(() => {
    const address = text.trim();
    if (isAddress(address))
      return [
        { value: address, label: `Hotkey ${shortAddress(address)}` },
        { value: `coldkey ${address}`, label: `Coldkey ${shortAddress(address)}` },
      ];
    return matchSubnets(data?.subnets ?? [], text).map(({ netuid, title }) => ({
      value: `subnet ${netuid}`,
      label: title,
    }));
  }, [data, text]);

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const target = event.target as HTMLElement | null;
      const typing = target?.closest('input, textarea, select, [contenteditable]') != null;
      if (event.key !== '/' || typing || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      input.current?.focus();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);

  const go = (value: string) => {
    const target = destinationOf(value);
    if (target === undefined) return;
    if (target.kind === 'subnet') {
      void navigate({ to: '/subnets/$netuid', params: { netuid: String(target.netuid) } });
    } else if (target.kind === 'coldkey') {
      void navigate({ to: '/coldkeys/$coldkey', params: { coldkey: target.coldkey } });
    } else {
      void navigate({ to: '/neurons/$hotkey', params: { hotkey: target.hotkey } });
    }
    input.current?.blur();
    // The input puts the chosen option's text back after this handler.
    setTimeout(() => setText(''));
  };

  return (
    <Autocomplete
      ref={input}
      size="xs"
      aria-label="Find a subnet, a hotkey or a coldkey"
      placeholder="Netuid, subnet name, hotkey or coldkey"
      value={text}
      onChange={setText}
      onOptionSubmit={go}
      onKeyDown={(event) => {
        const first = options[0];
        const picked = event.currentTarget.getAttribute('aria-activedescendant');
        if (event.key === 'Enter' && !picked && first !== undefined) go(first.value);
        if (event.key === 'Escape') input.current?.blur();
      }}
      data={options}
      filter={({ options: all }) => all}
      limit={12}
      maxDropdownHeight={360}
      leftSection={<SearchIcon size={14} />}
      rightSection={text === '' ? <Kbd size="xs">/</Kbd> : null}
      spellCheck={false}
    />
  );
}

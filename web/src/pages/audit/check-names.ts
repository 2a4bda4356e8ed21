const NAMES: Readonly<Record<string, string>> = {
  hotkey: 'Account',
  'entry-id': 'Id of the entry',
  path: 'Path',
  download: 'Download',
  format: 'Format',
  author: 'Author',
  exports: 'Exports named',
  commitment: 'Commitment on the chain',
  'block-time': 'Time of the block',
  hour: 'Hour covered',
  snapshot: 'Snapshot against the others',
  again: 'Published again',
  digest: 'Digest',
  grid: 'Place among the hours',
};

/** What a check looks at; one that an adapter added is shown by its own name. */
export function checkName(check: string): string {
  return Object.hasOwn(NAMES, check) ? (NAMES[check] ?? check) : check;
}

import type { ProbeResult } from './probe-rows.ts';

/** A request as it is told in JSON: its output in base64. */
export interface ToldProbe extends Omit<ProbeResult, 'output'> {
  readonly output: { readonly mediaType: string; readonly base64: string; readonly cut: boolean } | null;
}

export function tellProbe({ output, ...rest }: ProbeResult): ToldProbe {
  if (output === undefined) return { ...rest, output: null };
  const { mediaType, bytes, cut } = output;
  return { ...rest, output: { mediaType, base64: Buffer.from(bytes).toString('base64'), cut } };
}

import { type Document, LineCounter, type Node, parseDocument } from 'yaml';
import { TaoscopeError } from '../shared/index.ts';
import { applyEnvironment, SECRETS } from './environment.ts';
import { explain, lineOf, type Mistake, mistakesError, NO_LINE } from './mistakes.ts';
import { type Path, setPath, showPath } from './paths.ts';
import { ConfigSchema, type FileConfig, NETWORKS } from './schema.ts';

/** The configuration with the network's defaults filled in and the secrets beside it. */
export interface Config extends Omit<FileConfig, 'chain'> {
  readonly chain: Omit<FileConfig['chain'], 'endpoints' | 'archive'> & {
    readonly endpoints: readonly string[];
    readonly archive: readonly string[];
  };
  /** From the environment or a file, never from the YAML. */
  readonly secrets: {
    readonly serverToken?: string | undefined;
    readonly storePassword?: string | undefined;
    /** API key with which probes are paid. */
    readonly probeKey?: string | undefined;
    /** Mnemonic, seed or private key of the hotkey that signs weights. */
    readonly hotkey?: string | undefined;
  };
}

export interface ConfigSources {
  /** The YAML file's name (for messages) and text. */
  file?: { name: string; text: string } | undefined;
  /** `TAOSCOPE_SECTION_KEY` variables, e.g. `TAOSCOPE_CHAIN_ENDPOINTS=wss://a,wss://b`. */
  env?: Readonly<Record<string, string | undefined>>;
  /** From the command line, by dotted path: `{ 'server.port': 9000 }`. They win over the environment, which wins over the file. */
  flags?: Readonly<Record<string, unknown>>;
  /** Reads a secret's file. */
  readFile?: (path: string) => string;
}

/**
 * The configuration of file, environment and flags. A pure function of its arguments (`readFile` aside).
 * All mistakes are reported at once, each with its line, as one `usage` error.
 */
export function loadConfig(sources: ConfigSources): Config {
  const { file, env = {}, flags = {} } = sources;
  const mistakes: Mistake[] = [];
  const lines = new LineCounter();
  const document = parseDocument(file?.text ?? '', {
    lineCounter: lines,
    prettyErrors: false,
    logLevel: 'error',
  });
  for (const error of document.errors) {
    const line = lines.linePos(error.pos[0]).line;
    mistakes.push({ place: `${file?.name}:${line}`, line, text: `not YAML: ${error.message}` });
  }
  const origins = new Map<string, string>();
  const raw = mistakes.length === 0 ? plainObject(document, file?.name, mistakes) : {};
  applyEnvironment(raw, env, origins, mistakes);
  for (const [path, value] of Object.entries(flags)) {
    if (value === undefined) continue;
    setPath(raw, path.split('.'), value);
    origins.set(path, 'the command line');
  }

  const parsed = ConfigSchema.safeParse(raw, { reportInput: true });
  for (const issue of parsed.error?.issues ?? []) {
    for (const { path, text } of explain(issue)) mistakes.push(placeOf(path, text));
  }
  if (mistakes.length > 0 || !parsed.success) throw mistakesError(mistakes, file?.name);
  return complete(parsed.data, env, sources.readFile);

  function placeOf(path: Path, text: string): Mistake {
    const dotted = path.join('.');
    const origin = [...origins].find(([key]) => dotted === key || dotted.startsWith(`${key}.`))?.[1];
    if (origin !== undefined) return { place: origin, line: NO_LINE, text: `${showPath(path)}: ${text}` };
    const line = lineOf(document.contents as Node | null, path, lines);
    return {
      place: file === undefined ? 'the configuration' : `${file.name}:${line}`,
      line,
      text: `${showPath(path)}: ${text}`,
    };
  }
}

function complete(
  config: FileConfig,
  env: ConfigSources['env'],
  readFile: ConfigSources['readFile'],
): Config {
  const { chain } = config;
  const network = NETWORKS[chain.network];
  const own = chain.endpoints !== undefined;
  type SecretName = (typeof SECRETS)[keyof typeof SECRETS];
  const secrets: Partial<Record<SecretName, string>> = {};
  const files: Partial<Record<SecretName, string | undefined>> = {
    serverToken: config.server.tokenFile,
    storePassword: config.store.passwordFile,
    probeKey: config.audit.probes.keyFile,
  };
  for (const [variable, key] of Object.entries(SECRETS) as [string, SecretName][]) {
    const path = files[key];
    const value = env?.[variable] ?? (path === undefined ? undefined : readSecret(path, readFile));
    if (value !== undefined && value !== '') secrets[key] = value;
  }
  return {
    ...config,
    chain: {
      ...chain,
      endpoints: chain.endpoints ?? network.endpoints,
      archive: chain.archive ?? (own ? [] : network.archive),
      // With endpoints of one's own the chain is whatever they serve, unless the file says which it must be.
      genesis: chain.genesis ?? (own ? undefined : network.genesis),
    },
    secrets,
  };
}

function readSecret(path: string, readFile: ConfigSources['readFile']): string {
  try {
    if (readFile === undefined) throw new Error('files cannot be read here');
    return readFile(path).trim();
  } catch (cause) {
    throw new TaoscopeError(
      'usage',
      {
        failed: `cannot read the secret in ${path}`,
        got: (cause as Error).message,
        expected: 'a readable text file',
        todo: 'create the file, or give the secret in the environment',
      },
      { cause },
    );
  }
}

function plainObject(
  document: Document,
  name: string | undefined,
  mistakes: Mistake[],
): Record<string, unknown> {
  let value: unknown;
  try {
    // No aliases: a few lines of them can stand for gigabytes.
    value = document.toJS({ maxAliasCount: 0 }) ?? {};
  } catch (error) {
    mistakes.push({ place: `${name}:1`, line: 1, text: `not plain YAML: ${(error as Error).message}` });
    return {};
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return structuredClone(value) as Record<string, unknown>;
  }
  mistakes.push({
    place: `${name}:1`,
    line: 1,
    text: 'expected a mapping of sections (chain, collect, store, retention, audit, server, log)',
  });
  return {};
}

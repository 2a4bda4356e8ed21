/** Writes `docs/configuration.md` from the schema; with `--check` only says whether it is up to date. */
import { readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { ConfigSchema } from '../src/config/index.ts';

interface JsonSchema {
  description?: string;
  default?: unknown;
  type?: string;
  enum?: readonly unknown[];
  anyOf?: readonly JsonSchema[];
  const?: unknown;
  items?: JsonSchema;
  minimum?: number;
  maximum?: number;
  properties?: Record<string, JsonSchema>;
}

const file = new URL('../docs/configuration.md', import.meta.url);
const text = configurationPage(
  z.toJSONSchema(ConfigSchema, { io: 'input', unrepresentable: 'any' }) as JsonSchema,
);
if (process.argv.includes('--check')) {
  if (readFileSync(file, 'utf8') !== text) {
    console.error('docs/configuration.md is not what the schema says: run `npm run docs`');
    process.exitCode = 1;
  }
} else writeFileSync(file, text);

function configurationPage(schema: JsonSchema): string {
  const sections = Object.entries(schema.properties ?? {}).map(([section, { description, properties }]) => {
    const rows = rowsOf(properties ?? {});
    return `## ${section}\n\n${description ?? ''}\n\n| Setting | Kind | Default | Meaning |\n|---|---|---|---|\n${rows.join('\n')}\n`;
  });
  return `# Configuration

Settings are read from \`taoscope.yaml\` (or \`--config <file>\`), then from the environment, then from the command line; the later wins.
In the environment \`chain.endpoints\` is \`TAOSCOPE_CHAIN_ENDPOINTS\`, lists separated by commas. \`taoscope config check\` tells every
mistake at once with its line; \`taoscope config schema\` prints the JSON Schema for editors.

Secrets are never in the file: \`TAOSCOPE_SERVER_TOKEN\`, \`TAOSCOPE_STORE_PASSWORD\`, \`TAOSCOPE_PROBE_KEY\` and \`TAOSCOPE_HOTKEY\`, or files of their own (\`tokenFile\`,
\`passwordFile\`, \`keyFile\`; a hotkey's file or wallet is named on the command line).

${sections.join('\n')}`;
}

/** A line for each setting; those inside another, or of each item of a list, by their path. */
function rowsOf(properties: Readonly<Record<string, JsonSchema>>, prefix = ''): string[] {
  return Object.entries(properties).flatMap(([key, setting]) => {
    const inner = setting.properties ?? setting.items?.properties;
    const name = `${prefix}${key}${setting.items?.properties === undefined ? '' : '[]'}`;
    if (inner !== undefined && Object.keys(inner).length > 0) {
      const head = `| \`${name}\` | | | ${setting.description ?? ''} |`;
      return [head, ...rowsOf(inner, `${name}.`)];
    }
    const preset = setting.default === undefined ? '' : `\`${JSON.stringify(setting.default)}\``;
    return [`| \`${name}\` | ${kindOf(setting)} | ${preset} | ${setting.description ?? ''} |`];
  });
}

function kindOf(setting: JsonSchema): string {
  if (setting.anyOf) return setting.anyOf.map(kindOf).join(' or ');
  if (setting.const !== undefined) return `\`${setting.const}\``;
  if (setting.enum) return setting.enum.map((value) => `\`${value}\``).join(', ');
  if (setting.type === 'array') return `list of ${kindOf(setting.items ?? {})}`;
  const { minimum, maximum } = setting;
  const range =
    minimum !== undefined && maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER
      ? ` ${minimum}–${maximum}`
      : '';
  return `${setting.type === 'string' ? 'text' : (setting.type ?? 'text')}${range}`;
}

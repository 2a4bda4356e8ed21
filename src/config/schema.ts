import { z } from 'zod';

/** The public entry points of the field, by the names its own tools use (opentensor/bittensor `settings.py`). */
export const NETWORKS = {
  finney: {
    endpoints: ['wss://entrypoint-finney.opentensor.ai:443', 'wss://lite.sub.latent.to:443'],
    archive: ['wss://archive.chain.opentensor.ai:443'],
    genesis: '0x2f0555cc76fc2840a25a6ea3b9637146806f1f44b090c175ffde2a7e5ab36c03',
  },
  test: {
    endpoints: ['wss://test.finney.opentensor.ai:443'],
    archive: [],
    genesis: '0x8f9cf856bf558a14440e75569c9e58594757048d7b3a84b5d25f6bd978263105',
  },
  local: { endpoints: ['ws://127.0.0.1:9944'], archive: [], genesis: undefined },
} as const;

export type NetworkName = keyof typeof NETWORKS;

const Endpoint = z.string().refine(isEndpoint, {
  error: 'expected a URL that starts with ws://, wss://, http:// or https://',
});

const Hash = z.string().regex(/^0x[0-9a-f]{64}$/, 'expected 0x and 64 lower-case hex digits');

const Netuid = z.number().int().min(0).max(65_535);

const Chain = z.strictObject({
  network: z
    .enum(['finney', 'test', 'local'])
    .default('finney')
    .describe('The chain to watch; it fills in endpoints, archive and genesis where those are not given.'),
  endpoints: z
    .array(Endpoint)
    .min(1)
    .max(16)
    .optional()
    .describe(
      'Nodes to read from, best first: ws(s):// or http(s)://. A URL with a key in it belongs into TAOSCOPE_CHAIN_ENDPOINTS, not into the file.',
    ),
  archive: z
    .array(Endpoint)
    .max(16)
    .optional()
    .describe('Archive nodes, asked only for state that the endpoints have pruned.'),
  genesis: Hash.optional().describe(
    'Genesis hash that every endpoint must serve. Default: that of the network, or none when endpoints are given.',
  ),
  heads: z
    .enum(['finalized', 'best'])
    .default('finalized')
    .describe('Which heads to follow. Best heads are seconds fresher and can be taken back.'),
  timeoutSeconds: z.number().min(1).max(600).default(30).describe('Longest time for one answer, seconds.'),
  maxResponseMegabytes: z
    .number()
    .min(1)
    .max(1024)
    .default(128)
    .describe('Largest answer taken from a node, MB.'),
});

const Collect = z.strictObject({
  netuids: z
    .union([z.literal('all'), z.array(Netuid).min(1)])
    .default('all')
    .describe('Subnets to record.'),
  everyBlocks: z
    .number()
    .int()
    .min(1)
    .max(100_000)
    .default(10)
    .describe('A snapshot every so many blocks, besides one at each epoch of a subnet.'),
  concurrency: z.number().int().min(1).max(64).default(4).describe('Subnets read at the same time.'),
  source: z
    .enum(['auto', 'storage'])
    .default('auto')
    .describe(
      'auto: the richest runtime call on offer. storage: plain storage vectors, all subnets in a few requests; lighter, but without alpha/TAO stake shares.',
    ),
  weights: z
    .boolean()
    .default(true)
    .describe('Record weights, bonds and waiting commits at each epoch, and weights when they change.'),
  events: z
    .boolean()
    .default(true)
    .describe('Record what happens in each block: registrations, weights, stakes, hyperparameters, keys.'),
  stakeEventsTao: z.number().min(0).default(10).describe('Smallest stake movement worth an event, TAO.'),
});

const Store = z.strictObject({
  path: z.string().min(1).default('taoscope-data').describe('Folder of the embedded ClickHouse.'),
  url: z
    .url({ protocol: /^https?$/, error: 'expected a URL that starts with http:// or https://' })
    .optional()
    .describe(
      'A ClickHouse server instead of the embedded one. Password: TAOSCOPE_STORE_PASSWORD or passwordFile.',
    ),
  database: z
    .string()
    .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'expected letters, digits and _')
    .default('taoscope')
    .describe('Database on the server.'),
  username: z.string().min(1).default('default').describe('User on the server.'),
  passwordFile: z
    .string()
    .min(1)
    .optional()
    .describe('File that holds the password of the user on the server.'),
  cluster: z
    .string()
    .regex(/^[A-Za-z_][A-Za-z0-9_-]*$/, 'expected letters, digits, _ and -')
    .optional()
    .describe('Name of a ClickHouse cluster: replicated and distributed tables, sharded by netuid.'),
});

const Days = z.number().int().min(1).max(36_500);
const Hours = z.number().int().min(1).max(87_600);

const Retention = z.strictObject({
  rawHours: Hours.default(48).describe('How long followed snapshots stay at full resolution, hours.'),
  hourlyDays: Days.default(90).describe('How long the last snapshot of each hour stays, days.'),
  epochDays: Days.default(1_825).describe('How long snapshots at epochs stay, and blocks, days.'),
  weightsDays: Days.default(90).describe('How long weights, bonds and commits stay, days.'),
  eventsDays: Days.default(1_825).describe('How long events stay, days.'),
  backfillDays: Days.default(3_650).describe('How long backfilled rows stay at full resolution, days.'),
  subnets: z
    .record(
      z.string().regex(/^(0|[1-9]\d{0,4})$/, 'expected a netuid'),
      z.strictObject({
        rawHours: Hours.optional(),
        hourlyDays: Days.optional(),
        epochDays: Days.optional(),
        weightsDays: Days.optional(),
        eventsDays: Days.optional(),
        backfillDays: Days.optional(),
      }),
    )
    .default({})
    .describe('What differs for some subnets, by netuid: the same names as above.'),
});

const Ss58 = z.string().regex(/^[1-9A-HJ-NP-Za-km-z]{46,50}$/, 'expected an ss58 address');

const HttpUrl = z.url({ protocol: /^https?$/, error: 'expected a URL that starts with http:// or https://' });

const AuditSource = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,31}$/, 'expected lower-case letters, digits and -')
    .default('chutes')
    .describe('Our name for it.'),
  adapter: z.string().min(1).default('chutes').describe('Whose formats it speaks: chutes.'),
  url: HttpUrl.default('https://api.chutes.ai').describe('Where its list, reports and exports are.'),
  netuid: Netuid.default(64).describe('The subnet.'),
  validators: z
    .array(Ss58)
    .min(1)
    .max(64)
    .default(['5Dt7HZ7Zpw4DppPxFM7Ke3Cm7sDAWhsZXmM5ZAmE7dSVJbcQ'])
    .describe('Hotkeys of the validators whose reports are audited.'),
  minerReports: z.boolean().default(true).describe("Fetch miners' reports about themselves too."),
});

const Probes = z.strictObject({
  enabled: z.boolean().default(false).describe('Send requests of our own. They cost money.'),
  source: z.string().default('chutes').describe('Name of the source whose chutes are asked.'),
  gatewayUrl: HttpUrl.default('https://llm.chutes.ai').describe('Where chat and completion requests go.'),
  chuteUrl: z
    .string()
    .regex(/^https?:\/\/\S*\{slug\}\S*$/, 'expected a URL with {slug} in it')
    .default('https://{slug}.chutes.ai')
    .describe('Where a chute of its own is; {slug} is its name there.'),
  kinds: z
    .array(z.enum(['chat', 'completion', 'image', 'speech', 'embedding']))
    .min(1)
    .default(['chat', 'completion', 'image', 'speech', 'embedding'])
    .describe('What is asked, in turn by chance.'),
  everySeconds: z.number().min(1).max(86_400).default(60).describe('Time between two requests, seconds.'),
  perDay: z.number().int().min(1).max(1_000_000).default(500).describe('Requests in 24 hours at most.'),
  timeoutSeconds: z
    .number()
    .min(5)
    .max(3_600)
    .default(180)
    .describe('Longest time for one request, seconds.'),
  prompts: z
    .string()
    .min(1)
    .optional()
    .describe('Prompts: a JSONL file, or the http(s):// URL of a dataset server. Default: our own set.'),
  keyFile: z
    .string()
    .min(1)
    .optional()
    .describe('File that holds the API key. Or TAOSCOPE_PROBE_KEY in the environment.'),
});

const Audit = z.strictObject({
  sources: z
    .array(AuditSource)
    .max(16)
    .refine(
      (sources) => new Set(sources.map(({ name }) => name)).size === sources.length,
      'expected a name of its own for each source',
    )
    .default([])
    .describe('Whose published reports are audited. None: the audit is off.'),
  path: z
    .string()
    .min(1)
    .default('taoscope-audit')
    .describe(
      'Folder of the evidence: reports as they were published, and weights committed but not yet revealed.',
    ),
  everySeconds: z
    .number()
    .min(1)
    .max(86_400)
    .default(300)
    .describe('Time between two looks at the lists, seconds.'),
  profile: z
    .string()
    .min(1)
    .default('auto')
    .describe(
      'Scoring profile: auto (by date), best (whichever fits best), or the name of one, as P18 or I4.',
    ),
  keepExports: z.boolean().default(false).describe('Keep the exported tables too, not only their rows.'),
  concurrency: z
    .number()
    .int()
    .min(1)
    .max(16)
    .default(2)
    .describe('Downloads at the same time from one host.'),
  maxReportMegabytes: z.number().min(1).max(4_096).default(256).describe('Largest report taken, MB.'),
  maxExportMegabytes: z.number().min(1).max(65_536).default(4_096).describe('Largest export taken, MB.'),
  minKilobytesPerSecond: z
    .number()
    .min(0.1)
    .max(100_000)
    .default(16)
    .describe('A download that stays slower than this for half a minute is given up, kB/s.'),
  allowPrivate: z
    .boolean()
    .default(false)
    .describe('Let sources, prompts and redirects lead to private addresses, but never to link-local ones.'),
  probes: Probes.prefault({}).describe('Requests of our own, to see whether they show up.'),
});

const Server = z.strictObject({
  host: z
    .string()
    .min(1)
    .default('127.0.0.1')
    .describe(
      'Address to listen on. Any other than loopback demands a token (TAOSCOPE_SERVER_TOKEN or tokenFile).',
    ),
  port: z.number().int().min(0).max(65_535).default(8700).describe('Port to listen on; 0 takes a free one.'),
  tokenFile: z.string().min(1).optional().describe('File that holds the token which clients must present.'),
});

const Log = z.strictObject({
  level: z
    .enum(['debug', 'info', 'warn', 'error', 'silent'])
    .default('info')
    .describe('Log records on stderr from this level up.'),
});

/** The whole configuration: the one source of its type, its checks, its JSON Schema and its documentation. */
export const ConfigSchema = z.strictObject({
  chain: Chain.prefault({}).describe('The chain and the nodes to read it from.'),
  collect: Collect.prefault({}).describe('What to record, and how often.'),
  store: Store.prefault({}).describe('Where to keep it.'),
  retention: Retention.prefault({}).describe('How long to keep it.'),
  audit: Audit.prefault({}).describe('What validators publish, verified.'),
  server: Server.prefault({}).describe('The dashboard and the API.'),
  log: Log.prefault({}).describe('What to say about it.'),
});

export type FileConfig = z.infer<typeof ConfigSchema>;

function isEndpoint(text: string): boolean {
  return /^(wss?|https?):\/\/[^/\s]/.test(text) && URL.canParse(text);
}

/** Table functions that make rows from nothing. Every other one reads files, hosts, or the engine itself. */
export const TABLE_FUNCTIONS: ReadonlySet<string> = new Set([
  'numbers',
  'numbers_mt',
  'zeros',
  'zeros_mt',
  'generateSeries',
  'generate_series',
  'values',
]);

// Families of functions, by the start of their lower-case names, that reach beyond the rows of a query.
const REFUSED_PREFIXES = [
  'ai', // language models over HTTP: aiGenerate, aiEmbed …
  'dict', // dictionaries may be fed by files, commands and hosts
  'joinget', // tables of the Join engine, by name
  'addressto', // introspection of the running program
  'file', // the function file(), and the disk: filesystemAvailable …
  'mergetree', // part names
  'getserver', // configuration of the server
  'getmacro',
  'getclienthttp', // headers of the request, hence secrets
  'getmergetree',
  'naivebayes', // models from the server's files
  'evalml',
  'catboost',
  'fuzz', // made to find crashes
  'region', // embedded dictionaries from files
  'sleep', // holds a thread
  'zookeeper',
  'transaction',
  'timeseries', // keeps state in the query's context, may name tables
  'showcertificate',
  'logtrace', // writes to the server's log
  'hascolumnintable', // takes a host name
  'throwif', // lets text of the caller pose as an error of ours
  'aggthrow',
  'flamegraph', // introspection
  'obfuscate',
  'structureto',
  'generaterandomstructure',
  'generateserialid', // advances a counter in Keeper
  'currentuser',
  'authenticateduser',
  'currentroles',
  'enabledroles',
  'defaultroles',
  'currentprofiles',
  'enabledprofiles',
  'defaultprofiles',
  'connectionid',
  'hostname',
  'fqdn',
  'tcpport',
  'getosk', // getOSKernelVersion
  'buildid',
  'serveruuid',
  'globalvariable',
  'tid',
  'ipgeo',
  'llm',
  'embed',
  '__', // internal
];

/** `false` for a function that reaches files, hosts, models, the server's configuration or its threads. */
export function isHarmlessFunction(name: string): boolean {
  const lower = name.toLowerCase();
  // `fileS…` does not exist among the harmless; `formatRow` and its kin write nothing.
  return !REFUSED_PREFIXES.some((prefix) => lower.startsWith(prefix));
}

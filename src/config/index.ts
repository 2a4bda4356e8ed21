/**
 * The one configuration: a schema that makes its type, its checks, its JSON Schema and its documentation, and the loading of it
 * from file, environment and flags. It builds nothing and connects to nothing.
 */
export { type Config, type ConfigSources, loadConfig } from './load.ts';
export { ConfigSchema, type FileConfig, NETWORKS, type NetworkName } from './schema.ts';

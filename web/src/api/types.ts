/** The bodies of the API, as the server's own schemas describe them. Types only: no server code reaches the browser. */
export type { AxonJson, MetagraphJson, NeuronJson, SubnetJson } from '../../../src/metagraph/json.ts';
export type {
  BackfillBody,
  BlocksBody,
  ErrorBody,
  GapsBody,
  HistoryBody,
  HotkeyBody,
  RefreshBody,
  RuntimesBody,
  SqlBody,
  StatusBody,
  SubnetBody,
  SubnetsBody,
} from '../../../src/server/schemas.ts';

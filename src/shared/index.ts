/**
 * What every room needs and no room owns: errors, accounts, units, JSON, waiting and retrying, log records.
 * It knows nothing of chains, stores or servers.
 */
export { abortedError, sleep, throwIfAborted, withAbort } from './abort.ts';
export { type AccountId, parseAccount, SS58_PREFIX, shortAddress, toSs58 } from './account.ts';
export { csvCell, recordsToCsv, renderCsv } from './csv.ts';
export {
  type ErrorCode,
  type ErrorOptions,
  type ErrorParts,
  exitCodeOf,
  type Fault,
  isTaoscopeError,
  TaoscopeError,
  toTaoscopeError,
} from './errors.ts';
export { fromHex, type Hex, sameBytes, toHex } from './hex.ts';
export { type FileHold, holdFile, isFileHeld } from './hold-file.ts';
export { inParallel } from './in-parallel.ts';
export { integerToJson, isRecord, type JsonValue, stringifyJson } from './json.ts';
export { createLogger, type Logger, type LogOptions, silentLogger } from './log.ts';
export { makeFolder } from './make-folder.ts';
export { mapOrdered } from './ordered.ts';
export { isMissing, pathFailure } from './path-failure.ts';
export { backoffMs, type RetryOptions, retry } from './retry.ts';
export { BLOCKS_PER_DAY, RAO_PER_TAO, raoToDecimal, raoToNumber, U16_ONE, u16ToFraction } from './units.ts';

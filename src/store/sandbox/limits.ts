import type { Settings } from '../engine/types.ts';
import type { SandboxLimits } from '../types.ts';

/** The limits that apply where the caller names none. */
export const DEFAULT_LIMITS = { maxRows: 10_000, maxSeconds: 10, maxMemoryBytes: 2 ** 30 } as const;

// A cell can be long; this bounds what one answer may weigh in this process.
const MAX_RESULT_BYTES = 64 * 2 ** 20;

/** The engine's settings for a user's statement: it may only read, for so long, with so much memory, and answers so much. */
export function confinement(limits: SandboxLimits): Settings {
  const { maxRows, maxSeconds, maxMemoryBytes } = withDefaults(limits);
  return {
    max_execution_time: maxSeconds,
    timeout_overflow_mode: 'throw',
    // One more than is answered, so that the answer can say that there is more.
    max_result_rows: maxRows + 1,
    max_result_bytes: MAX_RESULT_BYTES,
    result_overflow_mode: 'break',
    max_block_size: 8192,
    max_memory_usage: maxMemoryBytes,
    max_temporary_data_on_disk_size_for_query: maxMemoryBytes,
    max_threads: 2,
    allow_ddl: 0,
    allow_introspection_functions: 0,
    output_format_json_quote_64bit_integers: 1,
    output_format_json_quote_denormals: 0,
    session_timezone: 'UTC',
    // Last, since nothing can be set after it.
    readonly: 1,
  };
}

/** The limits with the defaults filled in. */
export function withDefaults(limits: SandboxLimits): {
  maxRows: number;
  maxSeconds: number;
  maxMemoryBytes: number;
} {
  return {
    maxRows: limits.maxRows ?? DEFAULT_LIMITS.maxRows,
    maxSeconds: limits.maxSeconds ?? DEFAULT_LIMITS.maxSeconds,
    maxMemoryBytes: limits.maxMemoryBytes ?? DEFAULT_LIMITS.maxMemoryBytes,
  };
}

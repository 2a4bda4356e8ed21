import type { Settings } from './types.ts';

/** No field of a file that anybody publishes is this; see `format_csv_null_representation`. */
const NO_TEXT = '\u0001\u0002no null\u0002\u0001';

/**
 * How the engine reads a CSV from outside: RFC 4180 with CRLF or LF, newlines and doubled quotes inside quotes, columns by the names of the
 * header. Text stays text: nothing is trimmed, guessed or taken for NULL. Unknown columns are passed over, missing ones and the ends
 * of short rows are empty. Source: ClickHouse documentation, "Format settings".
 */
export const CSV_SETTINGS: Settings = {
  format_csv_delimiter: ',',
  format_csv_allow_single_quotes: 0,
  format_csv_allow_double_quotes: 1,
  // Its default turns the two characters \N into NULL.
  format_csv_null_representation: NO_TEXT,
  input_format_null_as_default: 0,
  input_format_with_names_use_header: 1,
  input_format_skip_unknown_fields: 1,
  input_format_csv_empty_as_default: 1,
  input_format_defaults_for_omitted_fields: 1,
  input_format_csv_allow_variable_number_of_columns: 1,
  input_format_csv_skip_trailing_empty_lines: 1,
  input_format_csv_trim_whitespaces: 0,
  input_format_allow_errors_num: 0,
  input_format_parallel_parsing: 1,
  // Without it the last digit of a number may differ from what was written.
  precise_float_parsing: 1,
  insert_null_as_default: 1,
  max_memory_usage: 2_000_000_000,
};

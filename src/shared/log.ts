import { type DestinationStream, type Logger as PinoLogger, pino } from 'pino';

/**
 * Structured log records. Levels: `error` somebody must act; `warn` worth a look, we go on; `info` what an operator
 * wants to see once; `debug` what a developer wants to see. Fields carry their unit in their name.
 */
export type Logger = PinoLogger;

export interface LogOptions {
  level?: string;
  destination?: DestinationStream;
}

/** A logger on stderr, so that stdout stays for answers. */
export function createLogger({
  level = 'info',
  destination = pino.destination({ fd: 2, sync: true }),
}: LogOptions = {}): Logger {
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, destination);
}

/** A logger that says nothing. */
export const silentLogger: Logger = pino({ level: 'silent' });

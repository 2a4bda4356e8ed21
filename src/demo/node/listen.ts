import type { Server } from 'node:http';
import { TaoscopeError } from '../../shared/index.ts';

/** Listens on 127.0.0.1; `usage` when the port is taken. `what` names who wanted it. */
export async function listen(http: Server, port: number, what: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    http.once('error', (cause: NodeJS.ErrnoException) => {
      const todo = 'choose another port, or 0 for any free one';
      reject(
        new TaoscopeError(
          cause.code === 'EADDRINUSE' ? 'usage' : 'internal',
          {
            failed: `${what} cannot listen on 127.0.0.1:${port}`,
            got: cause.code ?? cause.message,
            todo,
          },
          { cause },
        ),
      );
    });
    http.listen(port, '127.0.0.1', resolve);
  });
}

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net';

export interface Served {
  /** Without a trailing slash. */
  readonly url: string;
  /** Requests so far, oldest first. */
  readonly requests: IncomingMessage[];
  [Symbol.asyncDispose](): Promise<void>;
}

/** A web server of this machine for the length of a test. 127.0.0.2 and its neighbours are this machine too. */
export async function serve(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
  address = '127.0.0.1',
): Promise<Served> {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    // A client that leaves is what most of these tests want.
    response.on('error', () => {});
    answer(request, response);
  });
  return { ...(await listen(server, address)), requests };
}

/** A server that says what it likes, as bytes. */
export async function serveBytes(talk: (socket: Socket) => void): Promise<Served> {
  const server = createTcpServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => talk(socket));
  });
  return { ...(await listen(server, '127.0.0.1')), requests: [] };
}

/** Writes the same piece for as long as anybody reads. */
export function pour(to: NodeJS.WritableStream, piece: Uint8Array): void {
  const more = () => {
    while (to.writable && to.write(piece));
  };
  to.on('drain', more);
  more();
}

async function listen(server: Server, address: string): Promise<Omit<Served, 'requests'>> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, address, resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${address}:${port}`,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

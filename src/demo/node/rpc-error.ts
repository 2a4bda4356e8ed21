/** An error that a client gets as it is: JSON-RPC code, message, data. */
export class RpcError extends Error {
  readonly code: number;
  readonly data: unknown;

  constructor(code: number, message: string, data?: unknown) {
    super(message);
    this.name = 'RpcError';
    this.code = code;
    this.data = data;
  }
}

export const invalidParams = (why: string) => new RpcError(-32602, 'Invalid params', why);
export const methodNotFound = () => new RpcError(-32601, 'Method not found');

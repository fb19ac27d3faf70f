/** A JSON-RPC error from the server; codes and messages are those of the API document. */
export class RpcError extends Error {
  override readonly name = "RpcError";
  readonly code: number;
  /** For -32602 a sentence that says which param is wrong, for -32603 an id that stands in the server's log. */
  readonly data: unknown;

  constructor({ code, message, data }: { code: number; message: string; data?: unknown }) {
    super(message);
    this.code = code;
    this.data = data;
  }
}

/** An HTTP answer that is no JSON-RPC. */
export class HttpError extends Error {
  override readonly name = "HttpError";
  readonly status: number;

  constructor(status: number) {
    super(`HTTP status ${status} without a JSON-RPC answer`);
    this.status = status;
  }
}

/** No connection could be made: the call did not run. */
export class NotConnectedError extends Error {
  override readonly name = "NotConnectedError";
}

/** The connection broke while the call was under way: it may have run or not. Look before repeating a change. */
export class ConnectionLostError extends Error {
  override readonly name = "ConnectionLostError";
}

/**
 * The typed client: methods, params and results are those of the server's declarations. It needs `fetch`, or `WebSocket`,
 * and runs wherever those do; nothing of the server comes along but types.
 */
export { ConnectionLostError, HttpError, NotConnectedError, RpcError } from "./client/errors";
export type { Call, MethodName, ParamsOf, ResultOf } from "./client/methods";
export { type Client, type ClientOptions, createClient } from "./client/post";
export { createSocketClient, type SocketClient, type SocketOptions } from "./client/socket";

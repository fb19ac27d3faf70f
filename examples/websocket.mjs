/**
 * Logs in over a WebSocket and lists the hosts there, with a token that works on this connection alone and ends with it.
 * Node 22 or newer:
 *
 *   API_KEY_ID=… API_KEY_SECRET=… node examples/websocket.mjs http://localhost:8101
 */
const [, , origin = "http://localhost:8101"] = process.argv;
const { API_KEY_ID: clientId, API_KEY_SECRET: clientSecret } = process.env;

const socket = new WebSocket(`${origin.replace(/^http/, "ws")}/main`);
await new Promise((resolve, reject) => {
  socket.onopen = resolve;
  socket.onerror = () => reject(new Error(`${origin} opens no WebSocket`));
});

// Calls may be answered out of order: the id tells which answer is whose.
const waiting = new Map();
socket.onmessage = ({ data }) => {
  const { id, result, error } = JSON.parse(data);
  const { resolve, reject } = waiting.get(id);
  waiting.delete(id);
  if (error) reject(new Error(`${error.code} ${error.message} ${error.data ?? ""}`));
  else resolve(result);
};

let lastId = 0;
const call = (method, params = {}) =>
  new Promise((resolve, reject) => {
    lastId += 1;
    waiting.set(lastId, { resolve, reject });
    socket.send(JSON.stringify({ jsonrpc: "2.0", id: lastId, method, params }));
  });

const { accessToken } = await call("auth/token", {
  grantType: "client_credentials",
  clientId,
  clientSecret,
  scope: ["pki:read", "connection"],
});

// Frames after auth/bindAccessToken wait for it, so nobody needs to wait here.
call("auth/bindAccessToken", { accessToken });
console.log(JSON.stringify(await call("pkiAdmin/listHosts")));
socket.close();

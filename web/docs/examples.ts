/** Examples as text, in the form of the PKI server's API document. */

export interface Sent {
  readonly method: string;
  /** Path with query, such as `/main`. */
  readonly path: string;
  /** Sent as JSON, or as it is where it is a text. */
  readonly body?: unknown;
  readonly mediaType?: string;
  /** Whether the request shows a token. */
  readonly authorized: boolean;
}

const indent = (text: string, by: string) => text.replaceAll("\n", `\n${by}`);
const shellQuoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;

/** A command for a POSIX shell; the token stands in its variable TOKEN. */
export function curl(
  { method, path, body, mediaType = "application/json", authorized }: Sent,
  origin: string,
): string {
  const headers = [
    ...(body === undefined ? [] : [`-H "Content-Type: ${mediaType}"`]),
    ...(authorized ? ['-H "Authorization: Bearer $TOKEN"'] : []),
  ];
  return [
    `curl -X ${method}`,
    ...(headers.length > 0 ? [headers.join(" ")] : []),
    ...(body === undefined
      ? []
      : [
          `--data-binary ${typeof body === "string" ? shellQuoted(body) : indent(shellQuoted(bodyText(body)), "    ")}`,
        ]),
    shellWord(origin + path),
  ].join(" \\\n    ");
}

const bodyText = (body: unknown) => (typeof body === "string" ? body : JSON.stringify(body, null, 4));

const shellWord = (text: string) => (/^[\w:/.-]+$/.test(text) ? text : shellQuoted(text));

/** The same for a script in a browser or in Node. */
export function fetchCall(
  { method, path, body, mediaType = "application/json", authorized }: Sent,
  origin: string,
): string {
  const headers = {
    ...(body !== undefined && { "Content-Type": JSON.stringify(mediaType) }),
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the example's own template
    ...(authorized && { Authorization: "`Bearer ${token}`" }),
  };
  const lines = [
    `method: ${JSON.stringify(method)}`,
    ...(Object.keys(headers).length > 0
      ? [
          `headers: {\n${Object.entries(headers)
            .map(([name, value]) => `        ${JSON.stringify(name)}: ${value}`)
            .join(",\n")}\n    }`,
        ]
      : []),
    ...(body === undefined
      ? []
      : [
          typeof body === "string"
            ? `body: ${JSON.stringify(body)}`
            : `body: JSON.stringify(${indent(JSON.stringify(body, null, 4), "    ")})`,
        ]),
  ];
  return `const response = await fetch(${JSON.stringify(origin + path)}, {\n    ${lines.join(",\n    ")}\n});`;
}

/** A JSON-RPC request with the id that the API document's examples have. */
export const rpcRequest = (method: string, params: unknown) => ({ jsonrpc: "2.0", id: 128, method, params });
export const rpcAnswer = (result: unknown) => ({ jsonrpc: "2.0", id: 128, result });

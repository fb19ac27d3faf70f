import type * as z from "zod/mini";
import { HttpError } from "../../src/client";
import type { ROUTES } from "../../src/rest";
import { RestError, reach } from "./api";

type Route = (typeof ROUTES)[number];
type Named<N extends RouteName> = Extract<Route, { readonly name: N }>;
type RouteName = Route["name"];

/** The routes that the console calls, as the server declares them: the compiler refuses any other address. */
const ADDRESSES = {
  searchUsers: "POST /role-store/api/v1/users/search",
  getUser: "GET /role-store/api/v1/users/{user_id}",
  createLocalUser: "POST /local-user-store/api/v1/users",
  deleteLocalUser: "DELETE /local-user-store/api/v1/users/{user_id}",
  listUserAuthorizedKeys: "GET /role-store/api/v1/users/{user_id}/authorizedkeys",
  createAuthorizedKey: "POST /role-store/api/v1/users/{user_id}/authorizedkeys",
  deleteAuthorizedKey: "DELETE /role-store/api/v1/users/{user_id}/authorizedkeys/{key_id}",
  importAuthorizedKeys: "POST /role-store/api/v1/users/{user_id}/authorizedkeys/import",
} as const satisfies {
  readonly [N in RouteName]?: `${Named<N>["http"]["method"]} ${Named<N>["http"]["path"]}`;
};

type Used = keyof typeof ADDRESSES;
export type RestResult<N extends Used> = z.output<Named<N>["result"]>;

/** Calls a route; params are `{ path, query, body }`, as far as it has them. */
export type Rest = <N extends Used>(name: N, params: z.input<Named<N>["params"]>) => Promise<RestResult<N>>;

interface Params {
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** The REST API of this very server. Its calls throw RestError, HttpError or Unreachable. */
export const restOf =
  (token: () => string): Rest =>
  async (name, params) => {
    const { path = {}, query = {}, body } = params as Params;
    const [method, template] = ADDRESSES[name].split(" ") as [string, string];
    const place = template.replaceAll(/\{(\w+)\}/g, (_, field) => encodeURIComponent(path[field] ?? ""));
    const isText = typeof body === "string";
    const answer = await reach(`${place}?${new URLSearchParams(query)}`, {
      method,
      headers: {
        authorization: `Bearer ${token()}`,
        ...(body !== undefined && { "content-type": isText ? "text/plain" : "application/json" }),
      },
      ...(body !== undefined && { body: isText ? body : JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (answer.ok) return text === "" ? undefined : JSON.parse(text);
    if (!answer.headers.get("content-type")?.startsWith("application/json"))
      throw new HttpError(answer.status);
    throw new RestError(answer.status, JSON.parse(text).error_message);
  };

import type { RouteExample } from "../../src/docs/openapi";
import type { JsonSchema } from "../../src/docs/schema";
import { Code } from "./code";
import { type RouteEntry, SAMPLE_ORIGIN } from "./documents";
import { curl, fetchCall } from "./examples";
import { linesOf } from "./schema";
import { Fields, Result } from "./tables";

const access = (who: string | undefined) => {
  if (who === undefined || who === "everyone") return "open to all";
  return who === "authenticated" ? "any credential" : `scope ${who.replace(/^self:.*/, "ssh:self")}`;
};

/** A path with its parameters filled in, and the query. */
function examplePath(path: string, { path: places = {}, query = {} }: RouteExample): string {
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(places[name] ?? ""));
  const search = new URLSearchParams(Object.entries(query).map(([name, value]) => [name, String(value)]));
  return search.size > 0 ? `${filled}?${search}` : filled;
}

interface Answer {
  readonly description: string;
  readonly content?: Readonly<Record<string, { readonly schema: JsonSchema; readonly example?: unknown }>>;
}

const textOf = (example: unknown) =>
  typeof example === "string" ? example : JSON.stringify(example, null, 4);

/** One route of the REST API, in the form of a method's section. */
export function RouteSection({ method, path, operation }: RouteEntry) {
  const { operationId: id, summary, parameters = [], requestBody, responses } = operation;
  const example = operation["x-example"] ?? {};
  const [mediaType, content] = Object.entries(requestBody?.content ?? {})[0] ?? [];
  const form = mediaType === "application/x-www-form-urlencoded";
  const body = form ? new URLSearchParams(example.body as Record<string, string>).toString() : example.body;
  const sent = {
    method,
    path: examplePath(path, example),
    ...(content && { body }),
    ...(mediaType !== undefined && { mediaType }),
    authorized: operation.security !== undefined,
  };
  const answers = Object.entries(responses) as [string, Answer][];
  const [success, ...failures] = answers;
  const given = Object.values(success?.[1].content ?? {})[0];
  return (
    <section class="method" id={id} aria-labelledby={`${id}-title`} data-entry={`${id} ${path} ${summary}`}>
      <h3 id={`${id}-title`}>
        <a href={`#${id}`}>
          {method} {path}
        </a>
      </h3>
      <p class="row">
        <span class="badge accent">{access(operation["x-access"])}</span>
        <span class="badge">{id}</span>
      </p>
      <p>{summary}.</p>
      <div class="method-parts">
        <div class="stack">
          {parameters.length > 0 && (
            <>
              <h4>In path and query</h4>
              <Fields caption={`Parameters of ${id}`} lines={parameters.map((p) => ({ ...p, depth: 0 }))} />
            </>
          )}
          {content && (
            <>
              <h4>Body, {mediaType}</h4>
              {linesOf(content.schema).length > 0 ? (
                <Fields caption={`Body of ${id}`} lines={linesOf(content.schema)} />
              ) : (
                <p>{content.schema.description}</p>
              )}
            </>
          )}
          <h4>Answer {success?.[0]}</h4>
          {given ? (
            <Result caption={`Answer of ${id}`} schema={given.schema} />
          ) : (
            <p>{success?.[1].description}.</p>
          )}
          {failures.length > 0 && (
            <>
              <h4>Errors</h4>
              <table class="table">
                <caption class="visually-hidden">Errors of {id}</caption>
                <thead>
                  <tr>
                    <th scope="col">Status</th>
                    <th scope="col">When</th>
                  </tr>
                </thead>
                <tbody>
                  {failures.map(([status, { description }]) => (
                    <tr key={status}>
                      <td class="fixed">
                        <code>{status}</code>
                      </td>
                      <td class="muted">{description}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </>
          )}
        </div>
        <div class="stack">
          <Code name={`curl ${id}`} kind="curl" text={curl(sent, SAMPLE_ORIGIN)} />
          <details>
            <summary>fetch and answer</summary>
            <div class="stack">
              <Code name={`fetch ${id}`} kind="fetch" text={fetchCall(sent, SAMPLE_ORIGIN)} />
              {given?.example !== undefined && <Code name={`answer of ${id}`} text={textOf(given.example)} />}
            </div>
          </details>
          <details>
            <summary>Try it here</summary>
            <form class="stack" data-route={method} data-type={mediaType} hidden>
              <div class="field">
                <label for={`${id}-path`}>Path of {id}</label>
                <input id={`${id}-path`} name="path" class="mono" value={sent.path} spellcheck={false} />
              </div>
              {content && (
                <div class="field">
                  <label for={`${id}-body`}>Body of {id}</label>
                  <textarea id={`${id}-body`} name="body" class="mono" rows={8} spellcheck={false}>
                    {textOf(body)}
                  </textarea>
                </div>
              )}
              <p>
                <button type="submit" class="button">
                  Send<span class="visually-hidden"> {id}</span>
                </button>
              </p>
              <output aria-live="polite" />
            </form>
          </details>
        </div>
      </div>
    </section>
  );
}

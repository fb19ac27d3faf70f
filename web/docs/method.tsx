import { variants } from "../../src/docs/schema";
import { COMMON_ERRORS } from "../../src/errors";
import { Code } from "./code";
import type { Errors, Method } from "./documents";
import { SAMPLE_ORIGIN } from "./documents";
import { curl, fetchCall, rpcAnswer, rpcRequest } from "./examples";
import { linesOf } from "./schema";
import { ErrorTable, Fields, Result } from "./tables";

const isCommon = (error: string) => COMMON_ERRORS.some((common) => common === error);

const access = (method: Method) => {
  const who = method["x-access"];
  if (who === "everyone") return "open to all";
  return who === "authenticated" ? "any credential" : `scope ${who}`;
};

function Parameters({ method }: { readonly method: Method }) {
  const forms = variants(method["x-params"]);
  if (forms.every((form) => linesOf(form).length === 0)) return <p class="muted small">None.</p>;
  return forms.map((form) => {
    const kind = Object.entries(form.properties ?? {}).find(([, field]) => field.const !== undefined);
    const caption = kind && forms.length > 1 ? `${kind[0]} ${JSON.stringify(kind[1].const)}` : "";
    return (
      <div key={caption}>
        {caption && (
          <p class="small">
            With <code>{caption}</code>:
          </p>
        )}
        <Fields caption={`Parameters of ${method.name} ${caption}`} lines={linesOf(form)} />
      </div>
    );
  });
}

/** One JSON-RPC method: what it does, takes, gives and refuses, its examples, and a form to try it. */
export function MethodSection({ method, errors }: { readonly method: Method; readonly errors: Errors }) {
  const { name, summary, examples, result } = method;
  const params = Object.fromEntries(examples[0]?.params.map((p) => [p.name, p.value]) ?? []);
  const sent = {
    method: "POST",
    path: "/main",
    body: rpcRequest(name, params),
    authorized: method["x-access"] !== "everyone",
  };
  const refused = method.errors.map(({ $ref }) => $ref.slice($ref.lastIndexOf("/") + 1));
  const [common, own] = [refused.filter(isCommon), refused.filter((error) => !isCommon(error))];
  return (
    <section class="method" id={name} aria-labelledby={`${name}-title`} data-entry={`${name} ${summary}`}>
      <h3 id={`${name}-title`}>
        <a href={`#${name}`}>{name}</a>
      </h3>
      <p class="row">
        <span class="badge accent">{access(method)}</span>
        <span class="badge">{method["x-writes"] ? "changes state" : "reads"}</span>
        {method["x-public-read"] && <span class="badge">may be opened by PUBLIC_READ</span>}
      </p>
      <p>{summary}.</p>
      <div class="method-parts">
        <div class="stack">
          <h4>Parameters</h4>
          <Parameters method={method} />
          <h4>Result</h4>
          <Result caption={`Result of ${name}`} schema={result.schema} />
          <h4>Errors</h4>
          {own.length > 0 && (
            <ErrorTable caption={`Errors of ${name}`} errors={own.flatMap((error) => errors[error] ?? [])} />
          )}
          <p class="small muted">
            {own.length > 0 ? "Also those" : "Only those"} of any call:{" "}
            {common
              .flatMap((error) => errors[error] ?? [])
              .map(({ code }, i) => (
                <span key={code}>
                  {i > 0 && ", "}
                  <a href="#error-codes">{code}</a>
                </span>
              ))}
          </p>
        </div>
        <div class="stack">
          <Code name={`curl ${name}`} kind="curl" text={curl(sent, SAMPLE_ORIGIN)} />
          <details>
            <summary>fetch and answer</summary>
            <div class="stack">
              <Code name={`fetch ${name}`} kind="fetch" text={fetchCall(sent, SAMPLE_ORIGIN)} />
              <Code
                name={`answer of ${name}`}
                text={JSON.stringify(rpcAnswer(examples[0]?.result.value), null, 4)}
              />
            </div>
          </details>
          <details>
            <summary>Try it here</summary>
            <form class="stack" data-rpc={name} hidden>
              <div class="field">
                <label for={`${name}-params`}>Parameters of {name}, as JSON</label>
                <textarea id={`${name}-params`} name="params" class="mono" rows={8} spellcheck={false}>
                  {JSON.stringify(params, null, 2)}
                </textarea>
              </div>
              <p>
                <button type="submit" class="button">
                  Send<span class="visually-hidden"> {name}</span>
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

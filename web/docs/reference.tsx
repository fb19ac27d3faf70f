import { Layout } from "../layout";
import { type Errors, groupsOf, type OpenApi, type OpenRpc, routesOf } from "./documents";
import { MethodSection } from "./method";
import { RouteSection } from "./route";
import { ErrorTable } from "./tables";
import { TokenBox } from "./tokenBox";

interface Props {
  readonly rpc: OpenRpc;
  readonly rest: OpenApi;
}

const Contents = ({ rpc, rest }: Props) => (
  <nav aria-label="Methods and routes">
    {groupsOf(rpc.methods).map(([group, methods]) => (
      <div key={group} data-group>
        <h2>{group}</h2>
        <ul>
          {methods.map(({ name }) => (
            <li key={name} data-link={name}>
              <a href={`#${name}`}>{name}</a>
            </li>
          ))}
        </ul>
      </div>
    ))}
    <div data-group>
      <h2>REST</h2>
      <ul>
        {routesOf(rest).map(({ operation: { operationId } }) => (
          <li key={operationId} data-link={operationId}>
            <a href={`#${operationId}`}>{operationId}</a>
          </li>
        ))}
      </ul>
    </div>
  </nav>
);

/** `GET /docs`: everything this server answers, rendered from its own two documents. */
export function Reference({ rpc, rest }: Props) {
  const errors: Errors = rpc.components.errors;
  return (
    <Layout
      path="/docs"
      title="Reference · Veridge"
      description="Every method and route of this directory, with parameters, errors and examples."
      script="/docs.js"
    >
      <div class="with-side">
        <div class="side">
          <div>
            <div class="field">
              <label for="search">Search</label>
              <input id="search" type="search" placeholder="verify, host, token…" autocomplete="off" />
            </div>
            <details id="contents" open>
              <summary>
                <span id="found" class="small muted" role="status">
                  Contents
                </span>
              </summary>
              <Contents rpc={rpc} rest={rest} />
            </details>
          </div>
        </div>
        <div class="reference">
          <div class="stack">
            <h1>Reference</h1>
            <p class="lead">
              {rpc.info.description} Made from the declarations that the server itself runs:{" "}
              <a href="/openrpc.json">OpenRPC</a>, <a href="/openapi.json">OpenAPI</a>.
            </p>
            <p>
              JSON-RPC 2.0 goes to <code>POST /main</code>, alone or as a batch of up to 128 calls. Timestamps
              are milliseconds. Examples send the token of the shell variable <code>TOKEN</code>: get one by{" "}
              <a href="#auth/token">auth/token</a> and <code>export TOKEN=…</code>.
            </p>
            <TokenBox />
          </div>
          <section aria-labelledby="methods">
            <h2 id="methods">JSON-RPC methods</h2>
            {rpc.methods.map((method) => (
              <MethodSection key={method.name} method={method} errors={errors} />
            ))}
          </section>
          <section aria-labelledby="routes">
            <h2 id="routes">REST routes</h2>
            {routesOf(rest).map((route) => (
              <RouteSection key={route.operation.operationId} {...route} />
            ))}
          </section>
          <section aria-labelledby="errors" class="stack" id="error-codes">
            <h2 id="errors">Error codes</h2>
            <ErrorTable caption="All error codes of JSON-RPC" errors={Object.values(errors)} />
            <h3 id="rest-errors">Errors of the REST API</h3>
            <p>
              The HTTP status, and <code>error_code</code>, <code>error_message</code> and the fields
              concerned in the body.
            </p>
            <ErrorTable caption="All errors of the REST API" errors={rest["x-errors"]} />
          </section>
        </div>
      </div>
    </Layout>
  );
}

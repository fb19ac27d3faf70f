import { Layout } from "../layout";
import { type Errors, groupsOf, type OpenApi, type OpenRpc } from "./documents";
import { MethodSection } from "./method";
import { ErrorTable } from "./tables";
import { TokenBox } from "./tokenBox";

const Contents = ({ rpc }: { readonly rpc: OpenRpc }) => (
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
  </nav>
);

/** `GET /docs`: everything this server answers, rendered from its own two documents. */
export function Reference({ rpc }: { readonly rpc: OpenRpc; readonly rest: OpenApi }) {
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
              <Contents rpc={rpc} />
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
          <section aria-labelledby="errors" class="stack" id="error-codes">
            <h2 id="errors">Error codes</h2>
            <ErrorTable caption="All error codes" errors={Object.values(errors)} />
          </section>
        </div>
      </div>
    </Layout>
  );
}

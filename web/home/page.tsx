import { Layout } from "../layout";

/** What the directory is about, at a glance. */
const Example = () => (
  <figure class="card stack">
    <figcaption class="small muted">One user’s history, and a question about it</figcaption>
    <ol class="timeline">
      <li class="now">
        <p class="small muted">
          since 9 June <span class="badge good">in force</span>
        </p>
        <code>8UV7xqdc…xknL6nhH</code>
      </li>
      <li>
        <p class="small muted">3 March – 9 June</p>
        <code>51WPnnGw…nL92fEn</code>
      </li>
    </ol>
    <p class="small">
      Was <code>51WPnnGw…nL92fEn</code> alice’s key on 1 May?
    </p>
    <p class="notice good verdict">
      <span data-mark="✓" aria-hidden="true" />
      <span>Yes, it was</span>
    </p>
  </figure>
);

/** `GET /`: what this is, whether it is well, and where to go. */
export const Home = ({ version }: { readonly version: string }) => (
  <Layout
    path="/"
    title="Veridge · public-key directory"
    description="Which public key belonged to whom, and when: a directory of user, host and SSH keys at the edge."
    script="/home.js"
  >
    <section class="hero">
      <div>
        <p id="health" role="status">
          <span class="badge">Checking the server…</span>
        </p>
        <h1>Whose key is this, and was it theirs then?</h1>
        <p class="lead">
          Veridge keeps the public keys of users and hosts with their whole history, and answers whether a key
          was someone’s at any date. It also keeps the SSH keys that servers let in.
        </p>
        <p class="row">
          <a class="button" href="/console">
            Open the console
          </a>
          <a class="button quiet" href="/docs">
            Read the reference
          </a>
        </p>
      </div>
      <Example />
    </section>
    <section class="stack loose">
      <div class="card stack">
        <h2>First time here? Two minutes to a verified key</h2>
        <ol class="steps">
          <li>
            <div>
              <h3>Sign in</h3>
              <p class="muted">
                With the API key that was shown when the server was set up. There is none yet?{" "}
                <a href="/console#/first-key">Make the first one</a>.
              </p>
            </div>
          </li>
          <li>
            <div>
              <h3>Register a host</h3>
              <p class="muted">
                Its public key and the URL under which apps reach it. Example values are at hand.
              </p>
            </div>
          </li>
          <li>
            <div>
              <h3>Set a user’s key, then verify it</h3>
              <p class="muted">See the history as a time line, and ask which key was in force on any date.</p>
            </div>
          </li>
        </ol>
        <p>
          <a class="button" href="/console#/hosts">
            Start in the console
          </a>
        </p>
      </div>
      <div class="grid">
        <div class="card go">
          <h3>For people who administer</h3>
          <p class="muted">
            Hosts, users’ keys, API keys and sessions in the browser. Secrets stay in the page’s memory.
          </p>
          <a class="button quiet" href="/console">
            Console
          </a>
        </div>
        <div class="card go">
          <h3>For people who build</h3>
          <p class="muted">
            Every method and route with its parameters, errors and examples, and a form to try it here.
          </p>
          <a class="button quiet" href="/docs">
            Reference
          </a>
        </div>
        <div class="card go">
          <h3>For programs</h3>
          <p class="muted">The same, machine-readable, and the keys that access tokens are signed with.</p>
          <p class="row small">
            <a href="/openrpc.json">OpenRPC</a>
            <a href="/openapi.json">OpenAPI</a>
            <a href="/.well-known/jwks.json">JWKS</a>
            <a href="/health">Health</a>
            <a href="/ready">Readiness</a>
          </p>
        </div>
      </div>
      <p class="muted small">Veridge {version}</p>
    </section>
  </Layout>
);

import { Layout } from "../layout";

/** `GET /console`: the frame that the console's script fills. */
export const ConsolePage = () => (
  <Layout
    path="/console"
    title="Console · Veridge"
    description="Hosts, keys, API keys and sessions."
    script="/console.js"
  >
    <div id="console">
      <p class="loading" role="status">
        Loading the console…
      </p>
      <noscript>
        <p class="notice warn">
          The console needs JavaScript. Everything it does, the API does too: see the reference.
        </p>
      </noscript>
    </div>
  </Layout>
);

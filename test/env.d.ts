declare namespace Cloudflare {
  interface Env {
    TEST_MIGRATIONS: import("cloudflare:test").D1Migration[];
    VERIDGE_MODEL_RUNS?: string;
    VERIDGE_MODEL_SEED?: string;
  }
}

declare module "*?raw" {
  const text: string;
  export default text;
}

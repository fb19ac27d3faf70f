declare namespace Cloudflare {
  interface Env {
    FINALITY_SCHEDULES: string;
    TEST_MIGRATIONS: import("cloudflare:test").D1Migration[];
  }
}

declare module "*?raw" {
  const text: string;
  export default text;
}

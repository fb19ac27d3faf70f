import type { Config } from "drizzle-kit";

export default { dialect: "sqlite", schema: "./src/store/schema.ts", out: "./migrations" } satisfies Config;

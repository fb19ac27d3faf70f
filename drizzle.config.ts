import type { Config } from "drizzle-kit";

export default {
  dialect: "sqlite",
  schema: ["./src/store/schema.ts", "./src/store/sshSchema.ts"],
  out: "./migrations",
} satisfies Config;

import "vitest";

declare module "vitest" {
  interface ProvidedContext {
    /** How many schedules of the finality rules are tried. */
    schedules: number;
  }
}

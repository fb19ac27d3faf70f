import { env } from "cloudflare:workers";

/** Every row of every table, as JSON texts. */
export type Dump = ReadonlyMap<string, readonly string[]>;

const TABLES = `select name from sqlite_master where type = 'table' and name not like 'sqlite_%'
  and name not like '\\_cf%' escape '\\'`;

export async function dump(): Promise<Dump> {
  const tables = (await env.DB.prepare(TABLES).all<{ name: string }>()).results.map((r) => r.name);
  const rows = await env.DB.batch(tables.map((name) => env.DB.prepare(`select * from "${name}"`)));
  return new Map(tables.map((name, i) => [name, (rows[i]?.results ?? []).map((row) => JSON.stringify(row))]));
}

/** How many rows of each table came and went; tables that are the same are left out. */
export function difference(before: Dump, after: Dump): Record<string, { came: number; went: number }> {
  const changed = [...after].map(([name, rows]) => {
    const old = new Set(before.get(name));
    const came = rows.filter((row) => !old.delete(row)).length;
    return [name, { came, went: old.size }] as const;
  });
  return Object.fromEntries(changed.filter(([, { came, went }]) => came + went > 0));
}

import { and, asc, eq, type SQL, sql } from "drizzle-orm";
import { MAX_HOST_URLS, MAX_HOSTS } from "../limits";
import { type Query, query, stampedChange } from "./query";
import { clock, hosts, hostUrls } from "./schema";
import { columns, statement } from "./statement";

/** A host as it was at its last change, `stamp`. */
export interface HostRecord {
  readonly hostPubKey: string;
  readonly stamp: number;
  readonly urls: readonly string[];
}

const hostColumns = columns({ hostPubKey: hosts.hostPubKey, stamp: hosts.stamp, url: hostUrls.url });
type HostRow = { hostPubKey: string; stamp: number; url: string | null };

const byKey = statement<{ hostPubKey: string }>()((db, $) =>
  db
    .select(hostColumns)
    .from(hosts)
    .leftJoin(hostUrls, eq(hostUrls.hostPubKey, hosts.hostPubKey))
    .where(eq(hosts.hostPubKey, $("hostPubKey")))
    .orderBy(asc(hostUrls.stamp)),
);

const byUrl = statement<{ url: string }>()((db, $) =>
  db
    .select(hostColumns)
    .from(hosts)
    .leftJoin(hostUrls, eq(hostUrls.hostPubKey, hosts.hostPubKey))
    .where(sql`${hosts.hostPubKey} = (select u.hostPubKey from host_urls u where u.url = ${$("url")})`)
    .orderBy(asc(hostUrls.stamp)),
);

const everyHost = statement()((db) =>
  db
    .select(hostColumns)
    .from(hosts)
    .leftJoin(hostUrls, eq(hostUrls.hostPubKey, hosts.hostPubKey))
    .orderBy(asc(hosts.hostPubKey), asc(hostUrls.stamp)),
);

function collect(rows: readonly HostRow[]): HostRecord[] {
  const found = new Map<string, { hostPubKey: string; stamp: number; urls: string[] }>();
  for (const { hostPubKey, stamp, url } of rows) {
    const host = found.get(hostPubKey) ?? { hostPubKey, stamp, urls: [] };
    if (url !== null) host.urls.push(url);
    found.set(hostPubKey, host);
  }
  return [...found.values()];
}

const one = (rows: readonly HostRow[]): HostRecord | undefined => collect(rows)[0];

export const hostByKey = (hostPubKey: string): Query<HostRecord | undefined> =>
  query([byKey({ hostPubKey })], (rows) => one(rows as HostRow[]));
export const hostByUrl = (url: string): Query<HostRecord | undefined> =>
  query([byUrl({ url })], (rows) => one(rows as HostRow[]));
export const allHosts = (): Query<HostRecord[]> =>
  query([everyHost({})], (rows) => collect(rows as HostRow[]));

type HostUrl = { hostPubKey: string; url: string };

const urlOwner = statement<{ url: string }>()((db, $) =>
  db
    .select(columns({ hostPubKey: hostUrls.hostPubKey }))
    .from(hostUrls)
    .where(eq(hostUrls.url, $("url"))),
);

const insertHost = statement<HostUrl>()((db, $) =>
  db
    .insert(hosts)
    .select(
      sql`select ${$("hostPubKey")}, ${clock.last} from ${clock} where ${clock.id} = 1
        and ${clock.hostCount} < ${sql.raw(String(MAX_HOSTS))}
        and not exists (select 1 from ${hosts} where ${hosts.hostPubKey} = ${$("hostPubKey")})
        and not exists (select 1 from ${hostUrls} where ${hostUrls.url} = ${$("url")})`,
    )
    .returning(columns({ hostPubKey: hosts.hostPubKey })),
);

/** Adds the URL to the host if that has fewer than its bound, nobody has the URL, and `guard` holds. */
const urlInsert = (guard: SQL) =>
  statement<HostUrl>()((db, $) =>
    db
      .insert(hostUrls)
      .select(
        sql`select ${$("url")}, ${hosts.hostPubKey}, ${clock.last} from ${clock} cross join ${hosts}
      where ${clock.id} = 1 and ${hosts.hostPubKey} = ${$("hostPubKey")} and ${guard}
        and not exists (select 1 from ${hostUrls} where ${hostUrls.url} = ${$("url")})
        and (select count(*) from ${hostUrls} where ${hostUrls.hostPubKey} = ${$("hostPubKey")})
          < ${sql.raw(String(MAX_HOST_URLS))}`,
      )
      .returning(columns({ url: hostUrls.url })),
  );

const insertUrl = urlInsert(sql`true`);
/** A host that bears the clock's stamp was made in this very transaction: one that was there before gets no URL. */
const insertFirstUrl = urlInsert(sql`${hosts.stamp} = ${clock.last}`);

/** Gives the host the stamp of this change. */
const stampHost = statement<{ hostPubKey: string }>()((db, $) =>
  db
    .update(hosts)
    .set({ stamp: sql`(select ${clock.last} from ${clock} where ${clock.id} = 1)` })
    .where(eq(hosts.hostPubKey, $("hostPubKey"))),
);

/** A change that was made, with the host as it is now; or why none was. */
export type HostChange<Refusal> = { readonly host: HostRecord } | Refusal;

const changed = (rows: readonly unknown[]) => ({ host: one(rows as HostRow[]) as HostRecord });

/** Registers a host with its first URL. */
export function addHost(host: HostUrl): Query<HostChange<"hostTaken" | "urlTaken" | "full">> {
  return stampedChange(
    [byKey(host), urlOwner(host), insertHost(host), insertFirstUrl(host), byKey(host)],
    (before, owner, inserted, _url, after) => {
      if (inserted.length > 0) return changed(after);
      if (before.length > 0) return "hostTaken";
      return owner.length > 0 ? "urlTaken" : "full";
    },
  );
}

/** Adds a URL to a host. */
export function addUrl(host: HostUrl): Query<HostChange<"noHost" | "ownUrl" | "urlTaken" | "full">> {
  return stampedChange(
    [urlOwner(host), insertUrl(host), stampHost(host), byKey(host)],
    ([owner], inserted, _stamp, after) => {
      if (inserted.length > 0) return changed(after);
      if (after.length === 0) return "noHost";
      if (owner) return owner.hostPubKey === host.hostPubKey ? "ownUrl" : "urlTaken";
      return "full";
    },
  );
}

const deleteUrl = statement<HostUrl>()((db, $) =>
  db
    .delete(hostUrls)
    .where(and(eq(hostUrls.url, $("url")), eq(hostUrls.hostPubKey, $("hostPubKey"))))
    .returning(columns({ url: hostUrls.url })),
);

/** Takes a URL from a host; its last one may go. */
export function removeUrl(host: HostUrl): Query<HostChange<"noHost" | "noUrl">> {
  return stampedChange([deleteUrl(host), stampHost(host), byKey(host)], (deleted, _stamp, after) => {
    if (deleted.length > 0) return changed(after);
    return after.length === 0 ? "noHost" : "noUrl";
  });
}

const deleteOne = statement<{ hostPubKey: string }>()((db, $) =>
  db
    .delete(hosts)
    .where(eq(hosts.hostPubKey, $("hostPubKey")))
    .returning(columns({ hostPubKey: hosts.hostPubKey })),
);

const stamp = statement()((db) =>
  db
    .select(columns({ last: clock.last }))
    .from(clock)
    .where(eq(clock.id, 1)),
);

/** Deletes a host with its URLs (a foreign key cascades); the record given is that of a host without any. */
export function deleteHost(hostPubKey: string): Query<HostChange<"noHost">> {
  return stampedChange([deleteOne({ hostPubKey }), stamp({})], (deleted, [clockRow]) =>
    deleted.length > 0 ? { host: { hostPubKey, stamp: clockRow?.last ?? 0, urls: [] } } : "noHost",
  );
}

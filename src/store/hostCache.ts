import { HOST_RECORD_MS, HOST_RECORD_TTL_S, KV_LIMIT_MS, MAX_HOSTS } from "../limits";
import { describeError, type Log } from "../log";
import { withinTime } from "../timeLimit";
import type { HostRecord } from "./hosts";

interface Kept extends HostRecord {
  /** When the database was asked for it, in ms. */
  readonly readAt: number;
}

/**
 * The stamp of the last change of each host that this isolate knows of: its epoch. A record of an earlier one is stale,
 * whoever put it into KV and whenever it arrives. Records live for 30 s, so that by the time the map is full its oldest
 * entries have long done their work.
 */
export class HostEpochs {
  readonly #stamps = new Map<string, number>();

  advance(hostPubKey: string, stamp: number): void {
    const known = this.#stamps.get(hostPubKey) ?? 0;
    this.#stamps.delete(hostPubKey);
    this.#stamps.set(hostPubKey, Math.max(known, stamp));
    const [oldest] = this.#stamps.keys();
    if (this.#stamps.size > MAX_HOSTS && oldest !== undefined) this.#stamps.delete(oldest);
  }

  isCurrent({ hostPubKey, stamp }: HostRecord): boolean {
    return stamp >= (this.#stamps.get(hostPubKey) ?? 0);
  }
}

/**
 * Host records in KV, for calls that need nothing else of the database. KV that fails makes answers slower, never wrong.
 * It is one request's: KV takes one write a second for a key, so a batch reads and fills each record once.
 */
export class HostCache {
  readonly #kv: KVNamespace;
  readonly #epochs: HostEpochs;
  readonly #log: Log;
  readonly #reads = new Map<string, Promise<Kept | null>>();
  readonly #filled = new Map<string, number>();

  constructor(kv: KVNamespace, epochs: HostEpochs, log: Log) {
    this.#kv = kv;
    this.#epochs = epochs;
    this.#log = log;
  }

  /** A record young enough to count, judged by its own time and our clock (`now`, ms). */
  async get(hostPubKey: string, now: number): Promise<HostRecord | undefined> {
    const read = this.#reads.get(hostPubKey) ?? this.#read(hostPubKey);
    this.#reads.set(hostPubKey, read);
    const record = await read;
    if (!record || record.readAt > now || now - record.readAt >= HOST_RECORD_MS) return undefined;
    return this.#epochs.isCurrent(record) ? record : undefined;
  }

  /** Keeps a host that exists, as the database gave it at `readAt` (ms). */
  async keep(record: HostRecord, readAt: number): Promise<void> {
    this.#epochs.advance(record.hostPubKey, record.stamp);
    if (this.#filled.get(record.hostPubKey) === record.stamp) return;
    this.#filled.set(record.hostPubKey, record.stamp);
    await this.#put({ ...record, readAt }).catch(this.#failed("fill"));
  }

  /** Puts a changed host in the place of what was kept. The change stands also where this fails. */
  async overwrite(record: HostRecord, now: number): Promise<void> {
    this.#epochs.advance(record.hostPubKey, record.stamp);
    await this.#put({ ...record, readAt: now }).catch(this.#failed("overwrite"));
  }

  #read(hostPubKey: string): Promise<Kept | null> {
    const options = { type: "json", cacheTtl: HOST_RECORD_TTL_S / 2 } as const;
    return inTime(this.#kv.get<Kept>(key(hostPubKey), options)).catch(this.#failed("read"));
  }

  async #put(record: Kept): Promise<void> {
    const options = { expirationTtl: HOST_RECORD_TTL_S };
    await inTime(this.#kv.put(key(record.hostPubKey), JSON.stringify(record), options));
  }

  #failed(what: string) {
    return (error: unknown) => {
      this.#log.error(`host cache: ${what} failed`, { error: describeError(error) });
      return null;
    };
  }
}

const inTime = <T>(work: Promise<T>): Promise<T> =>
  withinTime(work, KV_LIMIT_MS, "KV gave no answer in time");

const key = (hostPubKey: string) => `host/${hostPubKey}`;

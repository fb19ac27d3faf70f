/** Every number of the wire contract, its unit in its name. Lengths of text count Unicode code points. */

const MINUTE_MS = 60_000;
export const DAY_MS = 24 * 60 * MINUTE_MS;

export const MAX_BODY_BYTES = 256 * 1024;
export const MAX_BATCH_CALLS = 128;
export const MAX_BATCH_WRITES = 32;

export const ACCESS_TOKEN_MS = 15 * MINUTE_MS;
export const REFRESH_TOKEN_MS = 7 * DAY_MS;
export const MAX_TOKEN_CHARS = 1024;
export const SIGNING_EPOCH_MS = 30 * DAY_MS;
export const MASTER_SECRET_BYTES = 32;

/** Sessions of an API key that are kept although their access token has expired. */
export const KEPT_SESSIONS = 16;
export const MAX_SESSIONS = 1000;
export const MAX_API_KEYS = 10;

export const TIMESTAMP_TOLERANCE_MS = 10 * MINUTE_MS;
/** Longer than the two tolerances a signed timestamp may span, so that a nonce outlives every request it could serve. */
export const NONCE_MS = 21 * MINUTE_MS;
/** Length of the truncated HMAC that a `secret` API key signs with, in bytes. */
export const SIGNATURE_HMAC_BYTES = 20;

export const MAX_HOSTS = 10_000;
export const MAX_HOST_URLS = 32;
export const MAX_HISTORY_ENTRIES = 10_000;
export const MAX_VERIFY_KEYS = 256;
/** Users that a page of pkiAdmin/listKeys holds. */
export const DEFAULT_LISTED_USERS = 50;
export const MAX_LISTED_USERS = 100;
export const MAX_TOLERANCE_MS = 10 * MINUTE_MS;

/** How long a host record from KV counts after the database read it came from. */
export const HOST_RECORD_MS = 30_000;
/** KV's own expiry of a host record; 60 s is the least that KV takes. */
export const HOST_RECORD_TTL_S = 60;

/** A change of key history is refused when the database's clock is ahead of the Worker's by more than this. */
export const MAX_CLOCK_LEAD_MS = MINUTE_MS;
/** The clock is moved on without a change where it lags by more than this. */
export const HEARTBEAT_LAG_MS = 1_000;

/** The period of both rate limits, as wrangler.toml sets it; a caller over a limit is told to wait this long. */
export const RATE_LIMIT_PERIOD_S = 60;

export const MAX_SSH_KEYS = 100;
export const MAX_SOURCE_ADDRESSES = 64;
export const MAX_KEY_NAME_CHARS = 128;
export const MAX_KEY_COMMENT_CHARS = 1024;
export const MAX_USERNAME_CHARS = 128;
/** Lines of one imported authorized_keys file, blank ones and comments included. */
export const MAX_IMPORT_LINES = 500;
export const DEFAULT_PAGE_ITEMS = 50;
export const MAX_PAGE_ITEMS = 100;

/** How long a person has to log in, and a program to redeem what they brought back. */
export const LOGIN_TOKEN_MS = 5 * MINUTE_MS;
export const CODE_MS = MINUTE_MS;

/** What READ_AUTH_CACHE_SECONDS may be. */
export const READ_AUTH_CACHE_S = { min: 0, max: 60, initial: 10 };

/** What SOCKET_IDLE_SECONDS may be. */
export const SOCKET_IDLE_S = { min: 1, max: 86_400, initial: 3600 };
/** Frames of one socket that wait for their answers, and their bytes. */
export const MAX_PENDING_FRAMES = 256;
export const MAX_PENDING_FRAME_BYTES = 2 * 1024 * 1024;

/** Authorized keys that expire within this time are counted for the operator, up to that many. */
export const EXPIRES_SOON_MS = 7 * DAY_MS;
export const MAX_COUNTED_KEYS = 1000;

/** After these the database, or KV, counts as not answering. D1 itself gives a query 30 s. */
export const DATABASE_LIMIT_MS = 10_000;
export const KV_LIMIT_MS = 2_000;

export const MAX_BOOKMARK_CHARS = 256;
export const MAX_LOGGED_CHARS = 256;

/** Rows that one clean-up statement removes at most, and how often a run of the cron repeats it. */
export const SWEEP_CHUNK_ROWS = 500;
export const SWEEP_CHUNKS = 10;

/** API key secrets that one run of the cron seals anew while the master secret is rotated. */
export const RESEAL_CHUNK_ROWS = 100;

/** Audit rows that one call looks through, or that one clean-up removes. */
export const MAX_AUDIT_SCAN_ROWS = 1000;
export const MAX_AUDIT_LIST_ROWS = 500;
/** Refusals of one API key that are written in an hour; the rest is counted. */
export const MAX_AUDITED_REFUSALS = 60;
/** What AUDIT_RETENTION_DAYS may be. */
export const AUDIT_RETENTION_DAYS = { min: 1, max: 3650, initial: 365 };

import type { Context } from "../../context";
import { randomUuid } from "../../ids";
import type { ImportedLine } from "../../keys/authorizedKeysFile";
import { fingerprint } from "../../keys/fingerprint";
import { MAX_KEY_NAME_CHARS, MAX_SOURCE_ADDRESSES, MAX_SSH_KEYS } from "../../limits";
import type { NewSshKey, Registration } from "../../store/sshKeyRegistration";
import { validityOf } from "./validity";

/** A line of an import before the database is asked: refused, or about the `n`-th key, for the first time or again. */
export type PreparedLine = { readonly line: number } & (
  | { readonly refused: string }
  | { readonly key: number; readonly first: boolean; readonly states: Stated }
);

/** What a line states of its key beyond the key itself. */
interface Stated {
  readonly sourceAddress: readonly string[];
  /** ms */
  readonly notAfter: number | undefined;
}

/** Puts the keys of a file together, each public key once, as its first line has it. */
export function prepareImport(
  imported: readonly ImportedLine[],
  { config, now, random }: Context,
): { keys: readonly NewSshKey[]; lines: readonly PreparedLine[] } {
  const at = now();
  const keys: NewSshKey[] = [];
  const places = new Map<string, number>();
  const lines = imported.map((item): PreparedLine => {
    const { line } = item;
    if ("refused" in item) return { line, refused: item.refused };
    const { sourceAddress, notAfter, blob, comment } = item.key;
    if (sourceAddress.length > MAX_SOURCE_ADDRESSES) {
      return { line, refused: `from= must have at most ${MAX_SOURCE_ADDRESSES} addresses.` };
    }
    const validity = validityOf(
      { notBefore: undefined, notAfter, expiresIn: undefined },
      at,
      config.sshKeyMaxMs,
    );
    if ("property" in validity)
      return { line, refused: validity.sentence.replace("not_after", "expiry-time=") };
    const print = fingerprint(blob);
    const place = places.get(print);
    const states = { sourceAddress, notAfter };
    if (place !== undefined) return { line, key: place, first: false, states };
    places.set(print, keys.length);
    keys.push({
      id: randomUuid(random),
      name: comment ? [...comment].slice(0, MAX_KEY_NAME_CHARS).join("") : print,
      comment: comment || null,
      algorithm: item.key.algorithm,
      publicKey: item.key.base64,
      fingerprint: print,
      ...validity,
      sourceAddress,
      interactive: null,
    });
    return { line, key: keys.length - 1, first: true, states };
  });
  return { keys, lines };
}

export interface LineOutcome {
  line: number;
  result: "added" | "known" | "refused";
  id?: string;
  fingerprint?: string;
  reason?: string;
}

const REASONS = {
  taken: "The key belongs to another user.",
  full: `The user has ${MAX_SSH_KEYS} keys, which is the bound.`,
  compromised: "The key was reported as compromised.",
};
const OTHERWISE = "The key is registered with other restrictions: change or delete it first.";

/** What became of a line, once it is known what became of its key. */
export function outcomeOfLine(
  prepared: PreparedLine,
  keys: readonly NewSshKey[],
  outcomes: readonly Registration[],
): LineOutcome {
  const { line } = prepared;
  if ("refused" in prepared) return { line, result: "refused", reason: prepared.refused };
  const key = keys[prepared.key] as NewSshKey;
  const outcome = outcomes[prepared.key] as Registration;
  const { fingerprint } = key;
  if (outcome.kind === "added" && prepared.first) return { line, result: "added", id: key.id, fingerprint };
  if (outcome.kind !== "added" && outcome.kind !== "known") {
    return { line, result: "refused", fingerprint, reason: REASONS[outcome.kind] };
  }
  const kept = outcome.kind === "known" ? outcome : key;
  return isLooser(kept, prepared.states)
    ? { line, result: "refused", fingerprint, reason: OTHERWISE }
    : { line, result: "known", fingerprint };
}

/** Whether what is kept lacks a restriction that the line states: to call that known would drop it. */
const isLooser = (
  kept: { readonly sourceAddress: readonly string[]; readonly notAfter: number | null },
  { sourceAddress, notAfter }: Stated,
): boolean =>
  (sourceAddress.length > 0 && JSON.stringify(sourceAddress) !== JSON.stringify(kept.sourceAddress)) ||
  (notAfter !== undefined && notAfter !== kept.notAfter);

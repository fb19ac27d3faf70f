import { utf8 } from "../bytes";
import { decodeUtf8, isMended } from "../http/body";
import { MAX_BODY_BYTES } from "../limits";

/** Codes that the server closes a socket with (RFC 6455, section 7.4.1, and IANA's registry after it). */
export const CLOSE = {
  goingAway: 1001,
  invalidPayload: 1007,
  messageTooBig: 1009,
  internalError: 1011,
  tryAgainLater: 1013,
} as const;

export type CloseReason = keyof typeof CLOSE;

/**
 * The text of a frame and its length on the wire, or why the socket is to be closed. The platform decodes text frames and
 * puts U+FFFD for what is no UTF-8, so that character is refused there: JSON can write it `\ufffd`, a binary frame as it is.
 */
export function readFrame(
  message: string | ArrayBuffer,
): { readonly text: string; readonly bytes: number } | { readonly refusal: CloseReason } {
  const size = typeof message === "string" ? message.length : message.byteLength;
  if (size > MAX_BODY_BYTES) return { refusal: "messageTooBig" };
  if (typeof message === "string") {
    const bytes = utf8(message).length;
    if (bytes > MAX_BODY_BYTES) return { refusal: "messageTooBig" };
    return isMended(message) ? { refusal: "invalidPayload" } : { text: message, bytes };
  }
  const text = decodeUtf8(message);
  return text === undefined ? { refusal: "invalidPayload" } : { text, bytes: size };
}

/** The code to answer a peer's close with: its own, where it may stand in a frame (RFC 6455, section 7.4). */
export const closeReply = (code: number): number =>
  (code >= 1000 && code <= 1014 && ![1004, 1005, 1006].includes(code)) || (code >= 3000 && code <= 4999)
    ? code
    : 1000;

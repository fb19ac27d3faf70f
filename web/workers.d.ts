/** Workers' extension of the Web Crypto API, which the DOM's types do not know; server sources are checked beside the pages. */
interface SubtleCrypto {
  timingSafeEqual(a: ArrayBuffer | ArrayBufferView, b: ArrayBuffer | ArrayBufferView): boolean;
}

/** Lets a memory hold one more: a full one begins anew, which costs what it knew and needs no order to be kept. */
export function makeRoom(memory: { readonly size: number; clear(): void }, bound: number): void {
  if (memory.size >= bound) memory.clear();
}

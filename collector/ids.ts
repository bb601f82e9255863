const KEY = "musculus";

/** `size` random bytes in hexadecimal (`randomUUID` would need https). */
export const random = (size: number): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(size)), (byte) => (byte + 256).toString(16).slice(1)).join("");

let here = "";

/** The recording of this tab: kept in its sessionStorage, or as long as the document where that is shut. */
export const recordingId = (): string => {
  here ||= random(16);
  try {
    here = sessionStorage[KEY] ||= here;
  } catch {} // this document's own, then
  return here;
};

/** The next recording gets another id. */
export const forgetId = () => {
  here = "";
  try {
    delete sessionStorage[KEY];
  } catch {} // nothing was kept
};

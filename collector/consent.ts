export type Consent = "required" | "granted" | "denied";

/**
 * What a visitor has agreed to before anything is recorded.
 *
 * What the site says counts. Where it says nothing, a visitor whose browser sends Global Privacy Control or
 * Do Not Track has said no.
 */
export const initial = (said: string | null | undefined, browser: Navigator): Consent => {
  if (said === "required" || said === "granted" || said === "denied") return said;
  const signal = (browser as any).globalPrivacyControl || browser.doNotTrack === "1";
  return signal ? "denied" : "granted";
};

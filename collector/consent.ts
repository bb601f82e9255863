export type Consent = "required" | "ask" | "granted" | "denied";

/**
 * What a visitor has agreed to before anything is recorded.
 *
 * What the site says counts; a word that isn't known is no consent. Where it says nothing, a visitor whose browser
 * sends Global Privacy Control or Do Not Track has said no.
 */
export const initial = (said: string | null | undefined, browser: Navigator): Consent => {
  const signal = (browser as any).globalPrivacyControl || browser.doNotTrack === "1";
  return (said as Consent) || (signal ? "denied" : "granted");
};

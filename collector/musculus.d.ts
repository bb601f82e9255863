/** Whether the visitor agreed: nothing is recorded before `granted`. */
export type Consent = "required" | "ask" | "granted" | "denied";

export interface Options {
  /** The site's name. */
  site?: string;
  /** The site's write key: it can only write, so it may stand in the page. */
  key?: string;
  /** Where batches go; the script tag's own server by default, else `/v1/ingest` of the page's. */
  endpoint?: string;
  /** Left out: granted, unless the browser sends Global Privacy Control or Do Not Track. `ask` waits for consent.js. */
  consent?: Consent;
}

export interface Musculus {
  /** Begins to record, or waits for consent. */
  start(options?: Options): void;
  /** Sends what there is and removes every listener. */
  stop(): void;
  /** Says that a stimulus appeared (its element gives the box) or that a task began, by name. */
  mark(kind: "stimulus" | "task", what?: Element | string): void;
  /** Sends what there is, now. */
  flush(): void;
  /** The visitor's answer; `denied` drops what has not been sent. */
  consent(answer: Consent): void;
  /** For the site's own server, which asks `POST /v1/verify` about it: good once, for a few minutes. Rejects where nothing is recorded. */
  token(): Promise<string>;
  /** Stops, drops what has not been sent, and asks the server to delete this visit. */
  forget(): void;
}

export declare const musculus: Musculus;
export default musculus;

declare global {
  interface Window {
    musculus: Musculus;
  }
}

// consent.js: asks the visitor, once a text, whether musculus may record; added by the collector's own tag with
// data-consent="ask". A small bar, not in the way of the page; no answer, or no server, means that nothing is recorded.
import type { Musculus } from "./musculus";

interface Wording {
  readonly version: string;
  readonly text: string;
  readonly language: string;
  readonly yes: string;
  readonly no: string;
}
interface Answer {
  readonly version: string;
  readonly yes: boolean;
}

const KEY = "musculus-consent";
const STYLE = `
:host { all: initial; position: fixed; inset: auto 0 0; z-index: 2147483647; color-scheme: light dark; }
div[role] { box-sizing: border-box; max-height: 50vh; overflow: auto; padding: 12px max(16px, calc(50vw - 360px)) 0;
  background: Canvas; color: CanvasText; border-top: 2px solid; font: 15px/1.45 system-ui, sans-serif; overflow-wrap: anywhere; }
p { margin: 0 0 8px; white-space: pre-line; } .first { font-weight: 600; }
.answers { display: flex; flex-wrap: wrap; gap: 8px; position: sticky; bottom: 0; padding: 6px 4px 12px; background: Canvas; }
button { flex: 1 1 120px; max-width: 240px; min-height: 44px; font: inherit; color: inherit; background: none; border: 2px solid;
  border-radius: 6px; cursor: pointer; }
button:hover { text-decoration: underline; } :focus-visible { outline: 3px solid; outline-offset: 2px; }`;

const tag = document.querySelector<HTMLScriptElement>('script[data-consent="ask"]')!;
const collector = () => (window as { musculus?: Musculus }).musculus!;
const ingest = tag.dataset.endpoint || new URL("/v1/ingest", tag.src).href;
const [path, query = ""] = ingest.split("?");
const address = path.replace(/[^/]*$/, "consent?") + [query, tag.dataset.key && "key=" + tag.dataset.key].filter(Boolean).join("&");

let wording: Wording;

/** What this browser answered before; nothing where its storage is shut. */
const remembered = (): Answer | undefined => {
  try {
    return JSON.parse(localStorage[KEY]);
  } catch {
    return undefined;
  }
};

/** Recording begins, and the server hears to which text; again on the next page where it could not be told. */
const grant = () => {
  collector().consent("granted");
  try {
    const agreed = `${sessionStorage.musculus} ${wording.version}`;
    if (sessionStorage[KEY] === agreed) return;
    fetch(address, { method: "POST", body: agreed, keepalive: true }).then(
      (answer) => answer.ok && (sessionStorage[KEY] = agreed),
      () => {},
    );
  } catch {} // without a session of its own a visit has no number to agree under
};

const close = () => document.getElementById(KEY)?.remove(); // also where a page has the tag twice

/** Keeps the answer. A no after a yes stops, and deletes this visit. */
const answered = (yes: boolean) => {
  const before = remembered();
  try {
    localStorage[KEY] = JSON.stringify({ version: wording.version, yes });
  } catch {} // it will be asked again
  close();
  if (yes) grant();
  else if (before?.yes) collector().forget();
  else collector().consent("denied");
};

const make = <K extends keyof HTMLElementTagNameMap>(name: K, said: Partial<HTMLElementTagNameMap[K]>) =>
  Object.assign(document.createElement(name), said);

/** The bar; `from` is the element that asked for it, which gets the focus back. */
const ask = (from?: HTMLElement) => {
  close();
  const host = make("div", { id: KEY, lang: wording.language });
  host.dataset.musculusIgnore = "";
  const shadow = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet(); // a policy that forbids inline styles allows these
  sheet.replaceSync(STYLE);
  shadow.adoptedStyleSheets = [sheet];
  const bar = make("div", { tabIndex: -1, dir: "auto" });
  for (const [name, value] of Object.entries({ role: "dialog", "aria-labelledby": "first", "aria-describedby": "rest" })) bar.setAttribute(name, value);
  const [first, ...rest] = wording.text.split("\n");
  bar.append(make("p", { id: "first", className: "first", textContent: first }), make("p", { id: "rest", textContent: rest.join("\n").trim() }));
  const answers = make("div", { className: "answers" });
  for (const yes of [true, false]) {
    const button = make("button", { type: "button", textContent: yes ? wording.yes : wording.no });
    button.addEventListener("click", () => {
      answered(yes);
      from?.focus();
    });
    answers.append(button);
  }
  bar.append(answers);
  bar.addEventListener("keydown", (e) => {
    if (e.key !== "Escape") return;
    close(); // no answer: nothing is recorded, and the next page asks again
    from?.focus();
  });
  shadow.append(bar);
  document.body.prepend(host); // first for the keyboard, too
  if (from) bar.focus();
};

const begin = async () => {
  const answer = await fetch(address);
  if (!answer.ok) return;
  wording = await answer.json();
  document.addEventListener("click", (e) => {
    const link = (e.target as Element).closest?.<HTMLElement>("[data-musculus-consent]");
    if (!link) return;
    e.preventDefault();
    ask(link);
  });
  const said = remembered();
  if (said?.version === wording.version) {
    if (said.yes) grant();
  } else if (!((navigator as { globalPrivacyControl?: boolean }).globalPrivacyControl || navigator.doNotTrack === "1")) ask();
};

const start = () => begin().catch(() => {}); // no server: nothing is asked, nothing recorded
if (document.body) start();
else document.addEventListener("DOMContentLoaded", start);

export {};

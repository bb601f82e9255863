import { createCollector, type Collector } from "./collector";
import { Family, Kind } from "./columns";
import { initial } from "./consent";
import { watchFrames } from "./frames";
import { forgetId, recordingId } from "./ids";
import type { Musculus } from "./musculus";
import { keys } from "./sources/keys";
import { now, page, show, windowState } from "./sources/page";
import { pointer } from "./sources/pointer";
import { scroll, wheel } from "./sources/scroll";
import type { Source } from "./sources/source";
import { describe, describeElement, nameTarget } from "./sources/details";
import { targets } from "./sources/targets";
import { watchViews } from "./views";

const everywhere: Source[] = [pointer(describe), wheel, keys, targets];

let site: string;
let endpoint: string | undefined; // until start() says where
let collector: Collector | undefined;

const end = (drop: boolean) => {
  collector?.stop(drop);
  collector = undefined;
};

/** The address of another of the server's routes, key and all. */
const beside = (name: string) => endpoint!.replace(/[^/]*?(\?.*)?$/, name + "$1");

const views: Source = (sink, root) =>
  watchViews(() => {
    collector!.nextView();
    show(sink, root);
  });

export const musculus: Musculus = {
  start(options = {}) {
    site = (options.site || "").slice(0, 64);
    endpoint = options.endpoint || "/v1/ingest";
    if (options.key) endpoint += (endpoint.includes("?") ? "&key=" : "?key=") + options.key;
    musculus.consent(initial(options.consent, navigator));
  },
  stop() {
    end(false);
  },
  consent(answer) {
    if (answer !== "granted") end(true);
    else if (endpoint) {
      const sources = [...everywhere, scroll, page, windowState, watchFrames(everywhere), views];
      collector ||= createCollector(site, endpoint, recordingId(), sources);
    }
  },
  mark(kind, what) {
    if (!collector) return;
    const { rows } = collector;
    rows.row(kind === "task" ? Kind.Task : Kind.Stimulus, now(), Family.Page);
    if (typeof what === "string") nameTarget(rows, what);
    else if (what) describeElement(rows, what, true);
  },
  flush() {
    collector?.flush();
  },
  async token() {
    collector!.flush(); // rejects where nothing is recorded
    const answer = await fetch(beside("token"), { method: "POST", body: recordingId() });
    const { token, detail } = await answer.json();
    if (!token) throw Error(detail);
    return token;
  },
  forget() {
    if (!endpoint) return;
    const url = beside("recordings/" + recordingId());
    end(true);
    forgetId();
    fetch(url, { method: "DELETE", keepalive: true }).catch(() => {}); // nobody is waiting for the answer
  },
};

export default musculus;

// Only what records and sends: pointer, keys, wheel, scroll, visibility; for knowing what the rest costs.
import { createCollector } from "../collector";
import { recordingId } from "../ids";
import { keys } from "../sources/keys";
import { page } from "../sources/page";
import { pointer } from "../sources/pointer";
import { scroll, wheel } from "../sources/scroll";

const tag = document.currentScript as HTMLScriptElement;
const endpoint = tag.dataset.endpoint || new URL("/v1/ingest", tag.src).href;
const sources = [pointer(() => {}), wheel, keys, scroll, page];
const { flush, stop } = createCollector(tag.dataset.site!, endpoint, recordingId(), sources);
window.musculus = { flush, stop } as never;

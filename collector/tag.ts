// The script tag: <script src="https://.../musculus.js" data-site="demo" async></script>. A second one changes nothing.
import { musculus } from "./index";
import type { Consent } from "./musculus";

const tag = document.currentScript as HTMLScriptElement;
(window.musculus ||= musculus).start({
  site: tag.dataset.site,
  key: tag.dataset.key,
  endpoint: tag.dataset.endpoint || new URL("/v1/ingest", tag.src).href,
  consent: tag.dataset.consent as Consent,
});
if (tag.dataset.consent === "ask") {
  const banner = document.createElement("script");
  banner.src = new URL("consent.js", tag.src).href;
  document.head.append(banner);
}

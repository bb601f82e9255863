// Vue: app.use(recording, { site: "shop", key: "mk_write_...", endpoint: "https://your.server/v1/ingest" });
// <button v-stimulus> says when the button appeared and where.
import musculus from "https://your.server/musculus.mjs";

export const recording = {
  install(app, options) {
    musculus.start(options);
    app.onUnmount(() => musculus.stop());
    app.directive("stimulus", { mounted: (element) => musculus.mark("stimulus", element) });
  },
};

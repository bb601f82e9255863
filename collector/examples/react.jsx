// React: record while the application is mounted; page views follow the router by themselves.
import { useEffect } from "react";
import musculus from "https://your.server/musculus.mjs";

export function App({ agreed, children }) {
  useEffect(() => {
    musculus.start({ site: "shop", key: "mk_write_...", endpoint: "https://your.server/v1/ingest", consent: "required" });
    return () => musculus.stop();
  }, []);
  useEffect(() => {
    if (agreed) musculus.consent("granted");
  }, [agreed]);
  return children;
}

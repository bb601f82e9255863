import { listen } from "./listen";

const MEMORY = 2 ** 20;
const SLOWEST = 60_000; // ms between two tries, where the server doesn't ask for more
const CONFIRM = 5_000;

export interface Sender {
  /** Keeps a frame until the server has acknowledged it. */
  keep(bytes: Uint8Array, events: number): void;
  /** Sends the oldest frame, unless one is on its way. */
  pump(): void;
  /** The page may go any moment: beacons for everything unacknowledged, as much as the browser takes (64 KiB). */
  leave(): void;
  /** Events of frames that were given up: refused, or too old for the memory. */
  lost(): number;
  /** Stops listening; what is not acknowledged is still sent, or with `drop` forgotten. */
  stop(drop: boolean): void;
}

/** Sends frames one at a time, oldest first, and again until the server answers 202; a server keeps a frame once. */
export const createSender = (endpoint: string, root: Window): Sender => {
  const ledger: { body: Blob; events: number }[] = []; // unacknowledged, the first perhaps on its way
  let flying = 0; // whether it is
  let size = 0;
  let lost = 0;
  let tries = 0;
  let timer = 0; // while it runs, nothing is sent

  /** Takes an entry out; its number of events. */
  const remove = (at: number) => {
    const [{ body, events }] = ledger.splice(at, 1);
    size -= body.size;
    return events;
  };
  const again = () => {
    timer = 0;
    pump();
  };
  const later = (ms: number) => {
    timer ||= setTimeout(again, ms);
  };
  const pump = async () => {
    if (flying || timer || !ledger[0]) return;
    flying = 1;
    let status = 0;
    let wait = 0;
    try {
      const answer = await fetch(endpoint, { method: "POST", body: ledger[0].body });
      status = answer.status;
      wait = +answer.headers.get("retry-after")! * 1000; // a wish longer than timers run is none
    } catch {} // no answer: offline, or nobody there
    flying = 0;
    const refused = +/4(?!08|29)../.test(status as never); // of these it will never take this frame
    if (status === 202 || refused) {
      lost += refused * remove(0);
      tries = 0;
      pump();
    } else later((wait % 1e9 || Math.min(SLOWEST, 1000 * 2 ** tries++)) * (1 + Math.random() / 2));
  };

  const off = listen(root, { online: again });
  return {
    keep(bytes, events) {
      const body = new Blob([bytes as BlobPart], { type: "text/plain" });
      ledger.push({ body, events });
      size += body.size;
      while (size > MEMORY) lost += remove(flying);
    },
    pump,
    leave() {
      ledger.map(({ body }) => navigator.sendBeacon(endpoint, body));
      later(CONFIRM); // whether a beacon arrived nobody says: if the page stays, all of it is sent again
    },
    lost: () => lost,
    stop(drop) {
      off();
      if (drop) ledger.length = flying;
    },
  };
};

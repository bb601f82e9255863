"""The tables of the PostgreSQL store, and its statements that are longer than a line."""

from __future__ import annotations

from typing import Final

VERSION: Final = 1
SCHEMA: Final = "musculus"
ID: Final = 'text COLLATE "C" NOT NULL'  # byte by byte, as SQLite and Python sort

TABLES: Final = f"""
CREATE SCHEMA {SCHEMA};
CREATE TABLE {SCHEMA}.version (version integer NOT NULL);
INSERT INTO {SCHEMA}.version VALUES ({VERSION});
CREATE TABLE {SCHEMA}.batch (
  recording {ID}, site {ID}, view {ID}, sequence bigint NOT NULL,
  origin double precision NOT NULL, received bigint NOT NULL, events bigint NOT NULL, crc bigint NOT NULL,
  frame bytea NOT NULL,
  PRIMARY KEY (recording, site, view, sequence)
);
ALTER TABLE {SCHEMA}.batch ALTER frame SET STORAGE EXTERNAL;
CREATE TABLE {SCHEMA}.recording (
  recording {ID}, site {ID}, first bigint NOT NULL, last bigint NOT NULL,
  batches bigint NOT NULL, events bigint NOT NULL, size bigint NOT NULL, erased bigint,
  PRIMARY KEY (recording, site)
) WITH (fillfactor = 70);
CREATE INDEX recording_newest ON {SCHEMA}.recording (last, recording);
CREATE INDEX recording_erased ON {SCHEMA}.recording (erased) WHERE erased IS NOT NULL;
CREATE TABLE {SCHEMA}.verdict (
  recording {ID}, site {ID}, batches bigint NOT NULL, model text NOT NULL, label text NOT NULL,
  made bigint NOT NULL, crc bigint NOT NULL, document bytea NOT NULL,
  PRIMARY KEY (recording, site)
);
CREATE TABLE {SCHEMA}.record (
  kind {ID}, site {ID}, name {ID}, made bigint NOT NULL, crc bigint NOT NULL,
  recording text COLLATE "C", document bytea NOT NULL,
  PRIMARY KEY (kind, site, name)
);
CREATE INDEX record_recording ON {SCHEMA}.record (recording) WHERE recording IS NOT NULL;
CREATE TABLE {SCHEMA}.letter (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, received bigint NOT NULL, reason text NOT NULL,
  recording text COLLATE "C", crc bigint NOT NULL, frame bytea NOT NULL
);
CREATE INDEX letter_recording ON {SCHEMA}.letter (recording);
"""

# The row of the list is locked first, in one order everywhere: whoever counts in it waits here and nowhere else.
LOCK: Final = """
INSERT INTO recording AS r (recording, site, first, last, batches, events, size)
SELECT recording, site, 0, 0, 0, 0, 0 FROM unnest($1::text[], $2::text[]) AS given (recording, site)
ORDER BY recording, site
ON CONFLICT (recording, site) DO UPDATE SET batches = r.batches
RETURNING recording, site, erased IS NOT NULL AS erased
"""

# What is new, and the list counts it in the same statement: by its key, where joining would read the whole list as long
# as the database has not looked at how long it is.
INSERT: Final = """
WITH new AS (
  INSERT INTO batch (site, recording, view, sequence, origin, received, events, frame, crc)
  SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::float8[], $6::bigint[], $7::bigint[],
                       $8::bytea[], $9::bigint[])
  ON CONFLICT DO NOTHING
  RETURNING recording, site, view, sequence, received, events, length(frame) AS size
), g AS (
  SELECT recording, site, min(received) AS first, max(received) AS last, count(*) AS batches, sum(events) AS events,
         sum(size) AS size
  FROM new GROUP BY recording, site
), counted AS (
  INSERT INTO recording AS r (recording, site, first, last, batches, events, size)
  SELECT recording, site, first, last, batches, events, size FROM g
  ON CONFLICT (recording, site) DO UPDATE
  SET first = CASE WHEN r.batches = 0 THEN excluded.first ELSE least(r.first, excluded.first) END,
      last = greatest(r.last, excluded.last), batches = r.batches + excluded.batches,
      events = r.events + excluded.events, size = r.size + excluded.size
)
SELECT recording, site, view, sequence FROM new
"""

SAME: Final = "SELECT frame FROM batch WHERE recording = $1 AND site = $2 AND view = $3 AND sequence = $4"

# Without waiting for the disk: a verdict that a crash of the database takes is made again by whoever asks.
VERDICT: Final = """
WITH held AS (
  SELECT set_config('synchronous_commit', 'off', true) FROM recording
  WHERE recording = $2 AND site = $1 AND erased IS NULL FOR SHARE
)
INSERT INTO verdict AS v (site, recording, batches, model, label, made, document, crc)
SELECT $1, $2, $3, $4, $5, $6, $7, $8 WHERE EXISTS (SELECT 1 FROM held)
ON CONFLICT (recording, site) DO UPDATE
SET batches = excluded.batches, model = excluded.model, label = excluded.label, made = excluded.made,
    document = excluded.document, crc = excluded.crc
WHERE excluded.batches >= v.batches OR excluded.model <> v.model
"""

RECORD: Final = """
WITH held AS (SELECT erased FROM recording WHERE recording = $6 AND site = $2 FOR SHARE)
INSERT INTO record (kind, site, name, made, document, recording, crc)
SELECT $1, $2, $3, $4, $5, $6, $7
WHERE NOT EXISTS (SELECT 1 FROM held WHERE erased IS NOT NULL)
ON CONFLICT (kind, site, name)
"""
REPLACE: Final = (
    "DO UPDATE SET made = excluded.made, document = excluded.document, recording = excluded.recording,"
    " crc = excluded.crc RETURNING 1"
)
KEEP: Final = "DO NOTHING RETURNING 1"

ERASE: Final = """
INSERT INTO recording AS r (recording, site, first, last, batches, events, size, erased)
VALUES ($1, $2, 0, 0, 0, 0, 0, $3)
ON CONFLICT (recording, site) DO UPDATE
SET erased = excluded.erased, first = 0, last = 0, batches = 0, events = 0, size = 0
"""

# One statement, so that both are of one moment: what the list counts (first in each row), and the batches; one row of
# nulls where there is none.
BATCHES: Final = """
SELECT coalesce((SELECT batches FROM recording WHERE recording = $1 AND site = $2), 0),
       b.site, b.recording, b.view, b.sequence, b.origin, b.received, b.events, b.frame, b.crc
FROM (VALUES (1)) AS one LEFT JOIN batch AS b ON b.recording = $1 AND b.site = $2
ORDER BY b.origin, b.view, b.sequence
"""

LISTING: Final = """
SELECT r.site, r.recording, r.first, r.last, r.batches, r.events, r.size,
       v.site, v.recording, v.batches, v.model, v.label, v.made, v.document, v.crc
FROM recording r LEFT JOIN verdict v ON v.recording = r.recording AND v.site = r.site
"""

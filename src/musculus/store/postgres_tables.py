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

INSERT: Final = """
INSERT INTO batch (site, recording, view, sequence, origin, received, events, frame, crc)
SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::float8[], $6::bigint[], $7::bigint[],
                     $8::bytea[], $9::bigint[])
ON CONFLICT DO NOTHING
RETURNING recording, site, view, sequence
"""

SAME: Final = "SELECT frame FROM batch WHERE recording = $1 AND site = $2 AND view = $3 AND sequence = $4"

COUNT: Final = """
UPDATE recording AS r
SET first = CASE WHEN r.batches = 0 THEN g.first ELSE least(r.first, g.first) END,
    last = greatest(r.last, g.last), batches = r.batches + g.batches, events = r.events + g.events,
    size = r.size + g.size
FROM unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[])
     AS g (recording, site, first, last, batches, events, size)
WHERE r.recording = g.recording AND r.site = g.site
"""

VERDICT: Final = """
WITH held AS (SELECT 1 FROM recording WHERE recording = $2 AND site = $1 AND erased IS NULL FOR SHARE)
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

LISTING: Final = """
SELECT r.site, r.recording, r.first, r.last, r.batches, r.events, r.size,
       v.site, v.recording, v.batches, v.model, v.label, v.made, v.document, v.crc
FROM recording r LEFT JOIN verdict v ON v.recording = r.recording AND v.site = r.site
"""

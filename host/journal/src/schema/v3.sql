-- CRC-32 of the text. NULL in rows of earlier releases.
ALTER TABLE event ADD COLUMN sum INTEGER;
ALTER TABLE given ADD COLUMN sum INTEGER;

-- Which journal this is, in one row. A copy that is put back gets another.
CREATE TABLE generation (id INTEGER NOT NULL) STRICT;

INSERT INTO generation (id) VALUES (random());

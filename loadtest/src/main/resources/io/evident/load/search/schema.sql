-- One row per event, with every field that Evident stores, in the narrowest type that holds it; wide columns last.
CREATE TYPE outcome AS ENUM ('success', 'failure', 'denied', 'unknown');
CREATE TYPE severity AS ENUM ('P0_CRITICAL', 'P1_HIGH', 'P2_MEDIUM', 'P3_LOW', 'P4_INFO');

CREATE TABLE events (
  id             uuid        NOT NULL,
  event_time     timestamptz NOT NULL,
  received_time  timestamptz NOT NULL,
  outcome        outcome     NOT NULL,
  severity       severity    NOT NULL,
  tenant         text        NOT NULL,
  stream         text,
  actor_id       text        NOT NULL,
  actor_ip       inet,
  actor_agent    text,
  action         text        NOT NULL,
  category       text,
  resource_type  text        NOT NULL,
  resource_id    text        NOT NULL,
  received_from  text        NOT NULL,
  labels         text[],
  attributes     json
);

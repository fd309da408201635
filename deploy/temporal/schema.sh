#!/bin/sh
# Makes Temporal's two databases and brings their schemas up to date; safe to repeat. Needs SQL_PASSWORD.
set -eu
for name in temporal:temporal temporal_visibility:visibility; do
  db=${name%%:*}
  sql="temporal-sql-tool --plugin postgres12 --ep postgres -p 5432 -u postgres --db $db"
  # Both may be there already; whether they are right is told by the last.
  $sql create || true
  $sql setup-schema -v 0.0 || true
  $sql update-schema -d "/etc/temporal/schema/postgresql/v12/${name##*:}/versioned"
done

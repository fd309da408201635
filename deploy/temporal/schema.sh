#!/bin/sh
# Brings the schemas of Temporal's two databases up to date, as the user that owns them (`prepare --temporal` makes both); safe to
# repeat. Needs SQL_PASSWORD.
set -eu
for name in temporal:temporal temporal_visibility:visibility; do
  db=${name%%:*}
  sql="temporal-sql-tool --plugin postgres12 --ep postgres -p 5432 -u temporal --db $db"
  # The first may have been done before; whether all is right is told by the second.
  $sql setup-schema -v 0.0 || true
  $sql update-schema -d "/etc/temporal/schema/postgresql/v12/${name##*:}/versioned"
done

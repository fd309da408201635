#!/bin/sh
# Redis with a user for each program (users.acl). Passwords stand in this container's environment; the file that Redis reads
# has their SHA-256, and lies in memory.
set -eu
hashed() { printf %s "$1" | sha256sum | cut -d ' ' -f 1; }
sed -e "s/%OPERATOR%/$(hashed "$REDIS_OPERATOR_PASSWORD")/" -e "s/%BOT%/$(hashed "$REDIS_BOT_PASSWORD")/" \
  -e "s/%WORKERS%/$(hashed "$REDIS_WORKERS_PASSWORD")/" /etc/countersign/users.acl > /run/countersign/users.acl
exec docker-entrypoint.sh redis-server --aclfile /run/countersign/users.acl --appendonly yes --maxmemory-policy noeviction

#!/bin/sh
# Makes the namespace when it is missing, and waits until Temporal answers. Needs TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE.
set -eu
tries=60
until temporal operator namespace describe -n "$TEMPORAL_NAMESPACE" >/dev/null 2>&1 ||
  temporal operator namespace create -n "$TEMPORAL_NAMESPACE" --retention 30d >/dev/null 2>&1; do
  tries=$((tries - 1))
  [ "$tries" -gt 0 ] || { echo "Temporal does not answer at $TEMPORAL_ADDRESS" >&2; exit 1; }
  sleep 2
done
echo "the namespace $TEMPORAL_NAMESPACE is there"

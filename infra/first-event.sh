#!/usr/bin/env bash
# A tenant's first event: makes the tenant with a source, sends one event, and waits until it stands in the log.
# A second run changes nothing but the settings' revision, and the event is told to be a duplicate.
#   infra/first-event.sh https://host/api TENANT
# The token is taken from AISPM_TOKEN, or from az for AISPM_TOKEN_AUDIENCE. It must name the tenant and bring the roles
# admin and collector.
set -euo pipefail

api=${1:?address of the API}
tenant=${2:?id of the tenant}
token=${AISPM_TOKEN:-$(az account get-access-token --scope "${AISPM_TOKEN_AUDIENCE:?audience}/.default" --query accessToken --output tsv)}
uri=urn:aispm:first-event

# call METHOD PATH [BODY [TYPE]]: the answer, or the end with what was said.
call() {
  curl --silent --show-error --fail-with-body --max-time 60 --request "$1" "$api/tenants/$tenant$2" \
    --header @<(printf 'Authorization: Bearer %s\n' "$token") \
    --header "Content-Type: ${4:-application/json}" ${3:+--data "$3"}
}

# The same at every run, so that it is admitted once.
event="{\"specversion\":\"1.0\",\"type\":\"aispm.session.recorded\",\"source\":\"$uri\",\"id\":\"first\",
  \"time\":\"2026-11-01T12:00:00.000Z\",\"tenantid\":\"$tenant\",\"environment\":\"dev\",
  \"data\":{\"session\":\"first\",\"agent\":\"first-event\",\"state\":\"completed\",\"startedAt\":\"2026-11-01T12:00:00.000Z\",\"decisions\":0}}"

# A tenant's first sources are said when it is created; one more takes two people. Said again, they change nothing.
source="{\"id\":\"first\",\"uri\":\"$uri\",\"connectorType\":\"custom\",\"provenance\":\"live\",
  \"environments\":[\"dev\"],\"eventTypes\":[\"runtime\"],\"keys\":[]}"
call PUT '' "{\"settings\":{\"displayName\":\"$tenant\",\"timeZone\":\"Etc/UTC\"},\"sources\":[$source]}" >/dev/null
printf 'ok    the tenant %s is there, with its keys and the source %s\n' "$tenant" "$uri"
receipt=$(call POST /evidence "$event" application/cloudevents+json)
printf 'ok    admitted: %s\n' "$receipt"
id=$(grep -oE '"id":"[0-9a-f]{64}"' <<<"$receipt" | head -n 1 | cut -d '"' -f 4)
for _ in $(seq 60); do
  if proof=$(call GET "/evidence/$id/proof" 2>/dev/null); then
    printf 'ok    it stands in the log: %s\n' "$proof"
    exit 0
  fi
  sleep 2
done
printf 'FAIL  the event was admitted but is not in the log\n'
exit 1

#!/usr/bin/env bash
# Asks a deployed app whether it is the one that was built, and whether it is shut to those without a token.
#   infra/smoke.sh https://host VERSION DIGEST
set -euo pipefail

address=${1:?address of the app}
version=${2:?version that was deployed}
digest=${3:?SHA-256 of the package that was deployed}

# status PATH [CURL OPTION…]
status() { curl --silent --output /dev/null --write-out '%{http_code}' --max-time 30 "${@:2}" "$address/api/$1"; }

# expect WHAT WANTED GIVEN
expect() {
  if [ "$2" = "$3" ]; then printf 'ok    %s\n' "$1"; else printf 'FAIL  %s: %s, not %s\n' "$1" "$3" "$2" && return 1; fi
}

# A new package takes a moment to be the one that answers.
for _ in $(seq 30); do
  health=$(curl --silent --fail --max-time 30 "$address/api/health" || true)
  [[ $health == *"\"version\":\"$version\""*"\"digest\":\"$digest\""* ]] && break
  sleep 10
done
[[ $health == *"\"version\":\"$version\""* ]] && serving=$version || serving=${health:-nothing}
expect "version $version answers" "$version" "$serving"
[[ $health == *"\"digest\":\"$digest\""* ]] && build=$digest || build=${health:-nothing}
expect 'it is the package that was deployed' "$digest" "$build"
expect 'the contract is served' 200 "$(status openapi.json)"
expect 'evidence needs a token' 401 "$(status tenants/smoke/evidence --request POST --header 'Content-Type: application/cloudevents+json' --data '{}')"
expect 'posture needs a token' 401 "$(status tenants/smoke/posture)"
# The platform answers plain HTTP with a way to HTTPS and nothing else.
plain=$(curl --silent --output /dev/null --write-out '%{http_code}' --max-time 30 "${address/https:/http:}/api/health" || true)
expect 'plain HTTP is turned away' 3 "${plain:0:1}"

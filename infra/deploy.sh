#!/usr/bin/env bash
# Takes a subscription from nothing to a running service, and every later time to the state that the templates say. A
# second run changes nothing. Needs: az (logged in, Owner or Contributor with User Access Administrator), node, npm, curl,
# zip, unzip.
#
#   infra/deploy.sh ENVIRONMENT                     everything, in order
#   infra/deploy.sh ENVIRONMENT preview             what would change (what-if); changes nothing
#   infra/deploy.sh ENVIRONMENT resources           resources only
#   infra/deploy.sh ENVIRONMENT package [APP.ZIP]   package, event subscriptions, smoke test
#   infra/deploy.sh ENVIRONMENT events              event subscriptions only
#
# The order is the point: resources, then the package, then the subscriptions, for Event Grid takes a subscription only
# where the function that it names exists.
set -euo pipefail
cd "$(dirname "$0")/.."

environment=${1:?dev, staging or production}
step=${2:-all}
package=${3:-.local/package/app.zip}
export AISPM_ENVIRONMENT=$environment
export AZURE_LOCATION=${AZURE_LOCATION:-westeurope}
# As infra/names.bicep has it.
group=rg-aispm-$environment

# Example values stand in the parameters for the checks; nothing real is deployed with them.
if [ "$step" != events ]; then : "${AISPM_TOKEN_AUDIENCE:?client id of the application that tokens are for}"; fi
if [ "$environment" != dev ]; then
  : "${AISPM_MAIL_DOMAIN:?domain that mails come from}" "${AISPM_CALLER_RANGE:?address range of the senders}"
  : "${AISPM_ALERT_ADDRESS:?who is told of an alert}"
fi

parameters=(--location "$AZURE_LOCATION" --parameters "infra/main.$environment.bicepparam")

preview() { az deployment sub what-if "${parameters[@]}"; }

resources() {
  az deployment sub create --name "aispm-$environment" "${parameters[@]}" --output none
  if [ "${AISPM_WORM:-unlocked}" = locked ]; then infra/lock-worm.sh "$group"; fi
}

# The app of a private environment knows its callers; the machine that deploys is one for as long as it deploys.
admit_this_machine() {
  [ "$environment" != dev ] || return 0
  local here
  here=${AISPM_DEPLOYER_ADDRESS:-$(curl --silent --fail --max-time 20 https://api.ipify.org)}
  trap dismiss_this_machine EXIT
  for site in false true; do
    az functionapp config access-restriction add --resource-group "$group" --name "$app" --scm-site "$site" \
      --rule-name deployment --action Allow --ip-address "$here/32" --priority 90 --output none
  done
}

dismiss_this_machine() {
  for site in false true; do
    az functionapp config access-restriction remove --resource-group "$group" --name "$app" --scm-site "$site" \
      --rule-name deployment --output none || true
  done
}

# A role may take minutes to be known everywhere; until then the platform cannot store the package.
push_package() {
  for attempt in 1 2 3 4 5; do
    az functionapp deployment source config-zip --resource-group "$group" --name "$app" --src "$package" --output none && return
    printf 'attempt %s failed; roles may not be in force yet\n' "$attempt" >&2
    sleep 60
  done
  return 1
}

# Who runs here: what the service proves names its build. Told once the package is there, and taken back before another comes,
# so that no package ever speaks for another: in between it names none.
name_release() {
  az functionapp config appsettings set --resource-group "$group" --name "$app" --output none \
    --settings "AISPM_RELEASE=$1" "AISPM_RELEASE_DIGEST=$2"
}

# of_package MEMBER: what package.json in the package says of it. A release without a name of its own goes by its version.
of_package() {
  unzip -p "$package" package.json |
    node -p 'const of = JSON.parse(fs.readFileSync(0, "utf8")); of[process.argv[1]] ?? of.version' "$1"
}

# wait_for FUNCTION: until the platform has found it in the package.
wait_for() {
  for _ in $(seq 60); do
    if az functionapp function show --resource-group "$group" --name "$app" --function-name "$1" --output none 2>/dev/null; then return; fi
    sleep 5
  done
  printf 'the app has no function %s\n' "$1" >&2
  return 1
}

events() {
  wait_for ingestEvidenceEvents
  wait_for receiveDeliveryReports
  az deployment group create --resource-group "$group" --name events \
    --parameters infra/events.bicepparam --output none
}

find_app() {
  app=$(az functionapp list --resource-group "$group" --query '[0].name' --output tsv)
  address=https://$(az functionapp show --resource-group "$group" --name "$app" --query defaultHostName --output tsv)
}

deploy_package() {
  local release digest
  release=$(of_package release)
  digest=$(sha256sum "$package" | cut -d ' ' -f 1)
  admit_this_machine
  name_release '' ''
  push_package
  name_release "$release" "$digest"
  events
  infra/smoke.sh "$address" "$(of_package version)" "$digest"
}

case $step in
  preview) preview ;;
  resources) resources ;;
  events) find_app && events ;;
  package) find_app && deploy_package ;;
  all)
    infra/package.sh
    preview
    resources
    find_app
    deploy_package
    printf '%s is at %s; a tenant and its first event: infra/first-event.sh %s/api TENANT\n' "$environment" "$address" "$address"
    ;;
  *)
    printf 'no such step: %s\n' "$step" >&2
    exit 2
    ;;
esac

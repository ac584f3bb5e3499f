#!/usr/bin/env bash
# Locks the retention policies of log and reports for good: from then on nobody, the owner of the subscription included,
# can shorten them or delete what they hold. Called by infra/deploy.sh where AISPM_WORM=locked; a second run changes
# nothing. Deploy once with AISPM_WORM=unlocked first: the template writes the policies that are locked here, and leaves
# them out once they are, for a locked policy refuses every template.
#   infra/lock-worm.sh GROUP
set -euo pipefail

group=${1:?resource group}
account=$(az storage account list --resource-group "$group" --query "[?starts_with(name, 'aispmdata')].name" --output tsv)

# read_policy CONTAINER FIELD
read_policy() {
  az storage container immutability-policy show --resource-group "$group" --account-name "$account" \
    --container-name "$1" --query "$2" --output tsv
}

for container in log reports; do
  state=$(read_policy "$container" state)
  if [ "$state" = Locked ]; then
    printf '%s: already locked\n' "$container"
    continue
  fi
  if [ -z "$state" ]; then
    printf '%s has no policy to lock: deploy with AISPM_WORM=unlocked first\n' "$container" >&2
    exit 1
  fi
  az storage container immutability-policy lock --resource-group "$group" --account-name "$account" \
    --container-name "$container" --if-match "$(read_policy "$container" etag)" --output none
  printf '%s: locked\n' "$container"
done

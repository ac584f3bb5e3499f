#!/usr/bin/env bash
# Holds the deployment to its rules without a subscription: the real compiler builds and lints it with every rule an
# error, no warning is left, and what each environment would hold is what was committed. One line a check.
#   infra/check.sh            checks
#   infra/check.sh --update   writes infra/snapshots/ anew, to be read in the diff before it is committed
# Needs the .NET SDK (8 or later), only to fetch the compiler. Leaves the compiled templates in .local/bicep/out for
# the policy tests (npm run test:infra).
set -uo pipefail
cd "$(dirname "$0")"

mode=${1:-}
cache="$PWD/../.local/bicep"
work="$cache/work"
out="$cache/out"
environments='dev staging production'
# Fixed ids: every name derives from them, and the snapshots must be the same on every machine.
ids=(--subscription-id 00000000-0000-0000-0000-000000000001 --tenant-id 00000000-0000-0000-0000-000000000002 --location westeurope)
failed=0

# check NAME COMMAND…: a warning is a failure too, for the compiler ends with 0 on one.
check() {
  local name=$1 said
  shift
  if said=$("$@" 2>&1) && ! grep -qE '(: |^ *)(Warning|Error) ' <<<"$said"; then
    printf 'ok    %s\n' "$name"
  else
    failed=$((failed + 1))
    printf 'FAIL  %s\n%s\n' "$name" "$(cut -c1-2000 <<<"$said" | sed 's/^/      /')"
  fi
}

compiler() { find "$cache/packages" -path '*/tools/bicep' -type f 2>/dev/null | head -n 1; }

restore() {
  DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 dotnet restore bicep.csproj --verbosity quiet &&
    bicep=$(compiler) && [ -n "$bicep" ] && chmod +x "$bicep"
}

# What the machine has set must not leak into a snapshot.
run() { env -i HOME="${HOME:-/tmp}" PATH="$PATH" "${environment[@]}" "$bicep" "$@"; }
environment=(AISPM_ENVIRONMENT=dev)

build() { run build "$work/$1.bicep" --no-restore --outfile "$out/$1.json"; }

# snapshot NAME PARAMETERS: the compiler keeps a snapshot beside its parameters, so it is put there first.
snapshot() {
  local name=$1 beside="$work/$2.snapshot.json"
  shift 2
  if [ "$mode" = --update ]; then
    run snapshot "${beside%.snapshot.json}.bicepparam" --mode overwrite "${ids[@]}" "$@" && cp "$beside" "snapshots/$name.json"
  else
    cp "snapshots/$name.json" "$beside" && run snapshot "${beside%.snapshot.json}.bicepparam" --mode validate "${ids[@]}" "$@"
  fi && cp "$beside" "$out/$name.json"
}

rm -rf "$work" "$out"
mkdir -p "$work" "$out" snapshots
cp -R ./*.bicep ./*.bicepparam bicepconfig.json modules "$work"

check 'the compiler is restored' restore
bicep=$(compiler)
if [ -n "$bicep" ]; then
  for template in main events; do check "$template.bicep builds and lints without a warning" build "$template"; done
  for name in $environments; do
    environment=("AISPM_ENVIRONMENT=$name")
    cp events.bicepparam "$work/events.$name.bicepparam"
    check "$name is what snapshots/$name.json says" snapshot "$name" "main.$name"
    check "$name: subscriptions are what snapshots/$name.events.json says" \
      snapshot "$name.events" "events.$name" --resource-group "rg-aispm-$name"
  done
fi
[ "$failed" -eq 0 ]

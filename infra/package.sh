#!/usr/bin/env bash
# Makes the package of the app: the compiled code and production dependencies. No tests, no stand-ins, no sources.
# Leaves the folder .local/package/app, its zip, digests and a bill of materials. The same commit and lock file give the
# same zip to the byte: names in order, one time for every file.
set -euo pipefail
cd "$(dirname "$0")/.."

folder=.local/package
app=$folder/app
rm -rf "$folder"
mkdir -p "$app/dist"

npm run build
cp host.json package.json package-lock.json LICENSE "$app"
for part in functions shared schemas console; do cp -R "dist/$part" "$app/dist/"; done
find "$app/dist" -name '*.map' -delete

npm ci --prefix "$app" --omit=dev --ignore-scripts --no-audit --no-fund
# A deployed app runs no script and needs nothing to build it.
# The commit is the release's name, as pipelines call it; beside a tree with changes of its own it says so.
release=$(git describe --always --dirty --abbrev=40 --exclude '*')
(cd "$app" && npm pkg delete scripts devDependencies prettier && npm pkg set "release=$release")
# Of what is installed: from the lock file alone, whatever a development dependency needs too would be left out.
(cd "$app" && npm sbom --sbom-format cyclonedx) >"$folder/sbom.cdx.json"
rm "$app/package-lock.json"

# What only a compiler, a debugger, a browser or a telephone reads. Licences stay.
find "$app/node_modules" -type f \( -name '*.map' -o -name '*.d.ts' -o -name '*.d.mts' -o -name '*.d.cts' \) -delete
# OpenTelemetry ships each library three times; Node takes the one in build/src.
find "$app/node_modules/@opentelemetry" -type d \( -path '*/build/esm' -o -path '*/build/esnext' \) -prune -exec rm -rf {} +
find "$app/node_modules/@azure" "$app/node_modules/@typespec" -type d \( -path '*/dist/browser' -o -path '*/dist/react-native' \) -prune -exec rm -rf {} +

find "$app" -exec touch -h -d '2000-01-01T00:00:00Z' {} +
(cd "$app" && find . -type f | LC_ALL=C sort | TZ=UTC zip -q -X -@ ../app.zip)
(cd "$folder" && sha256sum app.zip sbom.cdx.json | tee digests.txt)
printf 'package: %s bytes zipped, %s files\n' "$(stat -c %s "$folder/app.zip")" "$(find "$app" -type f | wc -l)"

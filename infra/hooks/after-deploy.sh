#!/usr/bin/env bash
# Waits until the deployed service answers and sets it up. azd hands its outputs on as variables, and those the operator
# commands read are named as the settings.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

printf 'Waiting for %s …\n' "$SERVICE_URL"
for _ in $(seq 60); do
  if curl --silent --fail --max-time 10 --output /dev/null "$SERVICE_URL/api/health"; then answered=yes; break; fi
  sleep 5
done
[ "${answered:-}" = yes ] || { printf 'It does not answer.\n' >&2; exit 1; }

if [ "${PRIVATE_NETWORK:-false}" = true ]; then
  printf 'Vault and tables are reached from inside the network alone. Run there: TrainIdentity.Functions setup --url %s\n' "$SERVICE_URL"
  exit 0
fi

case "$(uname -s)-$(uname -m)" in
  Linux-x86_64) artifacts/publish/app/TrainIdentity.Functions setup --url "$SERVICE_URL" ;;
  *) dotnet run --project functions/TrainIdentity.Functions.csproj --configuration Release -- setup --url "$SERVICE_URL" ;;
esac

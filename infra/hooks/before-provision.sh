#!/usr/bin/env bash
# What the template cannot know is asked for here, in words.
set -euo pipefail

missing=()
[ -n "${AUTH_ISSUERS:-}" ] || [ -n "${AUTH_ISSUER:-}" ] || missing+=("AUTH_ISSUER")
[ -n "${AUTH_ISSUERS:-}" ] || [ -n "${AUTH_AUDIENCE:-}" ] || missing+=("AUTH_AUDIENCE")
[ -n "${HUB_NAMESPACE:-}" ] || missing+=("HUB_NAMESPACE")
if [ ${#missing[@]} -gt 0 ]; then
  printf 'Not set: %s. Say each with: azd env set NAME value\n' "${missing[*]}" >&2
  exit 1
fi

# A budget cannot change its beginning, so the month of the first time is kept.
[ -n "${BUDGET_START:-}" ] || azd env set BUDGET_START "$(date -u +%Y-%m-01)"

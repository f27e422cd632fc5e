"""The parts of a shell script that are the same for every case."""

HEAD = """#!/usr/bin/env bash
# The calls of {stem}.json, made with the AWS CLI, and with curl where the CLI would not send them.
#
#     bash {stem}.sh http://localhost:4566 [--account 111122223333] [--region {region}] [--control-url URL]
#
# The first account of the case is --account, by its access key, or another one each time. Where the emulator has the
# test control API, --control-url sets the time and defines the offerings as the case has them; otherwise the time is
# now, and the offerings are those that there are. Needs aws, curl and python3.
#
# What the suite saw on {target}:
{message}

set -u
endpoint=${{1:?the URL of the endpoint is missing}}
shift
first=$((100000000000 + (RANDOM * 32768 + RANDOM) * 100))
region={region}
control=
while [ $# -gt 1 ]; do
  case $1 in
    --account) first=$2 ;;
    --region) region=$2 ;;
    --control-url) control=$2 ;;
    *) echo "unknown option $1" >&2; exit 2 ;;
  esac
  shift 2
done
accounts=()
for number in $(seq 0 {last_account}); do accounts+=("$(printf '%012d' $((10#$first + number)))"); done
regions=("$region" "$([ "$region" = eu-west-1 ] && echo us-west-2 || echo eu-west-1)")
body=$(mktemp)
expected={expected}
trap 'rm -f "$body"; printf "\\nexpected: %s\\n" "$expected"' EXIT
"""

CALLING = r"""
# calculate EXPRESSION [GIVEN]: an expression of Python, of the time `now` and a text `given`.
calculate() {
  python3 -c "$functions"'
print(eval(sys.argv[1]), end="")' "$1" "${2-}" "${now-}"
}

# as ACCOUNT REGION COMMAND...: run a command in an account and Region of the case.
as() {
  env -u AWS_PROFILE -u AWS_SESSION_TOKEN AWS_ACCESS_KEY_ID="${accounts[$1]}" AWS_SECRET_ACCESS_KEY=conformance \
    AWS_DEFAULT_REGION="${regions[$2]}" AWS_MAX_ATTEMPTS=1 AWS_PAGER= "${@:3}" 2>&1
}

# mediaconnect ACCOUNT REGION ARGUMENTS...: one call; prints it and its answer, which is then in $answer.
mediaconnect() {
  printf '\naws mediaconnect'
  printf ' %q' "${@:3}"
  printf ' in account %s, %s\n' "${accounts[$1]}" "${regions[$2]}"
  answer=$(as "$1" "$2" aws mediaconnect "${@:3}" --endpoint-url "$endpoint" --output json)
  printf '%s\n' "${answer:0:2000}"
}

# raw ACCOUNT REGION METHOD PATH [curl's options]: the same with curl; the body of a POST is in the file $body.
raw() {
  printf '\n%s %s in account %s, %s\n' "$3" "$4" "${accounts[$1]}" "${regions[$2]}"
  answer=$(curl -sS -i --path-as-is --aws-sigv4 "aws:amz:${regions[$2]}:mediaconnect" \
    --user "${accounts[$1]}:conformance" -X "$3" "${@:5}" "${endpoint%/}$4" 2>&1 | tr -d '\r')
  printf '%s\n' "${answer:0:2000}"
}

# pages ACCOUNT REGION ARGUMENTS...: a call for each page, along NextToken.
pages() {
  mediaconnect "$@"
  local token
  token=$(values NextToken)
  while [ -n "$token" ]; do
    mediaconnect "$@" "--next-token=$token"
    token=$(values NextToken)
  done
}

# values NAME: every text under that name in the last answer, one a line.
values() { grep -oi "\"$1\" *: *\"[^\"]*\"" <<<"$answer" | sed 's/^[^:]*: *"\(.*\)"$/\1/'; }

# set_clock TIME: set the time of every account, where there is a control API; it is then in $now.
set_clock() {
  now=$1
  if [ -z "$control" ]; then
    now=$(date -u +%Y-%m-%dT%H:%M:%SZ)
    printf '\nthe time is not set: that takes --control-url\n'
    return
  fi
  for account in "${accounts[@]}"; do
    curl -sSf -X PUT -H 'Content-Type: application/json' -d "{\"now\": \"$now\"}" \
      "${control%/}/accounts/$account/clock"
  done
}

# define ACCOUNT REGION: define the offerings, or list those that there are; their ARNs are then in the array $found.
define() {
  if [ -n "$control" ]; then
    answer=$(curl -sSf -X PUT -H 'Content-Type: application/json' \
      -d "{\"region\": \"${regions[$2]}\", \"offerings\": $terms}" \
      "${control%/}/accounts/${accounts[$1]}/offerings")
    mapfile -t found < <(values offeringArn)
    return
  fi
  found=()
  local token= more=()
  while :; do
    mediaconnect "$1" "$2" list-offerings --no-paginate "${more[@]}"
    mapfile -t -O "${#found[@]}" found < <(values OfferingArn)
    token=$(values NextToken)
    [ -n "$token" ] || return 0
    more=("--next-token=$token")
  done
}

# offering INDEX ARNS...: the ARN of an offering.
offering() {
  [ $# -gt 1 ] || { echo 'there is no offering, so that nothing can be played' >&2; return; }
  local index=$(($1 % ($# - 1) + 2))
  printf '%s' "${!index}"
}

"""

#!/usr/bin/env bash
# Serves at once with the embedded language engine. Where the city's file asks for Rasa (nlu.engine), or RASA=yes does, Rasa
# is made ready beside it at low priority and asked first from then on. CONFIG names the city's file.
set -euo pipefail
cd "$(dirname "$0")/.."
config=${CONFIG:-config/bremen.toml}

[ "${RASA:-}" != yes ] || export ROLAND__NLU__ENGINE=rasa
.venv/bin/roland setup-data --config "$config"
engine=$(.venv/bin/roland config show --config "$config" |
    .venv/bin/python -c 'import json, sys; print(json.load(sys.stdin)["nlu"]["engine"])')

# In a process group of its own, so that ending the server ends pip or the training too.
stop_rasa=true
if [ "$engine" = rasa ]; then
    log=.setup/rasa-beside.log
    echo "Rasa is made ready in the background; its progress is in $log"
    setsid nice -n 15 bash -ec '
        python3 -m scripts.setup rasa
        .venv/bin/roland nlu train --engine rasa --config "$1"
    ' rasa "$config" > "$log" 2>&1 &
    stop_rasa="kill -- -$! 2>/dev/null || true"
fi

.venv/bin/roland serve --config "$config" &
server=$!
trap 'kill -TERM "$server" 2>/dev/null || true' INT TERM
trap "$stop_rasa" EXIT
# A signal ends `wait` early: wait again until the server has finished its open conversations.
while kill -0 "$server" 2>/dev/null; do
    wait "$server" && status=0 || status=$?
done
exit "${status:-0}"

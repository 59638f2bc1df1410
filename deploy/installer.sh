#!/bin/sh
# Installe Vigie sans réseau, dans un environnement Python à elle : ./installer.sh [DOSSIER] (/opt/vigie si rien n'est dit).
# Chaque paquet est comparé à son empreinte avant d'être installé.
set -eu
ici=$(cd "$(dirname "$0")" && pwd)
dossier=${1:-/opt/vigie}
attendu=$(cat "$ici/python")
python=${PYTHON:-python$attendu}
command -v "$python" >/dev/null || {
    echo "Ce lot est pour Python $attendu, qui n'est pas sur cette machine (sous Debian : apt install python$attendu-venv)." >&2
    exit 1
}
trouve=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
[ "$trouve" = "$attendu" ] || { echo "Ce lot est pour Python $attendu ; $python est Python $trouve." >&2; exit 1; }
(cd "$ici" && sha256sum --quiet --check SHA256SUMS) || { echo "Le lot est abîmé : le recopier." >&2; exit 1; }

# Préparé à côté, puis mis à sa place : un arrêt en cours de route laisse l'installation d'avant.
neuf="$dossier-$(cat "$ici/version")-$$"
trap 'rm -rf "$neuf"' EXIT
trap 'exit 1' INT TERM HUP
"$python" -m venv "$neuf"
"$neuf/bin/python" -m pip install --quiet --disable-pip-version-check --no-index --find-links "$ici/wheels" \
    --require-hashes --no-deps -r "$ici/requirements.txt"
"$neuf/bin/python" -m pip --disable-pip-version-check check >&2 || { echo "Il manque une bibliothèque au lot : en refaire un." >&2; exit 1; }
"$neuf/bin/vigie" --version
trap - EXIT
# Un environnement Python ne se déplace pas : le nom demandé est un lien vers lui.
if [ -e "$dossier" ] && [ ! -L "$dossier" ]; then
    mv "$dossier" "$dossier-avant-$$"
fi
avant=$(readlink "$dossier" || true)
ln -s "$neuf" "$dossier.$$"
mv -T "$dossier.$$" "$dossier"
[ -z "$avant" ] || rm -rf "$avant"
echo "Vigie est installée dans $dossier : $dossier/bin/vigie --help"

#!/bin/sh
# La commande d'une machine où Vigie est un service : ses dossiers sont ceux de /etc/vigie/vigie.env.
set -a
. /etc/vigie/vigie.env
set +a
# Ce qui écrit dans /var/lib/vigie le fait avec le compte de Vigie.
if [ "$(id -u)" = 0 ]; then
    cd / && exec setpriv --reuid=vigie --regid=vigie --init-groups /opt/vigie/bin/vigie "$@"
fi
exec /opt/vigie/bin/vigie "$@"

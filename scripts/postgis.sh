#!/bin/sh
# Install what the database tests need, if this is Debian and the user may: PostgreSQL and PostGIS.
# The tests start a server of their own; none is left running here.
PATH=$PATH:/sbin:/usr/sbin
for control in /usr/share/postgresql/*/extension/postgis.control; do
    if [ -e "$control" ]; then
        exit 0
    fi
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing PostgreSQL and PostGIS for the database tests (once) ..."
    # No cluster of the system's own: nobody asked for a server.
    mkdir -p /etc/postgresql-common
    [ -e /etc/postgresql-common/createcluster.conf ] ||
        echo "create_main_cluster = false" >/etc/postgresql-common/createcluster.conf
    apt-get -qq update && DEBIAN_FRONTEND=noninteractive \
        apt-get -qq install --yes --no-install-recommends \
        -o Dpkg::Options::=--force-confold postgresql postgresql-postgis >/dev/null ||
        echo "That failed; the database tests will be skipped."
else
    echo "PostgreSQL with PostGIS is not installed; the database tests will be skipped." \
         "Install them with your system's package manager to run those tests too."
fi

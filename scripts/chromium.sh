#!/bin/sh
# Install Debian's Chromium, if this is Debian and the user may.
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing Chromium for the browser test (once) ..."
    apt-get -qq update && DEBIAN_FRONTEND=noninteractive \
        apt-get -qq install --yes --no-install-recommends chromium >/dev/null
else
    echo "Chromium is not installed; the browser test will be skipped." \
         "Install it with your system's package manager to run that test too."
fi

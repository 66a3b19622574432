#!/bin/sh
# Install what the browser test needs, if this is Debian and the user may: Chromium, and the one
# library that Playwright's driver misses on a bare system.
PATH=$PATH:/sbin:/usr/sbin
if command -v chromium >/dev/null && ldconfig -p | grep -q 'libatomic\.so\.1'; then
    exit 0
fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing Chromium for the browser test (once) ..."
    apt-get -qq update && DEBIAN_FRONTEND=noninteractive \
        apt-get -qq install --yes --no-install-recommends chromium libatomic1 >/dev/null ||
        echo "That failed; the browser test will be skipped."
else
    echo "Chromium or libatomic1 is not installed; the browser test will be skipped." \
         "Install them with your system's package manager to run that test too."
fi

#!/bin/sh
# Find a Chromium for the page tests, or install the system's where that is possible.
# Where it is not, the page tests are skipped and say so.
for name in "$CHROMIUM" chromium chromium-browser google-chrome google-chrome-stable; do
    [ -n "$name" ] && command -v "$name" >/dev/null 2>&1 && exit 0
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing Chromium and a Chinese font for the page tests ..."
    if apt-get update -qq >/dev/null 2>&1 &&
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
            chromium fonts-noto-cjk >/dev/null 2>&1; then
        exit 0
    fi
fi
echo "No Chromium here, and it could not be installed: the page tests will be SKIPPED."
echo "Install one, or name it: CHROMIUM=/path/to/chromium make test"
exit 0

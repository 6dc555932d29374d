#!/bin/sh
# Fetch the browser code that the page carries. Run by a developer who changes a version, never at build time.
# Needs npm, openssl, base64. The package's hash is pinned here, so that a registry cannot swap it.
set -eu

version=10.1.5
sha512='civ5BjoMdAEwRb/PZMmBZ3sD+NPymIWfkIeaoBDqQZKJ1YDq20X6vTB8u+UstwdWT9ftxRaSEflKFOUTw43I0w=='

here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

npm pack --silent "vis-network@$version" >/dev/null
got=$(openssl dgst -sha512 -binary "vis-network-$version.tgz" | base64 -w 0)
if [ "$got" != "$sha512" ]; then
    echo "vendor.sh: vis-network $version is not the package that was pinned; compare its sha512 first" >&2
    exit 1
fi
tar xzf "vis-network-$version.tgz"

# The dist build is whole like the standalone one but does not write <style> elements, which our policy refuses.
# The last line names a source map, which a browser's tools would ask for: the page asks for nothing.
mkdir -p "$here/vendor"
sed '/^\/\/# sourceMappingURL=/d' package/dist/vis-network.min.js >"$here/vendor/vis-network.min.js"
cp package/LICENSE-MIT "$here/vendor/vis-network.LICENSE-MIT"
cp package/LICENSE-APACHE-2.0 "$here/vendor/vis-network.LICENSE-APACHE-2.0"

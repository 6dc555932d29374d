#!/bin/sh
# Fetch the browser code that the pages carry. Run by a developer who changes a version, never at build time.
# Needs npm, openssl, base64. The packages' hashes are pinned here, so that a registry cannot swap them.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
mkdir -p "$here/vendor"

# fetch NAME VERSION SHA512: unpacks the package into package/
fetch() {
    rm -rf package ./*.tgz
    npm pack --silent "$1@$2" >/dev/null
    got=$(openssl dgst -sha512 -binary ./*.tgz | base64 -w 0)
    if [ "$got" != "$3" ]; then
        echo "vendor.sh: $1 $2 is not the package that was pinned; compare its sha512 first" >&2
        exit 1
    fi
    tar xzf ./*.tgz
}

# The dist build is whole like the standalone one but does not write <style> elements, which our policy refuses.
# The last line names a source map, which a browser's tools would ask for: the page asks for nothing.
fetch vis-network 10.1.5 'civ5BjoMdAEwRb/PZMmBZ3sD+NPymIWfkIeaoBDqQZKJ1YDq20X6vTB8u+UstwdWT9ftxRaSEflKFOUTw43I0w=='
sed '/^\/\/# sourceMappingURL=/d' package/dist/vis-network.min.js >"$here/vendor/vis-network.min.js"
cp package/LICENSE-MIT "$here/vendor/vis-network.LICENSE-MIT"
cp package/LICENSE-APACHE-2.0 "$here/vendor/vis-network.LICENSE-APACHE-2.0"

# The editor of the query page. It looks for the global object by evaluating text, which our policy refuses: it is named.
fetch @triply/yasqe 4.2.28 '5yLfgvrf9hRU3DFZvpuAOt4tZchw9u0cxBBPSCgDf5+AIKfgeO4WxaTZix+yu7aQhR8iDf1I1ewvQTXIiCUO6w=='
sed -e 's/new Function("return this")()/window/' -e 's/\/\/# sourceMappingURL=.*$//' package/build/yasqe.min.js \
    >"$here/vendor/yasqe.min.js"
sed 's/\/\*# sourceMappingURL=.*\*\///' package/build/yasqe.min.css >"$here/vendor/yasqe.min.css"
cp package/LICENSE.txt "$here/vendor/yasqe.LICENSE"

# The explorer's drawing: sigma and graphology with what they need, in one file with the one name `vendor`.
npm install --silent --no-save --no-package-lock esbuild@0.28.2 >/dev/null # npm's own sum; it only joins files
keep() {
    fetch "$1" "$2" "$3"
    mkdir -p "node_modules/$1"
    cp -R package/. "node_modules/$1/"
}
keep sigma 3.0.3 '5H0zFlx6/NTQpqBg4Rm569ZOpnBOXMaS25UQThIWMU3XyzI5AhmorK/gnl87BvJBLhQd0tW4C0LIp3enWzMoNw=='
keep graphology 0.26.0 '8SSImzgUUYC89Z042s+0r/vMibY7GX/Emz4LDO5e7jYXhuoWfHISPFJYjpRLUSJGq6UQ6xlenvX1p/hJdfXuXg=='
keep graphology-utils 2.5.2 'ckHg8MXrXJkOARk56ZaSCM1g1Wihe2d6iTmz1enGOz4W/l831MBCKSayeFQfowgF8wd+PQ4rlch/56Vs/VZLDQ=='
keep events 3.3.0 'mQw+2fkQbALzQ7V0MY0IqdnXNOeTtP4r0lN9z7AAawCXgqea7bDii20AYrIBrFd/Hx0M2Ocz6S111CaFkUcb0Q=='
for name in sigma graphology graphology-utils events; do
    cp node_modules/$name/LICENSE* "$here/vendor/$name.LICENSE"
done
cp "$here/vendor.entry.js" entry.js
npx esbuild entry.js --bundle --minify --format=iife --global-name=vendor --legal-comments=none \
    --outfile="$here/vendor/sigma.min.js" --log-level=warning

# Writes the manifest of MODULE beside it: cmake -DMODULE=x.so -DID= -DVERSION= -DCAPABILITIES=a,b -P write_manifest.cmake
string(REGEX REPLACE "\\.so$" ".plugin.json" manifest "${MODULE}")
string(REPLACE "," "\", \"" capabilities "${CAPABILITIES}")
file(SHA256 "${MODULE}" sha256)
file(WRITE "${manifest}" "{
  \"id\": \"${ID}\",
  \"version\": \"${VERSION}\",
  \"capabilities\": [\"${capabilities}\"],
  \"sha256\": \"${sha256}\"
}
")

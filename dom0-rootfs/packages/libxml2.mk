# SPDX-License-Identifier: ISC
# XML: answer files, XML-RPC.  No network, no files of its own.
define libxml2_recipe
$(configure) --with-minimum --without-lzma \
    --without-zlib --with-tree --with-sax1 --with-reader \
    --with-push --with-output --with-writer --with-xpath --with-schemas \
    --with-valid --with-pattern --with-regexps --with-iso8859x --with-threads
make libxml2.la
make DESTDIR=$$DEST/sysroot install-libLTLIBRARIES install-pkgconfigDATA
make -C include DESTDIR=$$DEST/sysroot install
$(only_libs)
endef
$(eval $(call upstream,libxml2,musl))

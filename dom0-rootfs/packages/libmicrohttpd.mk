# SPDX-License-Identifier: ISC
# The web server of domus-serve.  No TLS and no logins of its own.
define libmicrohttpd_recipe
$(configure) --disable-https --disable-bauth --disable-dauth \
    --disable-messages --disable-httpupgrade --disable-postprocessor \
    --disable-cookie --disable-doc --disable-examples --disable-tools \
    --disable-curl --disable-nls --enable-epoll=yes --enable-sendfile
make -C src/microhttpd
make -C src/microhttpd DESTDIR=$$DEST/sysroot install
make -C src/include DESTDIR=$$DEST/sysroot install
$(only_libs)
endef
$(eval $(call upstream,libmicrohttpd,musl))

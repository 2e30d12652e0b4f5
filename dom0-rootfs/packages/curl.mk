# SPDX-License-Identifier: ISC
# libcurl: answer files and scripts by HTTP, and pool members' calls
define curl_recipe
$(configure) --with-openssl=$$SYSROOT --with-zlib=$$SYSROOT --without-zstd \
    --without-brotli --without-libpsl --without-libidn2 --without-nghttp2 \
    --without-ca-bundle --without-ca-path --disable-manual --disable-docs \
    --disable-ldap --disable-rtsp --disable-dict \
    --disable-telnet --disable-pop3 --disable-imap \
    --disable-smb --disable-smtp --disable-gopher --disable-mqtt \
    --disable-websockets --disable-ipfs --disable-aws --disable-ntlm \
    --disable-alt-svc --disable-hsts --disable-libcurl-option
make -C lib
make -C lib DESTDIR=$$DEST/sysroot install
make -C include DESTDIR=$$DEST/sysroot install
$(only_libs)
endef
$(eval $(call upstream,curl,musl openssl zlib))

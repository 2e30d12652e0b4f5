# SPDX-License-Identifier: ISC
# TLS, as released.  What a server with TLS 1.2 and 1.3 needs; no loading of
# code at run time.
define openssl_recipe
./Configure linux-x86_64 --prefix=/ --openssldir=/etc/ssl --libdir=lib \
    no-shared no-dso no-module no-engine no-async no-legacy no-quic no-dtls \
    no-apps no-docs no-tests no-comp no-idea no-md4 no-rc2 no-rc4 no-seed \
    no-camellia no-bf no-cast no-sm2 no-sm3 no-sm4 no-gost no-srp no-psk \
    -ffunction-sections -fdata-sections
make build_libs
make DESTDIR=$$DEST/sysroot install_dev
$(only_libs)
endef
$(eval $(call upstream,openssl,musl))

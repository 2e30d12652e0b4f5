# SPDX-License-Identifier: ISC
# sshd, when the answers ask for it
define dropbear_recipe
cat >localoptions.h <<'EOF'
#define DROPBEAR_SVR_PASSWORD_AUTH 1
#define DROPBEAR_X11FWD 0
#define DROPBEAR_SVR_AGENTFWD 0
#define DROPBEAR_DSS 0
#define DSS_PRIV_FILENAME "/var/lib/domus/ssh/dss"
#define RSA_PRIV_FILENAME "/var/lib/domus/ssh/rsa"
#define ECDSA_PRIV_FILENAME "/var/lib/domus/ssh/ecdsa"
#define ED25519_PRIV_FILENAME "/var/lib/domus/ssh/ed25519"
EOF
$(filter-out --disable-shared,$(configure)) --disable-zlib \
    --disable-lastlog --disable-utmp --disable-utmpx --disable-wtmp \
    --disable-wtmpx --disable-pututline --disable-pututxline --disable-pam
make PROGRAMS="dropbear dropbearkey" strip
mkdir -p $$DEST/sysroot/sbin $$DEST/sysroot/bin
cp dropbear $$DEST/sysroot/sbin
cp dropbearkey $$DEST/sysroot/bin
endef
$(eval $(call upstream,dropbear,musl))

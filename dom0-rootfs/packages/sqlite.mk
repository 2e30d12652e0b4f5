# SPDX-License-Identifier: ISC
# The agent's store
define sqlite_recipe
CC=gcc ./configure --disable-readline --disable-tcl
make sqlite3.c sqlite3.h
$$CC $$CFLAGS -O2 -DSQLITE_DQS=0 -DSQLITE_OMIT_LOAD_EXTENSION \
    -DSQLITE_OMIT_DEPRECATED -DSQLITE_LIKE_DOESNT_MATCH_BLOBS \
    -DSQLITE_TEMP_STORE=3 -DHAVE_USLEEP=1 -c sqlite3.c
mkdir -p $$DEST/sysroot/include $$DEST/sysroot/lib
cp sqlite3.h $$DEST/sysroot/include
ar rcsD $$DEST/sysroot/lib/libsqlite3.a sqlite3.o
endef
$(eval $(call upstream,sqlite,musl))

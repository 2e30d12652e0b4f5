# SPDX-License-Identifier: ISC
# The installer's screens, and the terminals they may be shown on
define ncurses_recipe
export cf_cv_ar_flags=-crD
$(configure) --enable-widec --without-cxx --without-cxx-binding --without-ada \
    --without-manpages --without-progs --without-tests --without-debug \
    --disable-db-install --with-default-terminfo-dir=/usr/share/terminfo \
    --with-terminfo-dirs=/usr/share/terminfo --enable-pc-files \
    --with-pkg-config-libdir=/lib/pkgconfig
make libs
make DESTDIR=$$DEST/sysroot install.libs install.includes
$(only_libs)
ln -s libncursesw.a $$DEST/sysroot/lib/libncurses.a
ln -s libncursesw.a $$DEST/sysroot/lib/libcurses.a
mkdir -p $$DEST/data/terminfo
tic -x -o $$DEST/data/terminfo \
    -e linux,vt100,vt102,vt220,ansi,dumb,xterm,xterm-256color,screen,screen-256color,tmux,tmux-256color,rxvt \
    $$SRC/misc/terminfo.src
endef
$(eval $(call upstream,ncurses,musl))

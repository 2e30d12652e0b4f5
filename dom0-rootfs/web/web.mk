# SPDX-License-Identifier: ISC
# The web page and noVNC: a tree, then a table for domusd.  noVNC's files keep
# their layout: they import each other by path.
web_dir := dom0-rootfs/web
WEB_DEF := $(abspath $(OUT))/web.def
web_files := $(addprefix $(web_dir)/,style.css api.js app.js console.js dom.js graphs.js \
	     tables.js)

$(WEB_DEF): $(web_dir)/index.html $(web_files) scripts/mkweb $(SYSROOT)/.complete
	$(call say,WEB,$@)
	$(Q)rm -rf $(OUT)/web && mkdir -p $(OUT)/web/web
	$(Q)cp $(web_dir)/index.html $(OUT)/web
	$(Q)cp $(web_files) $(OUT)/web/web
	$(Q)cp -r $(NOVNC_SRC) $(OUT)/web/web
	$(Q)scripts/mkweb $(abspath $(OUT)/web) >$@.tmp && mv $@.tmp $@

ALL_TESTS += $(web_dir)/test/page@$(OUT)/native/bin/domusd-fake@$(OUT)/npm-web

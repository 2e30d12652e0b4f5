# SPDX-License-Identifier: ISC
# The [net] process of domusd.  llhttp is built here for every way, in its
# strict mode; LLHTTP_SRC holds its sources.

net_dir := dom0-rootfs/src/domusd
net_src := $(addprefix $(net_dir)/,net.c net_conn.c net_http.c net_answer.c net_page.c net_stream.c frame.c \
	   net_query.c net_relay.c net_web.c net_ws.c \
	   net_tls.c net_listen.c net_sandbox.c)
LLHTTP_SRC ?= $(SYSROOT)/src/llhttp
LLHTTP_READY ?= $(SYSROOT)/.complete
MORE_CFLAGS_$(net_dir) += -I $(rpc_dir) -isystem $(LLHTTP_SRC) \
			  -DLLHTTP_STRICT_MODE=1 -DWEB_DEF='"$(WEB_DEF)"'
MORE_CFLAGS_$(net_dir)/test += $(MORE_CFLAGS_$(net_dir)) -I $(base_dir)/test

define llhttp_lib
$(OUT)/$(1)/libllhttp.a: $(LLHTTP_READY)
	$$(call say,CC,$(1)/llhttp)
	$$(Q)mkdir -p $(OUT)/$(1)/llhttp && rm -f $$@
	$$(Q)for f in llhttp http api; do \
	    $$(CC_$(1)) $$(CFLAGS_$(1)) -w -DLLHTTP_STRICT_MODE=1 -c \
	    -I $(LLHTTP_SRC) -o $(OUT)/$(1)/llhttp/$$$$f.o \
	    $(LLHTTP_SRC)/$$$$f.c || exit 1; done
	$$(Q)ar rcsD $$@ $(addprefix $(OUT)/$(1)/llhttp/,llhttp.o http.o api.o)
$(call objects,$(1),$(net_dir)/net_web.c): $(WEB_DEF)
$(call objects,$(1),$(net_src) $(wildcard $(net_dir)/test/*.c)): | $(LLHTTP_READY)
endef
$(foreach w,target build native fuzz,$(eval $(call llhttp_lib,$(w))))

# A program that has net_src among its files: libraries, and what to wait for.
net_libs = $(OUT)/$(1)/libllhttp.a
define uses_net
$(OUT)/$(1)/bin/$(2): $(OUT)/$(1)/libllhttp.a
endef

# The same tests twice: under sanitizers, and as in earnest, with no rights.
define net_test
$(call program,$(1),$(2),$(net_src) $(net_dir)/test/$(2).c \
    $(net_dir)/test/net_rig.c $(net_dir)/test/net_echo.c,$(call net_libs,$(1)) $(call rpc_libs,$(1)) -lcmocka)
$(call uses_net,$(1),$(2))
$(call uses_rpc,$(1),$(2))
endef
define net_tests
$(call net_test,native,$(1))
$(call net_test,build,$(1))
UNIT_TESTS += $(OUT)/native/bin/$(1)
CHECK_NEEDS += $(OUT)/build/bin/$(1)
CHECK_TESTS += $(OUT)/build/bin/$(1)@--sandbox
endef
$(foreach t,net_test net_limits_test,$(eval $(call net_tests,$(t))))

http_fuzz_src := $(addprefix $(net_dir)/,test/http_fuzz.c net_http.c \
	net_answer.c net_page.c net_query.c net_web.c rrd_query.c)
$(eval $(call fuzzer,http_fuzz,$(http_fuzz_src),$(call net_libs,fuzz) $(call rpc_libs,fuzz),$(net_dir)/test/corpus/http))
$(eval $(call uses_net,fuzz,http_fuzz))
$(eval $(call uses_rpc,fuzz,http_fuzz))

# Without sanitizers: they make system calls of their own.
$(eval $(call program,build,net_sandbox_test,$(net_dir)/net_sandbox.c $(net_dir)/test/net_sandbox_test.c,-lcmocka))
CHECK_NEEDS += $(OUT)/build/bin/net_sandbox_test
CHECK_TESTS += $(OUT)/build/bin/net_sandbox_test

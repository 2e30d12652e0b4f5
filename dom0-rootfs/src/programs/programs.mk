# SPDX-License-Identifier: ISC
# domus-programs: our programs of dom0 in one file, under the names that link to
# it, so that OpenSSL and the other libraries are in the image once.  Processes
# and what each may do are the same as with a file each.

programs_dir := dom0-rootfs/src/programs

# $(eval $(call in_one,UNIT,NAME=MAIN.c...)): target programs that share sources.
# MAIN.c has the main(); all other names of a unit stay its own.
define in_one
UNITS += $(1)
UNIT_NAMES_$(1) := $(foreach n,$(2),$(word 1,$(subst =, ,$(n))))
UNIT_MAINS_$(1) := $(call objects,target,$(foreach n,$(2),$(word 2,$(subst =, ,$(n)))))
$(foreach n,$(2),$(call in_one_main,$(word 1,$(subst =, ,$(n))),$(word 2,$(subst =, ,$(n)))))
$(OUT)/programs/$(1).o: $$$$(unit_objects_$(1))
	$$(Q)mkdir -p $$(@D) && ld -r -o $$@.tmp $$(sort $$^)
	$$(Q)objcopy $$(foreach n,$$(UNIT_NAMES_$(1)),\
	    --keep-global-symbol=$$(subst -,_,$$n)_main) $$@.tmp $$@
	$$(Q)rm $$@.tmp
unit_objects_$(1) = $$(filter-out $$(UNIT_MAINS_$(1)),$$(foreach \
    n,$$(UNIT_NAMES_$(1)),$$(OBJECTS_target_$$n))) \
    $$(patsubst %,$(OUT)/programs/%.main.o,$$(UNIT_NAMES_$(1)))
endef

define in_one_main
$(OUT)/programs/$(1).main.o: $(call objects,target,$(2))
	$$(Q)mkdir -p $$(@D) && objcopy --redefine-sym \
	    main=$(subst -,_,$(1))_main $$< $$@

endef

$(eval $(call in_one,boot,domus-setup=$(boot_dir)/setup.c \
	domus-net=$(boot_dir)/net.c domus-console=$(boot_dir)/console.c \
	domus-raid=$(boot_dir)/raid.c))
$(eval $(call in_one,domusd,domusd=$(domusd_dir)/main.c))
$(eval $(call in_one,domus,domus=$(domus_dir)/domus.c))
$(eval $(call in_one,installer,domus-install=installer/src/domus-install.c \
	domus-answers=installer/src/domus-answers.c))
$(eval $(call in_one,serve,domus-serve=packaging/serve/src/domus-serve.c))

# Their libraries refer to each other in any order.
programs_libs = $(sort $(filter-out -Wl$(comma)--start-group \
	-Wl$(comma)--end-group,$(foreach u,$(UNITS),$(foreach \
	n,$(UNIT_NAMES_$u),$(LIBS_target_$n)))))

$(OUT)/target/bin/domus-programs: $(call objects,target,$(programs_dir)/programs.c) \
    $(OUT)/target/libbase.a $(patsubst %,$(OUT)/programs/%.o,$(UNITS)) \
    $$(filter $(OUT)/target/%.a,$$(programs_libs))
	$(Q)mkdir -p $(@D)
	$(call say,LINK,target/bin/domus-programs)
	$(Q)$(CC_target) $(LDFLAGS_target) -o $@ $(filter %.o,$^) \
	    -Wl,--start-group $(OUT)/target/libbase.a $(programs_libs) \
	    -Wl,--end-group
-include $(patsubst %.o,%.d,$(call objects,target,$(programs_dir)/programs.c))

ALL_NEEDS += $(OUT)/stripped/domus-programs
ALL_TESTS += $(programs_dir)/test/names

# SPDX-License-Identifier: ISC
# The packages of the BUILD machine.  Looked for once for each content of the
# list; what is missing is installed (DEPS=no: only named, with the command).

DEPS	?=
DEPS_OK	:= $(OUT)/.deps

$(DEPS_OK): configs/build-deps scripts/deps
	$(Q)mkdir -p $(@D)
	$(Q)DEPS=$(DEPS) scripts/deps configs/build-deps
	$(Q)touch $@

/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "codes.h"
#include "ui.h"

const struct code_row code_rows[] = {
	{ DI_ANSWERS, "the answers cannot be had",
	    "correct their address, or put them on a volume labelled DOMUS" },
	{ DI_REFUSED, "the answers are refused",
	    "correct what is listed; nothing was written" },
	{ DI_NO_MEDIUM, "the installation medium is not there",
	    "attach it again, or use another port" },
	{ DI_PROBE, "the machine cannot be looked at",
	    "start the medium again and report the text" },
	{ DI_DAMAGED, "a part of the image is damaged",
	    "write the medium anew and compare its checksum" },
	{ DI_SOURCE, "the image cannot be read to its end",
	    "attach the medium again, or name another source" },
	{ DI_NO_SUMS, "the image's list of checksums is not usable",
	    "write the medium anew, or name another source" },
	{ DI_VERSION, "the image and the installer are of different versions",
	    "start the installer that belongs to the image" },
	{ DI_SIGNATURE, "nobody who is trusted signed the image",
	    "name its signer in the answers, or another source" },
	{ DI_NAME, "a server's name is not known",
	    "correct the name, the name servers or the network" },
	{ DI_CONNECT, "a server cannot be reached",
	    "look at the cable, the address and the server" },
	{ DI_STALLED, "a server stopped sending",
	    "look at the server and the network between" },
	{ DI_SHORT, "a server sent less or other than it promised",
	    "look at the server, its proxy and the file there" },
	{ DI_SERVER, "a server refused", "correct the address" },
	{ DI_CERTIFICATE, "a server's certificate is not accepted",
	    "set the machine's clock, or correct the certificate" },
	{ DI_LARGE, "a file is larger than it may be",
	    "correct the address" },
	{ DI_ADDRESS, "no network card got an address",
	    "look at the cables and the DHCP server, or give a static one" },
	{ DI_NOT_FOUND, "a server has no such file",
	    "correct the address, or put the file there" },
	{ DI_GONE, "a disk is gone", "look at its cable and its power" },
	{ DI_IN_USE, "a disk is in use", "release it, or choose another" },
	{ DI_CHANGED, "a disk is not what it was when planned for",
	    "look at it and start again" },
	{ DI_READ, "a disk cannot be read", "replace it, or choose another" },
	{ DI_WRITE, "a disk cannot be written",
	    "replace it, or choose another" },
	{ DI_FULL, "there is no room left",
	    "choose a larger disk, or remove what is not needed" },
	{ DI_DIFFERS, "a disk gives back other than what was written",
	    "replace it, or choose another" },
	{ DI_TABLE, "the partition table cannot be written",
	    "replace the disk, or choose another" },
	{ DI_MKFS, "a file system cannot be made",
	    "read the log's last lines; replace the disk" },
	{ DI_BOOT, "the disk cannot be made the one to boot",
	    "read the log's last lines and try again" },
	{ DI_EXISTING, "the installation there cannot be used",
	    "name another disk, or install afresh" },
	{ DI_MEMORY, "memory ran out",
	    "give the machine 512 MiB or more" },
	{ DI_WORK, "the installer has no room to work in",
	    "name an empty directory by --work" },
	{ DI_HOOK, "a hook cannot be had or failed",
	    "correct its address or what it does" },
	{ DI_LATE, "the installation took longer than it may",
	    "look at what was slow, or allow it more time" },
	{ DI_OTHER, "something else went wrong",
	    "read the log's last lines and report them" },
};
const size_t ncode_rows = sizeof(code_rows) / sizeof(code_rows[0]);

static const struct {
	int sys;
	enum code code;
} by_errno[] = {
	{ ENOSPC, DI_FULL }, { EDQUOT, DI_FULL }, { EFBIG, DI_FULL },
	{ ENOMEM, DI_MEMORY },
	{ ENODEV, DI_GONE }, { ENXIO, DI_GONE }, { ENOMEDIUM, DI_GONE },
	{ EBUSY, DI_IN_USE },
};

static const struct {
	const char *step;
	enum code code;
} by_step[] = {
	{ "medium", DI_SOURCE }, { "hooks", DI_HOOK },
	{ "identity", DI_CHANGED }, { "find", DI_EXISTING },
	{ "open", DI_EXISTING }, { "wipe", DI_WRITE }, { "raid", DI_WRITE },
	{ "mirror", DI_WRITE }, { "table", DI_TABLE },
	{ "sr", DI_MKFS }, { "state", DI_MKFS }, { "slot", DI_WRITE },
	{ "config", DI_WRITE }, { "verify", DI_DIFFERS },
	{ "record", DI_WRITE }, { "boot", DI_BOOT }, { "switch", DI_BOOT },
};

const struct code_row *
code_row(int code)
{
	size_t i;

	for (i = 0; i < ncode_rows - 1; i++)
		if ((int)code_rows[i].code == code)
			break;
	return &code_rows[i];
}

/* A program that was run only says it. */
static bool
says(const struct err *e, int sys)
{
	return e->sys == 0 ? strstr(e->text, strerror(sys)) != NULL :
	    e->sys == sys;
}

enum code
code_of(const struct err *e, enum code otherwise)
{
	if (e->code != 0)
		return code_row(e->code)->code;
	for (size_t i = 0; i < sizeof(by_errno) / sizeof(by_errno[0]); i++)
		if (says(e, by_errno[i].sys))
			return by_errno[i].code;
	return otherwise;
}

enum code
code_of_step(const char *step)
{
	for (size_t i = 0; i < sizeof(by_step) / sizeof(by_step[0]); i++)
		if (strcmp(by_step[i].step, step) == 0)
			return by_step[i].code;
	return DI_OTHER;
}

void
fail_say(struct ui *ui, const struct err *e, enum code otherwise)
{
	const struct code_row *row = code_row((int)code_of(e, otherwise));

	ui_say(ui, "FAILED: %s [DI-%d]\n  DI-%d: %s: %s", e->text, row->code,
	    row->code, row->what, row->remedy);
}

/* SPDX-License-Identifier: ISC */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/mount.h>
#include <unistd.h>

#include "check.h"
#include "codes.h"
#include "file.h"
#include "hide.h"
#include "image.h"
#include "nfs.h"
#include "origin.h"
#include "reach.h"
#include "run.h"
#include "signature.h"
#include "url_words.h"

#define SUMS_MAX 65536
#define FETCH_MAX ((uint64_t)1 << 30)	/* memory is less than that */
#define FETCH_SECONDS 1800
#define KEEP_FREE (40u << 10)		/* KiB, for the installer itself */
#define TRIES 3				/* at a server when there is another */

/* One source that is being fetched. */
struct fetching {
	struct install *in;
	struct reach reach;
	const char *base;	/* a directory's URL, with "/" */
	const char *beneath;	/* where its files are: "" or "boot/" */
	unsigned int before, weight;	/* percent */
	bool nobody;		/* may sign images */
};

static void
on_progress(void *arg, uint64_t done, uint64_t all)
{
	const struct fetching *f = arg;

	if (all > 0)
		ui_fetched(f->in->ui, f->before * all + f->weight * done,
		    100 * all);
}

static void
on_going_on(void *arg, uint64_t at)
{
	const struct fetching *f = arg;

	if (at > 0)
		ui_say(f->in->ui, "  the transfer broke off; it goes on after "
		    "%llu KiB", (unsigned long long)at >> 10);
	else
		ui_say(f->in->ui, "  the transfer broke off; it begins anew");
}

/* What the kernel can give without ending a program for it. */
static int
memory_size(const char *root, unsigned long *kib_r, struct err *e)
{
	char path[PATH_MAX], *text;
	const char *at;

	snprintf(path, sizeof(path), "%s/proc/meminfo", root);
	if (file_read(path, 65536, &text, NULL, e) == -1)
		return -1;
	at = strstr(text, "MemAvailable:");
	*kib_r = at != NULL ? strtoul(at + 13, NULL, 10) : 0;
	free(text);
	if (*kib_r > KEEP_FREE + 1024) {
		*kib_r -= KEEP_FREE;
		return 0;
	}
	err_set(e, "%lu MiB of memory are free: too little for an image",
	    *kib_r >> 10);
	return err_code(e, DI_MEMORY);
}

/* A place in memory of its own, so that nothing else runs out of it. */
static int
make_room(struct install *in, struct err *e)
{
	char options[64], boot[PATH_MAX];
	unsigned long kib;

	snprintf(in->fetched, sizeof(in->fetched), "%s/image", in->work);
	snprintf(boot, sizeof(boot), "%s/image/boot", in->work);
	origins_drop(in->work);
	if (file_mkdirs(in->fetched, 0700, e) == -1)
		return -1;
	if (!in->images) {
		if (memory_size(in->root, &kib, e) == -1)
			return -1;
		snprintf(options, sizeof(options), "mode=0700,size=%luk", kib);
		if (mount("tmpfs", in->fetched, "tmpfs", MS_NOSUID | MS_NODEV |
		    MS_NOEXEC, options) == -1)
			return err_sys(e, "%s: mount", in->fetched);
	}
	return file_mkdirs(boot, 0700, e);
}

void
origins_drop(const char *work)
{
	char path[PATH_MAX];
	const char *argv[] = { "rm", "-rf", "--", path, NULL };
	struct err none;

	snprintf(path, sizeof(path), "%s/image", work);
	umount2(path, MNT_DETACH);
	run(argv, &none);
}

/* The signature of what an image's list says, by one of those who may. */
static int
verify(const struct values *signers, const char *own, const char *medium,
    struct buf *who_r, struct err *e)
{
	char *sums = NULL, *sig = NULL;
	size_t len = 0, sig_len = 0;
	struct err why;
	int rc;

	rc = image_text(medium, IMAGE_SUMS, SUMS_MAX, &sums, &len, e);
	if (rc == -1)
		err_code(e, DI_NO_SUMS);
	if (rc == 0 && image_text(medium, IMAGE_SIG, SIGNATURE_MAX, &sig,
	    &sig_len, &why) == -1)
		rc = err_set(e, "it is not signed: %s", why.text);
	if (rc == 0 && own != NULL)
		rc = signature_verify(&own, 1, sums, len, sig, sig_len, who_r,
		    e);
	for (size_t i = 0; rc == 0 && own == NULL && i < signers->n; i++) {
		const char *one = signers->list[i].text;

		if (signature_verify(&one, 1, sums, len, sig, sig_len, who_r,
		    e) == 0)
			break;
		if (i + 1 == signers->n)
			rc = -1;
	}
	free(sums);
	free(sig);
	return rc == -1 ? err_code(e, DI_SIGNATURE) : 0;
}

/* Who may sign: as the answers say, else as this installer's image does. */
static int
check_signature(struct fetching *f, const char *medium, struct err *e)
{
	const struct values *signers = &f->in->plan->answers->signers;
	char path[PATH_MAX], *own = NULL;
	struct buf who = { 0 };
	struct err none;
	int rc = 0;

	snprintf(path, sizeof(path), "%s/signer.pem", f->in->share);
	if (signers->n == 0 &&
	    file_read(path, SUMS_MAX, &own, NULL, &none) == -1)
		own = NULL;
	f->nobody = signers->n == 0 && (own == NULL || own[0] == '\0');
	if (!f->nobody)
		rc = verify(signers, own, medium, &who, e);
	if (!f->nobody && rc == 0)
		ui_say(f->in->ui, "  " SIGNED_BY "%s", buf_str(&who));
	buf_free(&who);
	free(own);
	return rc;
}

/* One file of a directory, into memory's boot/. */
static int
get_file(struct fetching *f, const char *name, uint64_t max,
    unsigned int weight, struct err *e)
{
	struct buf url = { 0 };
	char path[PATH_MAX];
	int rc;

	if (install_late(f->in, e) == -1)
		return -1;
	snprintf(path, sizeof(path), "%.4000s/boot/%s", f->in->fetched, name);
	buf_printf(&url, "%s%s%s", f->base, f->beneath, name);
	f->weight = weight;
	rc = buf_ok(&url, e);
	if (rc == 0)
		rc = fetch_file(&f->reach.how, buf_str(&url), max, path, e);
	if (rc == 0)
		f->before += weight;
	else
		remove(path);
	buf_free(&url);
	return rc;
}

/* Either of the two, the likelier one first. */
static int
get_either(struct fetching *f, const char *name, const char *other,
    uint64_t max, unsigned int weight, struct err *e)
{
	if (get_file(f, name, max, weight, e) == 0)
		return 0;
	return e->code == DI_NOT_FOUND ?
	    get_file(f, other, max, weight, e) : -1;
}

static int
get_directory(struct fetching *f, struct err *e)
{
	static const struct { const char *name; unsigned int weight; }
	    parts[] = { { "xen.gz", 2 }, { "vmlinuz", 10 }, { "initrd", 36 } };
	struct install *in = f->in;
	bool tree;

	if (get_file(f, "SHA256SUMS", SUMS_MAX, 0, e) == -1) {
		if (e->code != DI_NOT_FOUND)
			return -1;
		f->beneath = "boot/";
		if (get_file(f, "SHA256SUMS", SUMS_MAX, 0, e) == -1)
			return -1;
	}
	tree = f->beneath[0] != '\0';
	if (get_file(f, "SHA256SUMS.sig", SIGNATURE_MAX, 0, e) == -1 &&
	    e->code != DI_NOT_FOUND)
		return -1;
	if (check_signature(f, in->fetched, e) == -1)
		return -1;
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (get_file(f, parts[i].name, FETCH_MAX, parts[i].weight, e)
		    == -1)
			return -1;
	in->medium = in->fetched;
	return get_either(f, tree ? "efi.img" : "domus.efi",
	    tree ? "domus.efi" : "efi.img", FETCH_MAX, 52, e);
}

static int
get_iso(struct fetching *f, const char *url, struct err *e)
{
	struct install *in = f->in;
	char path[PATH_MAX];

	f->weight = 100;
	snprintf(path, sizeof(path), "%.4000s/image.iso", in->fetched);
	if (fetch_file(&f->reach.how, url, FETCH_MAX, path, e) == -1)
		return -1;
	snprintf(in->fetched, sizeof(in->fetched), "%s", path);
	in->medium = in->fetched;
	return check_signature(f, in->medium, e);
}

/* From a URL that is not NFS's. */
static int
get_url(struct fetching *f, const char *url, struct err *e)
{
	size_t n = strlen(url);
	struct buf base = { 0 };
	int rc;

	if (check_is_iso(url))
		return get_iso(f, url, e);
	buf_printf(&base, "%s%s", url, n > 0 && url[n - 1] == '/' ? "" : "/");
	rc = buf_ok(&base, e);
	f->base = buf_str(&base);
	f->beneath = "";
	if (rc == 0)
		rc = get_directory(f, e);
	buf_free(&base);
	return rc;
}

/* What is there is copied, so that the server may go away afterwards. */
static int
get_nfs(struct fetching *f, const char *address, struct err *e)
{
	bool iso = check_is_iso(address);
	const char *name = "", *wrong;
	struct buf url = { 0 };
	struct nfs_place p;
	int rc;

	wrong = nfs_place(address, &p);
	if (wrong != NULL)
		return err_set(e, "it %s", wrong);
	if (iso)
		name = nfs_split(&p);
	if (nfs_mount(&p, NFS_DIR, e) == -1)
		return -1;
	buf_str_add(&url, "file://" NFS_DIR "/");
	url_encode(&url, name);
	rc = buf_ok(&url, e);
	if (rc == 0)
		rc = get_url(f, buf_str(&url), e);
	nfs_unmount(NFS_DIR);
	buf_free(&url);
	return rc;
}

static int
take_address(struct install *in, const char *address, const char *fingerprint,
    bool last, struct err *e)
{
	bool nfs = strstr(address, "://") == NULL ||
	    strncmp(address, "nfs:", 4) == 0;
	struct fetching f = { .in = in };
	char shown[512];
	int rc = -1;

	ui_say(in->ui, "  from %s", hide_login(address, shown, sizeof(shown)));
	if (is_remote(address))
		reach_network(in);
	if (make_room(in, e) == 0 && reach_init(&f.reach, in,
	    in->hasty ? 1 : last ? patient.tries : TRIES, FETCH_SECONDS, e) == 0) {
		f.reach.how.fingerprint = fingerprint;
		f.reach.how.progress = on_progress;
		f.reach.how.goes_on = on_going_on;
		f.reach.how.arg = &f;
		rc = nfs ? get_nfs(&f, address, e) : get_url(&f, address, e);
	}
	reach_end(&f.reach);
	if (rc == -1)
		return -1;
	if (f.nobody && strncasecmp(address, "https:", 6) != 0)
		ui_say(in->ui, "  warning: nobody vouches for this image: "
		    "name its signer, or a server by https");
	return medium_check(in, e) == -1 ? err_in(e, "%s",
	    hide_login(address, shown, sizeof(shown))) : 0;
}

static int
take_remote(struct install *in, const struct origin *o, const char *address,
    bool last, struct err *e)
{
	struct buf url = { 0 };
	int rc = url_words_expand(address, in->bootif, in->root, &url, e);

	if (rc == -1)
		err_code(e, DI_REFUSED);
	else
		rc = take_address(in, buf_str(&url), o->fingerprint.text, last,
		    e);
	buf_free(&url);
	return rc;
}

static int
take_one(struct install *in, const struct origin *o, bool last, struct err *e)
{
	const char *address = o->address.text;

	if (o->type == SOURCE_LOCAL)
		address = in->local == NULL ? in->net_source : NULL;
	if (address != NULL)
		return take_remote(in, o, address, last, e);
	in->medium = in->local;
	if (in->medium != NULL && access(in->medium, F_OK) == 0)
		return medium_check(in, e);
	err_set(e, "no medium is attached");
	return err_code(e, DI_NO_MEDIUM);
}

int
origins_take(struct install *in, struct err *e)
{
	const struct origins *all = &in->plan->answers->sources;

	for (size_t i = 0; i < all->n; i++) {
		const struct origin *o = &all->list[i];

		if (install_late(in, e) == -1)
			return -1;
		if (take_one(in, o, i + 1 == all->n, e) == 0)
			return 0;
		origins_drop(in->work);
		if (all->n > 1 || o->type != SOURCE_LOCAL)
			err_in(e, "line %u: source", o->at.line);
		if (i + 1 < all->n)
			ui_say(in->ui, "  %s [DI-%d]\n  the next source is "
			    "tried", e->text, code_of(e, DI_SOURCE));
	}
	return all->n > 1 ? err_in(e, "none of %zu sources is usable; the "
	    "last one", all->n) : -1;
}

/* SPDX-License-Identifier: ISC */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/rand.h>

#include "cli.h"
#include "file.h"
#include "pcrs.h"
#include "quote.h"
#include "tpm.h"

/* attest: what the TPM has measured, signed by it, and whether it is true.
 * It asks no agent: the verifier is any machine. */

#define FILE_MAX ((size_t)1 << 20)

/* In the order of the command's options. */
enum { NONCE, PCRS, KEY, QUOTE, ENTRY, TPM };

/* The words of the command line that the slot's entry was given. */
static int
read_words(struct quote *q, struct err *e)
{
	const struct { const char *name; char *to; size_t size; } words[] = {
		{ "domus.state=", q->state, sizeof(q->state) },
		{ "domus.slot=", q->slot, sizeof(q->slot) },
		{ "domus.trial=", q->trial, sizeof(q->trial) },
	};
	char *text, *rest = NULL;
	size_t len;

	if (file_read("/proc/cmdline", FILE_MAX, &text, NULL, e) == -1)
		return -1;
	for (char *w = strtok_r(text, " \n", &rest); w != NULL;
	    w = strtok_r(NULL, " \n", &rest))
		for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
			len = strlen(words[i].name);
			if (strncmp(w, words[i].name, len) == 0 &&
			    strlen(w + len) < words[i].size)
				strcpy(words[i].to, w + len);
		}
	free(text);
	return 0;
}

static int
read_nonce(const struct args *a, struct blob *nonce, struct err *e)
{
	const char *text = a->option[NONCE];

	if (text == NULL) {
		nonce->len = QUOTE_NONCE_MAX;
		return RAND_bytes(nonce->data, QUOTE_NONCE_MAX) == 1 ? 0 :
		    err_set(e, "no random numbers");
	}
	if (hex_parse(text, nonce->data, QUOTE_NONCE_MAX, &nonce->len, e) == -1)
		return err_in(e, "--nonce %.80s", text);
	if (nonce->len < QUOTE_NONCE_MIN)
		return err_set(e, "--nonce: of %d to %d bytes: who verifies "
		    "chooses it at random (openssl rand -hex 32)",
		    QUOTE_NONCE_MIN, QUOTE_NONCE_MAX);
	return 0;
}

static int
get_quote(const struct args *a, const struct blob *nonce, struct quote *q,
    struct err *e)
{
	const char *path = a->option[QUOTE];
	char *text;
	size_t len;
	int rc;

	if (path == NULL) {
		if (tpm_quote(a->option[TPM] != NULL ? a->option[TPM] :
		    TPM_DEVICE, nonce, q, e) == -1)
			return -1;
		return read_words(q, e);
	}
	if (a->option[NONCE] == NULL)
		return err_set(e, "--quote needs --nonce, the one it was asked "
		    "with: without it an old quote passes");
	if (a->option[PCRS] == NULL)
		return err_set(e, "--quote needs --pcrs, the domus.pcrs.json "
		    "of the image that is expected");
	if (file_read(path, FILE_MAX, &text, &len, e) == -1)
		return -1;
	rc = quote_parse(text, len, q, e);
	free(text);
	return rc == -1 ? err_in(e, "%s", path) : 0;
}

static void
line(struct cli *cli, const char *title, const char *text)
{
	fprintf(cli->out, "  %-11s", title);
	print_text(cli->out, text);
	fputc('\n', cli->out);
}

static void
print_quote(struct cli *cli, const struct quote *q, const struct blob *nonce,
    const struct quote_facts *f)
{
	char text[FINGERPRINT_TEXT], name[16];
	struct buf b = { 0 };

	fprintf(cli->out, "quote\n");
	fingerprint_text(&f->key, text);
	line(cli, "key", text);
	hex_put(&b, nonce->data, nonce->len);
	line(cli, "nonce", buf_str(&b));
	for (size_t i = 0; i < QUOTE_PCRS; i++) {
		buf_reset(&b);
		hex_put(&b, q->pcr[i].value, PCR_SIZE);
		snprintf(name, sizeof(name), "PCR %u", quote_pcrs[i]);
		line(cli, name, buf_str(&b));
	}
	buf_free(&b);
	fprintf(cli->out, "  %-11s%" PRIu32 " resets, %" PRIu32 " restarts, "
	    "firmware %" PRIx64 "\n", "TPM", f->resets, f->restarts,
	    f->firmware);
	if (*q->state != '\0')
		line(cli, "state", q->state);
	if (*q->slot != '\0')
		line(cli, "slot", q->slot);
}

/* The key is of a TPM only if somebody says so: he who saw it first. */
static int
check_key(struct cli *cli, const struct args *a, const struct quote_facts *f,
    struct err *e)
{
	char text[FINGERPRINT_TEXT];
	struct fingerprint want;

	if (a->option[KEY] == NULL) {
		line(cli, "key", "NOT CHECKED: any program can make such a key; "
		    "note this TPM's when the");
		line(cli, "", "machine is new and trusted, and give it as "
		    "--key from then on");
		return 0;
	}
	if (fingerprint_parse(a->option[KEY], &want, e) == -1)
		return err_in(e, "--key");
	if (!fingerprint_equal(&want, &f->key)) {
		fingerprint_text(&f->key, text);
		return err_set(e, "key: %s, not the one of --key: another TPM, "
		    "or none at all", text);
	}
	line(cli, "key", "the one of --key");
	return 0;
}

static int
check_image(struct cli *cli, const struct args *a, const struct quote *q,
    struct err *e)
{
	const char *path = a->option[PCRS], *want = a->option[ENTRY];
	struct pcrs *p;
	char *text, entry[64];
	size_t len;
	int rc;

	if (path == NULL) {
		line(cli, "image", "NOT COMPARED: --pcrs is missing, the "
		    "domus.pcrs.json of the image");
		return 0;
	}
	if (file_read(path, FILE_MAX, &text, &len, e) == -1)
		return -1;
	p = pcrs_parse(text, len, e);
	free(text);
	rc = p == NULL ? -1 : pcrs_check(p, q, entry, e);
	pcrs_free(p);
	if (rc == -1)
		return err_in(e, "%s", path);
	line(cli, "image", "the one of --pcrs");
	line(cli, "entry", entry);
	if (want == NULL)
		want = "host";
	if (strcmp(entry, want) != 0)
		return err_set(e, "the boot menu's entry \"%s\" was started, not "
		    "\"%.40s\": see --entry", entry, want);
	return 0;
}

static int
verify(struct cli *cli, const struct args *a, const struct quote *q,
    const struct quote_facts *f, struct err *e)
{
	fprintf(cli->out, "verification\n");
	line(cli, "signature", "of this key, which signs only what its TPM "
	    "made");
	line(cli, "nonce", a->option[NONCE] != NULL ? "the one of --nonce" :
	    "made here: proves nothing to others");
	if (check_key(cli, a, f, e) == -1)
		return -1;
	return check_image(cli, a, q, e);
}

int
cmd_attest(struct cli *cli, const struct args *a, struct err *e)
{
	struct blob nonce;
	struct quote_facts f;
	struct quote q = { .trial = "" };
	struct value *v;
	int rc;

	if (read_nonce(a, &nonce, e) == -1 ||
	    get_quote(a, &nonce, &q, e) == -1)
		return -1;
	if (quote_check(&q, &nonce, &f, e) == -1)
		return a->option[QUOTE] == NULL ? -1 :
		    err_in(e, "%s", a->option[QUOTE]);
	if (cli->json && a->option[QUOTE] == NULL) {
		v = quote_value(&q);
		rc = cli_print_json(cli, v, e);
		value_free(v);
		return rc;
	}
	print_quote(cli, &q, &nonce, &f);
	return verify(cli, a, &q, &f, e);
}

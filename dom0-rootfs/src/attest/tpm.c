/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "file.h"
#include "tpm.h"

/* TPM 2.0, part 2 and 3 */
#define NO_SESSIONS 0x8001
#define SESSIONS 0x8002
#define CREATE_PRIMARY 0x131
#define QUOTE 0x158
#define FLUSH 0x165
#define PCR_READ 0x17e
#define HEADER 10
#define REPLY_MAX 4096

/* The key: ECDSA on P-256 with SHA-256, restricted to what the TPM made, no
 * lockout; the last two are the point, empty. */
static const unsigned char template[] = {
	0x00, 0x23, 0x00, 0x0b, 0x00, 0x05, 0x04, 0x72, 0x00, 0x00,
	0x00, 0x10, 0x00, 0x18, 0x00, 0x0b, 0x00, 0x03, 0x00, 0x10,
	0x00, 0x00, 0x00, 0x00,
};

/* An empty password. */
static const unsigned char authorisation[] = {
	0, 0, 0, 9, 0x40, 0, 0, 0x09, 0, 0, 0, 0, 0,
};

static const struct {
	uint32_t code;
	const char *means;
} codes[] = {
	{ 0x100, "it was not started: a fault of the firmware" },
	{ 0x120, "it is switched off, or its endorsement hierarchy is: see the "
	    "firmware's set-up" },
	{ 0x185, "its endorsement hierarchy is switched off: see the firmware's "
	    "set-up" },
	{ 0x921, "it is locked after too many wrong passwords" },
	{ 0x9a2, "its endorsement hierarchy has a password: clear the TPM" },
};

static int
open_tpm(const char *path, struct err *e)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	struct stat st;
	int fd;

	if (stat(path, &st) == -1 && errno == ENOENT &&
	    strcmp(path, TPM_DEVICE) == 0)
		return err_set(e, "no TPM 2.0 here (%s): switch it on in the "
		    "firmware's set-up; without one nothing is measured", path);
	if (stat(path, &st) == 0 && S_ISSOCK(st.st_mode)) {
		if (strlen(path) >= sizeof(to.sun_path))
			return err_set(e, "%s: too long for a socket", path);
		strcpy(to.sun_path, path);
		fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
		if (fd != -1 && connect(fd, (struct sockaddr *)&to,
		    sizeof(to)) == 0)
			return fd;
	} else {
		fd = open(path, O_RDWR | O_CLOEXEC);
		if (fd != -1)
			return fd;
	}
	err_sys(e, "%s", path);
	if (fd != -1)
		close(fd);
	return -1;
}

static void
begin(struct buf *b, unsigned int tag, uint32_t command)
{
	wire_put(b, tag, 2);
	wire_put(b, 0, 4);	/* the length, by exchange() */
	wire_put(b, command, 4);
}

static int
receive(int fd, unsigned char reply[REPLY_MAX], size_t *len_r, struct err *e)
{
	struct wire w;
	size_t n = 0, size = HEADER;
	ssize_t got;

	while (n < size) {
		got = read(fd, reply + n, REPLY_MAX - n);
		if (got == -1 && errno == EINTR)
			continue;
		if (got <= 0)
			return got == 0 ? err_set(e, "the TPM went away") :
			    err_sys(e, "the TPM's answer");
		n += (size_t)got;
		w = (struct wire){ reply + 2, 4, false };
		if (n >= HEADER)
			size = (size_t)wire_get(&w, 4);
		if (size < HEADER || size > REPLY_MAX)
			return err_set(e, "the TPM's answer is no TPM's");
	}
	*len_r = size;
	return 0;
}

/* Send b, which is used up; w is what follows the header of the answer. */
static int
exchange(int fd, struct buf *b, unsigned char reply[REPLY_MAX],
    struct wire *w, struct err *e)
{
	uint32_t code;
	size_t len = 0;
	int rc = buf_ok(b, e);

	if (rc == 0) {
		b->data[4] = (char)(b->len >> 8);
		b->data[5] = (char)b->len;
		rc = file_write_all(fd, b->data, b->len, e);
	}
	buf_free(b);
	if (rc == -1 || receive(fd, reply, &len, e) == -1)
		return -1;
	*w = (struct wire){ reply + 6, len - 6, false };
	code = (uint32_t)wire_get(w, 4);
	if (code == 0)
		return 0;
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		if (code == codes[i].code)
			return err_set(e, "the TPM refuses: %s",
			    codes[i].means);
	return err_set(e, "the TPM refuses: code 0x%03x", (unsigned int)code);
}

static int
create_key(int fd, struct blob *public, uint32_t *handle_r, struct err *e)
{
	unsigned char reply[REPLY_MAX];
	struct buf b = { 0 };
	struct wire w;

	begin(&b, SESSIONS, CREATE_PRIMARY);
	wire_put(&b, QUOTE_ENDORSEMENT, 4);
	buf_add(&b, authorisation, sizeof(authorisation));
	wire_put(&b, 4, 2);		/* no password, nothing given */
	wire_put(&b, 0, 4);
	wire_put_blob(&b, template, sizeof(template));
	wire_put(&b, 0, 2);
	wire_put(&b, 0, 4);
	if (exchange(fd, &b, reply, &w, e) == -1)
		return err_in(e, "make the key");
	*handle_r = (uint32_t)wire_get(&w, 4);
	wire_get(&w, 4);
	wire_blob(&w, public);
	return w.bad ? err_set(e, "make the key: a bad answer") : 0;
}

static void
select_pcrs(struct buf *b)
{
	uint32_t bits = 0;

	for (size_t i = 0; i < QUOTE_PCRS; i++)
		bits |= 1u << quote_pcrs[i];
	wire_put(b, 1, 4);
	wire_put(b, 0x000b, 2);
	wire_put(b, 3, 1);
	for (int i = 0; i < 3; i++)
		wire_put(b, bits >> 8 * i & 0xff, 1);
}

static int
read_pcrs(int fd, struct quote *q, struct err *e)
{
	unsigned char reply[REPLY_MAX];
	struct buf b = { 0 };
	struct blob value;
	struct wire w;

	begin(&b, NO_SESSIONS, PCR_READ);
	select_pcrs(&b);
	if (exchange(fd, &b, reply, &w, e) == -1)
		return err_in(e, "read the PCRs");
	wire_bytes(&w, 4 + 10);		/* a counter; what was read */
	if (wire_get(&w, 4) != QUOTE_PCRS)
		return err_set(e, "the TPM has no SHA-256 bank: switch it on "
		    "in the firmware's set-up");
	for (size_t i = 0; i < QUOTE_PCRS; i++) {
		wire_blob(&w, &value);
		if (w.bad || value.len != PCR_SIZE)
			return err_set(e, "read the PCRs: a bad answer");
		memcpy(q->pcr[i].value, value.data, PCR_SIZE);
	}
	return 0;
}

static int
ask_quote(int fd, uint32_t handle, const struct blob *nonce, struct quote *q,
    struct err *e)
{
	unsigned char reply[REPLY_MAX];
	const unsigned char *at;
	struct buf b = { 0 };
	uint32_t size;
	struct wire w;

	begin(&b, SESSIONS, QUOTE);
	wire_put(&b, handle, 4);
	buf_add(&b, authorisation, sizeof(authorisation));
	wire_put_blob(&b, nonce->data, nonce->len);
	wire_put(&b, 0x0010, 2);	/* the key's own scheme */
	select_pcrs(&b);
	if (exchange(fd, &b, reply, &w, e) == -1)
		return err_in(e, "quote");
	size = (uint32_t)wire_get(&w, 4);
	at = w.at;
	wire_blob(&w, &q->attest);
	q->signature.len = (size_t)(w.at - at) <= size ?
	    size - (size_t)(w.at - at) : 0;
	at = wire_bytes(&w, q->signature.len);
	if (at == NULL || q->signature.len > sizeof(q->signature.data))
		return err_set(e, "quote: a bad answer");
	memcpy(q->signature.data, at, q->signature.len);
	return 0;
}

int
tpm_quote(const char *path, const struct blob *nonce, struct quote *q,
    struct err *e)
{
	unsigned char reply[REPLY_MAX];
	struct buf b = { 0 };
	struct err ignored;
	uint32_t handle = 0;
	struct wire w;
	int fd, rc;

	fd = open_tpm(path, e);
	if (fd == -1)
		return -1;
	rc = create_key(fd, &q->public, &handle, e);
	if (rc == 0) {
		rc = read_pcrs(fd, q, e);
		if (rc == 0)
			rc = ask_quote(fd, handle, nonce, q, e);
		begin(&b, NO_SESSIONS, FLUSH);
		wire_put(&b, handle, 4);
		exchange(fd, &b, reply, &w, rc == 0 ? e : &ignored);
	}
	close(fd);
	return rc;
}

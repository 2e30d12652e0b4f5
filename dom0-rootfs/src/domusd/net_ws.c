/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>

#include <openssl/evp.h>

#include "net_ws.h"

#define GUID "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
#define KEY_LEN 24		/* 16 bytes in base64 */
#define MASKED 0x80
#define FIN 0x80

enum { CONTINUATION = 0, TEXT = 1, BINARY = 2, CLOSE = 8, PING = 9,
    PONG = 10 };

/* How long this head is, as far as one can tell by now. */
static size_t
head_len(const struct ws *w)
{
	unsigned int len;

	if (w->nhead < 2)
		return 2;
	len = w->head[1] & 0x7f;
	return 2 + (len == 126 ? 2 : len == 127 ? 8 : 0) + 4;
}

static uint64_t
payload_len(const struct ws *w)
{
	uint64_t len = w->head[1] & 0x7f;
	size_t more = len == 126 ? 2 : len == 127 ? 8 : 0;

	if (more == 0)
		return len;
	len = 0;
	for (size_t i = 0; i < more; i++)
		len = len << 8 | w->head[2 + i];
	return len;
}

static bool
is_control(unsigned int opcode)
{
	return (opcode & 8) != 0;
}

/* 5.2 to 5.5: what a client may send, and when. */
static int
head_done(struct ws *w)
{
	bool fin = (w->head[0] & FIN) != 0;

	w->opcode = w->head[0] & 0x0f;
	w->left = payload_len(w);
	w->in_frame = true;
	w->at = w->ncontrol = 0;
	if ((w->head[0] & 0x70) != 0 || (w->head[1] & MASKED) == 0 ||
	    w->left >> 63 != 0)
		return -1;
	if (is_control(w->opcode))
		return fin && w->left <= sizeof(w->control) &&
		    w->opcode <= PONG ? 0 : -1;
	if (w->opcode > BINARY || (w->opcode == CONTINUATION) !=
	    w->in_message)
		return -1;
	w->in_message = !fin;
	return 0;
}

static void
put(struct buf *b, unsigned int opcode, const void *data, size_t len)
{
	unsigned char head[10] = { (unsigned char)(FIN | opcode) };
	size_t n = 2;

	if (len < 126) {
		head[1] = (unsigned char)len;
	} else if (len < 65536) {
		head[1] = 126;
		head[2] = (unsigned char)(len >> 8);
		head[3] = (unsigned char)len;
		n = 4;
	} else {
		head[1] = 127;
		for (int i = 0; i < 8; i++)
			head[2 + i] = (unsigned char)((uint64_t)len >>
			    (56 - 8 * i));
		n = 10;
	}
	buf_add(b, head, n);
	buf_add(b, data, len);
}

static void
frame_done(struct ws *w, struct buf *reply)
{
	w->in_frame = false;
	w->nhead = 0;
	if (w->opcode == PING)
		put(reply, PONG, w->control, w->ncontrol);
	if (w->opcode == CLOSE) {
		put(reply, CLOSE, w->control, w->ncontrol >= 2 ? 2 : 0);
		w->closed = true;
	}
}

/* As much of the frame's payload as is there; how many bytes that is. */
static size_t
take(struct ws *w, const char *data, size_t len, struct buf *to)
{
	const unsigned char *mask = w->head + head_len(w) - 4;
	char part[4096];
	size_t n = len < sizeof(part) ? len : sizeof(part);

	if (n > w->left)
		n = (size_t)w->left;
	for (size_t i = 0; i < n; i++)
		part[i] = (char)(data[i] ^ mask[(w->at + i) & 3]);
	if (is_control(w->opcode)) {
		memcpy(w->control + w->ncontrol, part, n);
		w->ncontrol += n;
	} else
		buf_add(to, part, n);
	w->at += n;
	w->left -= n;
	return n;
}

int
ws_feed(struct ws *w, const char *data, size_t len, struct buf *to,
    struct buf *reply)
{
	size_t used = 0;

	while (!w->closed && (used < len || (w->in_frame && w->left == 0))) {
		if (w->in_frame) {
			used += take(w, data + used, len - used, to);
			if (w->left == 0)
				frame_done(w, reply);
			continue;
		}
		w->head[w->nhead++] = (unsigned char)data[used++];
		if (w->nhead >= 2 && w->nhead == head_len(w) &&
		    head_done(w) == -1)
			return -1;
	}
	return to->failed || reply->failed ? -1 : 0;
}

void
ws_put(struct buf *b, const char *data, size_t len)
{
	put(b, BINARY, data, len);
}

void
ws_put_close(struct buf *b, unsigned int status)
{
	unsigned char code[2] = { (unsigned char)(status >> 8),
		(unsigned char)status };

	put(b, CLOSE, code, sizeof(code));
}

int
ws_accept(const char *key, char accept[32])
{
	unsigned char sum[EVP_MAX_MD_SIZE];
	char text[KEY_LEN + sizeof(GUID)];
	unsigned int len;

	if (strlen(key) != KEY_LEN)
		return -1;
	snprintf(text, sizeof(text), "%s%s", key, GUID);
	if (EVP_Digest(text, strlen(text), sum, &len, EVP_sha1(), NULL) != 1)
		return -1;
	EVP_EncodeBlock((unsigned char *)accept, sum, (int)len);
	return 0;
}

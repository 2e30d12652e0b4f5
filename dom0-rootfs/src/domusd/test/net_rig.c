/* SPDX-License-Identifier: ISC */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include "log.h"
#include "net_rig.h"

/* A fresh P-256 key and a certificate that it signs. */
static char *
make_pem(struct fingerprint *print)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509 *cert = X509_new();
	BIO *out = BIO_new(BIO_s_mem());
	struct err e;
	char *data, *pem;
	long len;

	ASN1_INTEGER_set(X509_get_serialNumber(cert), 1);
	X509_gmtime_adj(X509_getm_notBefore(cert), -60);
	X509_gmtime_adj(X509_getm_notAfter(cert), 3600);
	X509_set_pubkey(cert, key);
	assert_true(X509_sign(cert, key, EVP_sha256()) > 0);
	PEM_write_bio_PrivateKey(out, key, NULL, NULL, 0, NULL, NULL);
	PEM_write_bio_X509(out, cert);
	assert_int_equal(fingerprint_of(cert, print, &e), 0);
	len = BIO_get_mem_data(out, &data);
	pem = strndup(data, (size_t)len);
	BIO_free(out);
	X509_free(cert);
	EVP_PKEY_free(key);
	return pem;
}

static void
net_child(struct rig *r, struct net_config conf, const int core[2])
{
	const struct log log = { .to = stderr, .prog = "net",
	    .least = LOG_LEVEL_INFO };
	int rc;

	close(core[1]);
	conf.core_fd = core[0];
	conf.https_port = r->port;
	conf.pem = r->pem;
	conf.root = r->root;
	conf.uid = 65533;
	conf.sandbox = r->sandbox;
	conf.log = &log;
	rc = net_main(&conf);
	free(r->pem);
	free(r->pem2);
	exit(rc);
}

void
rig_start(struct rig *r, struct net_config conf)
{
	int core[2], ready[2];
	struct err e;
	char c;

	r->pem = make_pem(&r->print);
	r->pem2 = make_pem(&r->print2);
	r->port = r->http_port = 0;
	strcpy(r->root, "/tmp/domus-net-XXXXXX");
	assert_non_null(mkdtemp(r->root));
	conf.tls_fd = net_listen("127.0.0.1", &r->port, &e);
	conf.http_fd = net_listen("127.0.0.1", &r->http_port, &e);
	assert_true(conf.tls_fd != -1 && conf.http_fd != -1);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0,
	    core), 0);
	assert_int_equal(pipe(ready), 0);
	r->net = fork();
	if (r->net == 0) {
		close(ready[0]);
		close(ready[1]);
		net_child(r, conf, core);
	}
	close(core[0]);
	close(conf.tls_fd);
	close(conf.http_fd);
	r->core = fork();
	if (r->core == 0) {
		close(ready[0]);
		rig_core_main(core[1], ready[1], r->pem2);
		_exit(0);
	}
	close(core[1]);
	close(ready[1]);
	assert_int_equal(read(ready[0], &c, 1), 1);
	close(ready[0]);
}

int
rig_stop(struct rig *r)
{
	int status;

	kill(r->core, SIGTERM);
	waitpid(r->core, &status, 0);
	waitpid(r->net, &status, 0);
	rmdir(r->root);
	free(r->pem);
	free(r->pem2);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

void
wire_open(struct wire *w, unsigned int port, bool tls)
{
	struct sockaddr_in in = { .sin_family = AF_INET,
	    .sin_port = htons((uint16_t)port),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct timeval patience = { 20, 0 };
	int on = 1;

	*w = (struct wire){ .fd = socket(AF_INET, SOCK_STREAM, 0) };
	setsockopt(w->fd, SOL_SOCKET, SO_RCVTIMEO, &patience,
	    sizeof(patience));
	setsockopt(w->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	assert_int_equal(connect(w->fd, (struct sockaddr *)&in, sizeof(in)),
	    0);
	if (!tls)
		return;
	w->ctx = SSL_CTX_new(TLS_client_method());
	w->ssl = SSL_new(w->ctx);
	SSL_set_fd(w->ssl, w->fd);
	SSL_connect(w->ssl);
}

void
wire_send_n(struct wire *w, const char *data, size_t len)
{
	/* A refused body may be cut short: not an error of the test. */
	if (w->ssl != NULL)
		SSL_write(w->ssl, data, (int)len);
	else
		send(w->fd, data, len, MSG_NOSIGNAL);
}

void
wire_send(struct wire *w, const char *text)
{
	wire_send_n(w, text, strlen(text));
}

void
wire_close(struct wire *w)
{
	SSL_free(w->ssl);
	SSL_CTX_free(w->ctx);
	close(w->fd);
}

char *
wire_answer(struct wire *w, struct buf *b)
{
	const char *body, *length;
	size_t want = SIZE_MAX;
	ssize_t n;
	char c;

	buf_reset(b);
	while (b->len < want) {
		n = w->ssl != NULL ? SSL_read(w->ssl, &c, 1) :
		    recv(w->fd, &c, 1, 0);
		if (n <= 0)
			break;
		buf_char(b, c);
		if (want != SIZE_MAX || b->len < 4 ||
		    memcmp(b->data + b->len - 4, "\r\n\r\n", 4) != 0)
			continue;
		body = b->data + b->len;
		length = strstr(b->data, "Content-Length: ");
		want = (size_t)(body - b->data) + (length != NULL ?
		    strtoul(length + 16, NULL, 10) : 0);
	}
	buf_add(b, "", 0);
	return b->data;
}

void
rig_post(struct buf *b, const char *path, const char *body)
{
	buf_printf(b, "POST %s HTTP/1.1\r\nHost: h\r\nContent-Length: %zu"
	    "\r\n\r\n%s", path, strlen(body), body);
}

void
assert_has(const char *text, const char *part)
{
	if (strstr(text, part) == NULL)
		fail_msg("\"%s\" is not in:\n%s", part, text);
}

void
rig_client(const struct rig *r, const struct fingerprint *print,
    struct rpc_client **c)
{
	char text[FINGERPRINT_TEXT];
	struct rpc_options o = { .host = "127.0.0.1", .port = r->port,
	    .timeout_ms = 20000 };
	struct err e;

	if (print != NULL) {
		fingerprint_text(print, text);
		o.fingerprint = text;
	}
	assert_int_equal(rpc_client_open(&o, c, &e), 0);
}

static int
start(void **state)
{
	rig_start(*state, (struct net_config){ .head_ms = RIG_HEAD_MS,
	    .idle_ms = RIG_IDLE_MS });
	return 0;
}

static int
stop(void **state)
{
	return rig_stop(*state);	/* [net] ends well when [core] has */
}

int
rig_run(const struct CMUnitTest *tests, size_t n, bool sandbox)
{
	struct rig rig = { .sandbox = sandbox };
	struct CMUnitTest with[RIG_TESTS];

	signal(SIGPIPE, SIG_IGN);
	if (sandbox && geteuid() != 0) {
		printf("1..0 # SKIP giving up rights needs uid 0\n");
		return 0;
	}
	assert_true(n <= RIG_TESTS);
	for (size_t i = 0; i < n; i++) {
		with[i] = tests[i];
		with[i].initial_state = &rig;
		with[i].setup_func = start;
		with[i].teardown_func = stop;
	}
	return _cmocka_run_group_tests(sandbox ? "net, sandboxed" : "net",
	    with, n, NULL, NULL);
}

/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <ifaddrs.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "file.h"
#include "id.h"
#include "local.h"
#include "net.h"
#include "proc.h"

/* The command line, and what must be there before there are processes. */

static void
path_in(const struct daemon *d, const char *name, char path[512])
{
	snprintf(path, 512, "%s/%s", d->o.state, name);
}

static int
make_dirs(struct daemon *d, struct err *e)
{
	static const struct {
		const char *name;
		mode_t mode;
	} dirs[] = { { "etc", 0755 }, { "db", 0700 }, { "tls", 0700 } };
	char path[512];

	for (size_t i = 0; i < sizeof(dirs) / sizeof(dirs[0]); i++) {
		path_in(d, dirs[i].name, path);
		if (file_mkdirs(path, dirs[i].mode, e) == -1)
			return -1;
	}
	return 0;
}

/* The database belongs to [core] alone, also what an older one left there. */
static int
give_database(struct daemon *d, struct err *e)
{
	static const char *const names[] = { "db", "db/domusd.sqlite",
		"db/domusd.sqlite-wal", "db/domusd.sqlite-shm" };
	char path[512];

	for (size_t i = 0; d->drop && i < sizeof(names) / sizeof(*names); i++) {
		path_in(d, names[i], path);
		if (lchown(path, proc_core_uid(), proc_core_uid()) ==
		    -1 && errno != ENOENT)
			return err_sys(e, "%s", path);
	}
	return 0;
}

/* A host without a name of its own gets one, for ever. */
static int
read_conf(struct daemon *d, struct err *e)
{
	char path[512], uuid[ID_UUID];

	path_in(d, "etc/host.conf", path);
	if (access(path, F_OK) == 0 && conf_read(path, &d->conf, e) == -1)
		return -1;
	if (id_is_uuid(conf_get(&d->conf, "host-uuid", "")))
		return 0;
	id_uuid(uuid);
	if (conf_set(&d->conf, "host-uuid", uuid, e) == -1)
		return -1;
	return conf_write(&d->conf, path, 0644, e);
}

/* An address that others can reach: not the loopback's, nor a link's own. */
static bool
is_address(const struct ifaddrs *a, int family)
{
	const struct sockaddr_in6 *six = (const void *)a->ifa_addr;

	return six != NULL && a->ifa_addr->sa_family == family &&
	    strcmp(a->ifa_name, "lo") != 0 && (family == AF_INET ||
	    !IN6_IS_ADDR_LINKLOCAL(&six->sin6_addr));
}

/* The first one, IPv6's when there is none of IPv4, for the certificate. */
static void
some_address(char *to, size_t size)
{
	static const struct {
		int family;
		socklen_t len;
	} ways[] = { { AF_INET, sizeof(struct sockaddr_in) },
		{ AF_INET6, sizeof(struct sockaddr_in6) } };
	struct ifaddrs *all, *a;

	*to = '\0';
	if (getifaddrs(&all) == -1)
		return;
	for (size_t i = 0; i < 2; i++)
		for (a = all; a != NULL && *to == '\0'; a = a->ifa_next)
			if (is_address(a, ways[i].family) &&
			    getnameinfo(a->ifa_addr, ways[i].len, to,
			    (socklen_t)size, NULL, 0, NI_NUMERICHOST) != 0)
				*to = '\0';
	freeifaddrs(all);
}

static int
read_cert(struct daemon *d, struct err *e)
{
	char path[512], name[256] = "", found[64];
	const char *address;

	path_in(d, "tls/host.pem", path);
	if (access(path, F_OK) == -1) {
		gethostname(name, sizeof(name) - 1);
		some_address(found, sizeof(found));
		address = conf_get(&d->conf, "address", found);
		if (cert_make(path, conf_get(&d->conf, "host-uuid", ""),
		    conf_get(&d->conf, "hostname", name), address, e) == -1)
			return -1;
	}
	return cert_read(path, &d->cert, e);
}

static int
open_sockets(struct daemon *d, struct err *e)
{
	int *pair;

	d->tls_port = (unsigned int)d->o.port;
	d->http_port = (unsigned int)d->o.http_port;
	d->tls_fd = net_listen(d->o.listen, &d->tls_port, e);
	if (d->tls_fd == -1)
		return -1;
	if (d->o.http_port >= 0) {
		d->http_fd = net_listen(d->o.listen, &d->http_port, e);
		if (d->http_fd == -1)
			return -1;
	}
	d->local_fd = local_listen(d->o.socket, e);
	if (d->local_fd == -1)
		return -1;
	for (int i = 0; i < CORE; i++) {
		pair = d->pairs[i];
		if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK |
		    SOCK_CLOEXEC, 0, pair) == -1)
			return err_sys(e, "socketpair");
	}
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0,
	    d->handover) == -1)
		return err_sys(e, "socketpair");
	return 0;
}

static int
run(struct daemon *d, bool print, struct err *e)
{
	if (make_dirs(d, e) == -1 || read_conf(d, e) == -1 ||
	    read_cert(d, e) == -1)
		return -1;
	if (print) {
		printf("%s\n", d->cert.fingerprint);
		return 0;
	}
	if (give_database(d, e) == -1 || (d->drop &&
	    file_mkdirs(NET_ROOT, 0755, e) == -1) || open_sockets(d, e) == -1)
		return -1;
	return proc_run(d, e);
}

static const char usage[] =
    "usage: domusd [-fv] [--state dir] [--port n] [--http-port n]\n"
    "              [--listen address] [--socket path] [--interval seconds]\n"
    "              [--fake-xen file]\n"
    "       domusd --fingerprint [--state dir]\n";

enum { OPT_STATE = 256, OPT_PORT, OPT_HTTP, OPT_LISTEN, OPT_SOCKET,
	OPT_INTERVAL, OPT_FAKE, OPT_PRINT, OPT_HELP };

static const struct option long_options[] = {
	{ "state", required_argument, NULL, OPT_STATE },
	{ "port", required_argument, NULL, OPT_PORT },
	{ "http-port", required_argument, NULL, OPT_HTTP },
	{ "listen", required_argument, NULL, OPT_LISTEN },
	{ "socket", required_argument, NULL, OPT_SOCKET },
	{ "interval", required_argument, NULL, OPT_INTERVAL },
	{ "fake-xen", required_argument, NULL, OPT_FAKE },
	{ "fingerprint", no_argument, NULL, OPT_PRINT },
	{ "help", no_argument, NULL, OPT_HELP },
	{ NULL, 0, NULL, 0 },
};

static int
number(const char *s, int least, int most)
{
	char *end;
	long n = strtol(s, &end, 10);

	if (*s == '\0' || *end != '\0' || n < least || n > most) {
		fprintf(stderr, "domusd: %s: not a number from %d to %d\n", s,
		    least, most);
		exit(2);
	}
	return (int)n;
}

static bool
parse(struct daemon *d, int argc, char *argv[])
{
	bool print = false;
	int c;

	while ((c = getopt_long(argc, argv, "fv", long_options, NULL)) != -1) {
		switch (c) {
		case 'f':	/* the only way: a supervisor is above us */
			break;
		case 'v':
			d->log.least = LOG_LEVEL_DEBUG;
			break;
		case OPT_STATE:
			d->o.state = optarg;
			break;
		case OPT_PORT:
			d->o.port = number(optarg, 0, 65535);
			break;
		case OPT_HTTP:
			d->o.http_port = number(optarg, -1, 65535);
			break;
		case OPT_LISTEN:
			d->o.listen = optarg;
			break;
		case OPT_SOCKET:
			d->o.socket = optarg;
			break;
		case OPT_INTERVAL:
			d->o.interval = number(optarg, 1, 3600);
			break;
		case OPT_FAKE:
			d->o.fake_xen = optarg;
			break;
		case OPT_PRINT:
			print = true;
			break;
		case OPT_HELP:
			fputs(usage, stdout);
			exit(0);
		default:
			fputs(usage, stderr);
			exit(2);
		}
	}
	if (optind != argc) {
		fputs(usage, stderr);
		exit(2);
	}
	return print;
}

int
main(int argc, char *argv[])
{
	struct daemon d = {
		.o = { .state = "/var/lib/domus", .socket = LOCAL_SOCKET,
		    .port = 443, .http_port = 80, .interval = 30 },
		.log = { stderr, LOG_LEVEL_INFO, "domusd", 0 },
		.tls_fd = -1, .http_fd = -1, .local_fd = -1,
		.pairs = { { -1, -1 }, { -1, -1 }, { -1, -1 }, { -1, -1 } },
		.handover = { -1, -1 },
	};
	bool print = parse(&d, argc, argv);
	struct err e;
	int rc;

	d.drop = d.o.fake_xen == NULL && getuid() == 0;
	err_set(&e, "ended");
	rc = run(&d, print, &e);
	if (rc == -1)
		fprintf(stderr, "domusd: %s\n", e.text);
	cert_free(&d.cert);
	conf_free(&d.conf);
	return rc == 0 ? 0 : 1;
}

/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nfs.h"

static const char bad[] = "is not SERVER:/DIRECTORY";

/* The server's end in s, or NULL. */
static const char *
take_server(const char *s, struct nfs_place *p)
{
	bool bracket = *s == '[';
	size_t n = bracket ? strcspn(++s, "]") : strcspn(s, ":/");

	if (n >= sizeof(p->server) || (bracket && s[n] != ']') ||
	    memchr(s, '@', n) != NULL)
		return NULL;
	memcpy(p->server, s, n);
	p->server[n] = '\0';
	return s + n + bracket;
}

const char *
nfs_place(const char *text, struct nfs_place *p)
{
	bool url = strncmp(text, "nfs://", 6) == 0;
	const char *s;
	size_t digits;

	*p = (struct nfs_place){ 0 };
	s = take_server(text + (url ? 6 : 0), p);
	if (s == NULL)
		return bad;
	if (*s == ':') {
		digits = strspn(++s, "0123456789");
		p->port = (unsigned int)strtoul(s, NULL, 10);
		if (digits > 0 && (!url || digits > 5 || p->port == 0 ||
		    p->port > 65535))
			return "has no valid port after its colon";
		s += digits;
	} else if (!url) {
		return bad;
	}
	if (*s != '/' || strlen(s) >= sizeof(p->path))
		return bad;
	if (p->server[0] == '\0')
		return "names no server";
	strcpy(p->path, s);
	return NULL;
}

/*
 * soft: a call that is not answered fails, after 10 s and two tries more.  Not
 * 4.2, whose READ_PLUS some servers (nfs-ganesha 4) answer so that the kernel
 * reads nothing but I/O errors; for reading it has no more than 4.1.
 */
bool
nfs_options(const struct nfs_place *p, const char *address, unsigned int nth,
    char to[NFS_OPTIONS])
{
	static const char *const versions[] = { "vers=4.1", "vers=4.0",
		"vers=3,nolock" };
	const char *six = strchr(address, ':') != NULL ? "6" : "";
	bool old = nth == 2;

	if (nth >= sizeof(versions) / sizeof(versions[0]))
		return false;
	snprintf(to, NFS_OPTIONS, "%s,proto=tcp%s%s%s,port=%u,addr=%s,soft,"
	    "timeo=100,retrans=2", versions[nth], six,
	    old ? ",mountproto=tcp" : "", old ? six : "",
	    p->port != 0 ? p->port : 2049, address);
	return true;
}

const char *
nfs_split(struct nfs_place *p)
{
	char *slash = strrchr(p->path, '/');

	if (slash == p->path) {		/* keep the root */
		memmove(slash + 2, slash + 1, strnlen(slash + 1,
		    sizeof(p->path) - 3));
		slash[1] = '\0';
		return slash + 2;
	}
	*slash = '\0';
	return slash + 1;
}

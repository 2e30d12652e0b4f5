/* SPDX-License-Identifier: ISC */
#include <crypt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "file.h"
#include "id.h"
#include "xen_password.h"

#define SHADOW_MAX 65536
#define PASSWORD_MAX 1024

/* shadow(5): the hash of root's line, in text; cut off behind it. */
static char *
root_hash(char *text)
{
	char *line = text, *hash;

	while (line != NULL && strncmp(line, "root:", 5) != 0) {
		line = strchr(line, '\n');
		if (line != NULL)
			line++;
	}
	if (line == NULL)
		return NULL;
	hash = line + 5;
	hash[strcspn(hash, ":\n")] = '\0';
	return hash;
}

/* No hash, or one that is locked, lets nobody in. */
bool
password_matches(const char *hash, const char *password)
{
	struct crypt_data data = { 0 };
	bool right = false;
	const char *have;

	if (hash != NULL && *hash != '\0' && *hash != '!' && *hash != '*' &&
	    strlen(password) <= PASSWORD_MAX) {
		have = crypt_r(password, hash, &data);
		right = have != NULL && *have != '*' && id_same(have, hash);
	}
	explicit_bzero(&data, sizeof(data));
	return right;
}

bool
password_root(const char *path, const char *password, struct err *e)
{
	char *text = NULL;
	bool right;

	if (file_read(path, SHADOW_MAX, &text, NULL, e) == -1)
		return false;
	right = password_matches(root_hash(text), password);
	free(text);
	return right;
}

/* sha512crypt with a new salt: what both musl and glibc check. */
int
password_hash(const char *password, char hash_r[PASSWORD_HASH],
    struct err *e)
{
	struct crypt_data data = { 0 };
	char secret[ID_SECRET], salt[32];
	const char *hash;
	int rc = 0;

	if (strlen(password) > PASSWORD_MAX)
		return err_set(e, "password: longer than %d bytes",
		    PASSWORD_MAX);
	id_secret(secret);
	snprintf(salt, sizeof(salt), "$6$%.16s$", secret);
	hash = crypt_r(password, salt, &data);
	if (hash == NULL || *hash == '*' || strlen(hash) >= PASSWORD_HASH)
		rc = err_set(e, "password: cannot be hashed");
	else
		strcpy(hash_r, hash);
	explicit_bzero(&data, sizeof(data));
	return rc;
}

int
password_root_set(const char *path, const char *password, struct err *e)
{
	char text[PASSWORD_HASH], line[PASSWORD_HASH + 64];
	int n;

	if (password_hash(password, text, e) == -1)
		return -1;
	n = snprintf(line, sizeof(line), "root:%s:%ld:0:99999:7:::\n", text,
	    (long)(time(NULL) / 86400));
	return file_write(path, line, (size_t)n, 0600, e);
}

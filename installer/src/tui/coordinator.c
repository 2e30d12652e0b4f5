/* SPDX-License-Identifier: ISC */
#include <stdbool.h>

#include "address.h"
#include "client.h"
#include "coordinator.h"
#include "value.h"

#define ASK_MS 15000
#define HOST_TEXT 1024

int
coordinator_ask(const struct coordinator *which, struct err *e)
{
	const char *print = which->fingerprint;
	bool token = which->user == NULL;
	char host[HOST_TEXT];
	struct rpc_options o = { .host = host, .connect_ms = ASK_MS,
		.timeout_ms = ASK_MS };
	struct rpc_client *c = NULL;
	struct value *v;
	struct err bye;
	int rc = 0;

	if (address_split(which->address, host, sizeof(host), &o.port, e) ==
	    -1)
		return -1;
	o.fingerprint = print[0] != '\0' ? print : NULL;
	if (rpc_client_open(&o, &c, e) == -1)
		return -1;
	v = token ? rpc_get(c, e, "system.listMethods", NULL) :
	    rpc_get(c, e, "session.login_with_password",
	    which->user, which->password, "1.0", "domus-install", NULL);
	if (v == NULL)
		rc = rpc_client_seen(c)[0] != '\0' ? -1 : 1;
	else if (!token && value_str(v) != NULL)
		value_free(rpc_get(c, &bye, "session.logout", value_str(v),
		    NULL));
	value_free(v);
	if (rc == 0 && print[0] == '\0')
		err_set(e, "its certificate is %s: compare it with what the "
		    "coordinator's console shows", rpc_client_seen(c));
	rpc_client_close(c);
	return rc;
}

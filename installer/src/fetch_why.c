/* SPDX-License-Identifier: ISC */
#include "fetch_why.h"
#include "has_address.h"

/* What waiting can mend: a network or a server that is not up yet. */
bool
fetch_is_passing(CURL *c, CURLcode r)
{
	long status = 0;

	if (r == CURLE_HTTP_RETURNED_ERROR) {
		curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &status);
		return status >= 500;
	}
	return r == CURLE_COULDNT_RESOLVE_HOST || r == CURLE_COULDNT_CONNECT ||
	    r == CURLE_OPERATION_TIMEDOUT || r == CURLE_GOT_NOTHING ||
	    r == CURLE_RECV_ERROR || r == CURLE_PARTIAL_FILE;
}

/* What it was, for whoever has to mend it. */
static enum code
kind_of(CURL *c, CURLcode r)
{
	static const struct { CURLcode r; enum code code; } kinds[] = {
		{ CURLE_COULDNT_RESOLVE_HOST, DI_NAME },
		{ CURLE_COULDNT_RESOLVE_PROXY, DI_NAME },
		{ CURLE_COULDNT_CONNECT, DI_CONNECT },
		{ CURLE_OPERATION_TIMEDOUT, DI_STALLED },
		{ CURLE_PARTIAL_FILE, DI_SHORT },
		{ CURLE_GOT_NOTHING, DI_SHORT },
		{ CURLE_RECV_ERROR, DI_SHORT },
		{ CURLE_WEIRD_SERVER_REPLY, DI_SHORT },
		{ CURLE_HTTP_RETURNED_ERROR, DI_SERVER },
		{ CURLE_UNSUPPORTED_PROTOCOL, DI_SERVER },
		{ CURLE_TOO_MANY_REDIRECTS, DI_SERVER },
		{ CURLE_PEER_FAILED_VERIFICATION, DI_CERTIFICATE },
		{ CURLE_SSL_CONNECT_ERROR, DI_CERTIFICATE },
		{ CURLE_SSL_CACERT_BADFILE, DI_CERTIFICATE },
		{ CURLE_OUT_OF_MEMORY, DI_MEMORY },
		{ CURLE_REMOTE_FILE_NOT_FOUND, DI_NOT_FOUND },
		{ CURLE_FTP_COULDNT_RETR_FILE, DI_NOT_FOUND },
		{ CURLE_REMOTE_ACCESS_DENIED, DI_NOT_FOUND },
		{ CURLE_TFTP_NOTFOUND, DI_NOT_FOUND },
	};
	long status = 0;

	curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &status);
	if (r == CURLE_HTTP_RETURNED_ERROR && (status == 404 || status == 410))
		return DI_NOT_FOUND;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (kinds[i].r == r)
			return kinds[i].code;
	return DI_SERVER;
}

/* Without an address nothing is reached. */
enum code
fetch_code(CURL *c, CURLcode r, struct err *e)
{
	enum code kind = kind_of(c, r);

	if ((kind != DI_NAME && kind != DI_CONNECT) || has_address())
		return kind;
	err_in(e, "no network card has an address");
	return DI_ADDRESS;
}

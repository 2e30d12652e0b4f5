/* SPDX-License-Identifier: ISC */
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stddef.h>

#include "has_address.h"

static bool
reaches(const struct ifaddrs *i)
{
	const struct sockaddr_in6 *six = (const void *)i->ifa_addr;

	if (i->ifa_addr == NULL || (i->ifa_flags & IFF_LOOPBACK) != 0)
		return false;
	return i->ifa_addr->sa_family == AF_INET ||
	    (i->ifa_addr->sa_family == AF_INET6 &&
	    !IN6_IS_ADDR_LINKLOCAL(&six->sin6_addr));
}

bool
has_address(void)
{
	struct ifaddrs *all, *i;
	bool has = false;

	if (getifaddrs(&all) == -1)
		return false;
	for (i = all; i != NULL && !has; i = i->ifa_next)
		has = reaches(i);
	freeifaddrs(all);
	return has;
}

#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""usage: two-hosts.py URL PASSWORD

The names of a pool's live hosts, as Debian's XenAPI.py (fence-agents) sees them.
"""
import ssl
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, "/usr/share/fence")
import XenAPI  # noqa: E402

if len(sys.argv) != 3:
    print(__doc__)
    sys.exit(2)
ssl._create_default_https_context = ssl._create_unverified_context
session = XenAPI.Session(sys.argv[1])
session.xenapi.login_with_password("root", sys.argv[2], "1.0", "pool test")
hosts = session.xenapi.host.get_all_records()
metrics = session.xenapi.host_metrics.get_all_records()
print(" ".join(sorted(h["hostname"] for h in hosts.values()
                      if metrics[h["metrics"]]["live"])))
session.xenapi.session.logout()

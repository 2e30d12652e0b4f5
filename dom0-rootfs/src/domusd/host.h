/* SPDX-License-Identifier: ISC */
#ifndef DOMUSD_HOST_H
#define DOMUSD_HOST_H

#include "request.h"

/* Messages of host. */

int host_get_servertime(struct request *q);
int host_get_server_localtime(struct request *q);
int host_get_management_interface(struct request *q);
int host_get_server_certificate(struct request *q);
int host_compute_free_memory(struct request *q);
int host_compute_memory_overhead(struct request *q);
int host_enable(struct request *q);
int host_disable(struct request *q);
int host_reboot(struct request *q);
int host_shutdown(struct request *q);
int host_restart_agent(struct request *q);
int host_evacuate(struct request *q);
int host_get_vms_which_prevent_evacuation(struct request *q);
int host_dmesg(struct request *q);
int host_get_log(struct request *q);
int host_list_methods(struct request *q);
int host_call_plugin(struct request *q);
int host_call_extension(struct request *q);
int host_has_extension(struct request *q);
int host_set_hostname_live(struct request *q);
int host_pif_scan(struct request *q);

#endif

/* SPDX-License-Identifier: ISC */
#include "relation.h"

const struct relation relations[] = {
	{ host_PBDs,		PBD_host },
	{ host_PIFs,		PIF_host },
	{ host_host_CPUs,	host_cpu_host },
	{ host_resident_VMs,	VM_resident_on },
	{ host_certificates,	Certificate_host },
	{ SR_PBDs,		PBD_SR },
	{ SR_VDIs,		VDI_SR },
	{ VDI_VBDs,		VBD_VDI },
	{ VDI_snapshots,	VDI_snapshot_of },
	{ VM_VBDs,		VBD_VM },
	{ VM_VIFs,		VIF_VM },
	{ VM_consoles,		console_VM },
	{ VM_snapshots,		VM_snapshot_of },
	{ VM_children,		VM_parent },
	{ network_PIFs,		PIF_network },
	{ network_VIFs,		VIF_network },
	{ PIF_bond_master_of,	Bond_master },
	{ PIF_VLAN_slave_of,	VLAN_tagged_PIF },
	{ Bond_slaves,		PIF_bond_slave_of },
	{ task_subtasks,	task_subtask_of },
};
const size_t nrelations = sizeof(relations) / sizeof(relations[0]);

const struct relation *
relation_of(enum field_id one)
{
	for (size_t i = 0; i < nrelations; i++)
		if (relations[i].one == one)
			return &relations[i];
	return NULL;
}

const struct relation *
relation_to(enum field_id many)
{
	for (size_t i = 0; i < nrelations; i++)
		if (relations[i].many == many)
			return &relations[i];
	return NULL;
}

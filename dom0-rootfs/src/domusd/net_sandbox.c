/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <grp.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "net_sandbox.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define DATA_MAX ((rlim_t)192 << 20)

/*
 * What [net] and [console] may do once they run: talk on sockets it has or accepts, memory,
 * time, randomness.  Nothing by name.
 */
static const int allowed[] = {
	SYS_read, SYS_write, SYS_readv, SYS_writev,
	SYS_recvfrom, SYS_sendto, SYS_recvmsg, SYS_sendmsg,
	SYS_epoll_wait, SYS_epoll_pwait, SYS_epoll_ctl, SYS_poll,
	SYS_accept4, SYS_shutdown, SYS_close, SYS_fstat,
	SYS_setsockopt, SYS_getsockopt,
	SYS_brk, SYS_munmap, SYS_mremap, SYS_madvise,
	SYS_futex, SYS_getrandom, SYS_getpid,
	SYS_clock_gettime, SYS_gettimeofday, SYS_time,
	SYS_rt_sigreturn, SYS_rt_sigprocmask, SYS_restart_syscall,
	SYS_exit, SYS_exit_group,
};

/* Allowed unless their third argument asks for executable memory. */
static const int not_executable[] = { SYS_mmap, SYS_mprotect };

/* A libc may try these and go on without: they fail instead of killing. */
static const int refused[] = {
	SYS_open, SYS_openat, SYS_stat, SYS_newfstatat, SYS_access,
	SYS_ioctl, SYS_uname, SYS_sysinfo,
};

#define FILTER_MAX 256
#define LOAD(offset) \
	(struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (offset))
#define RETURN(what) (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, (what))
/* Go over the next n instructions unless the loaded word is k. */
#define UNLESS(k, n) (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, \
	(uint32_t)(k), 0, (n))

/* The filter, from the tables above; how long it is. */
static unsigned short
filter_make(struct sock_filter f[FILTER_MAX])
{
	size_t n = 0;

	f[n++] = LOAD(offsetof(struct seccomp_data, arch));
	f[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K,
	    AUDIT_ARCH_X86_64, 1, 0);
	f[n++] = RETURN(SECCOMP_RET_KILL_PROCESS);
	f[n++] = LOAD(offsetof(struct seccomp_data, nr));
	for (size_t i = 0; i < COUNT(allowed); i++) {
		f[n++] = UNLESS(allowed[i], 1);
		f[n++] = RETURN(SECCOMP_RET_ALLOW);
	}
	for (size_t i = 0; i < COUNT(refused); i++) {
		f[n++] = UNLESS(refused[i], 1);
		f[n++] = RETURN(SECCOMP_RET_ERRNO | EACCES);
	}
	for (size_t i = 0; i < COUNT(not_executable); i++) {
		f[n++] = UNLESS(not_executable[i], 4);
		f[n++] = LOAD(offsetof(struct seccomp_data, args[2]));
		f[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JSET |
		    BPF_K, PROT_EXEC, 0, 1);
		f[n++] = RETURN(SECCOMP_RET_KILL_PROCESS);
		f[n++] = RETURN(SECCOMP_RET_ALLOW);
	}
	f[n++] = RETURN(SECCOMP_RET_KILL_PROCESS);
	return (unsigned short)n;
}

_Static_assert(2 * COUNT(allowed) + 2 * COUNT(refused) +
    5 * COUNT(not_executable) + 5 <= FILTER_MAX, "the filter has no room");

static int
limits_set(unsigned int files, struct err *e)
{
	const struct {
		int what;
		rlim_t most;
	} limits[] = {
		{ RLIMIT_NOFILE, files },
		{ RLIMIT_NPROC, 0 },
		{ RLIMIT_CORE, 0 },
		{ RLIMIT_DATA, DATA_MAX },
	};

	for (size_t i = 0; i < COUNT(limits); i++) {
		struct rlimit r = { limits[i].most, limits[i].most };

		if (setrlimit((unsigned int)limits[i].what, &r) == -1)
			return err_sys(e, "setrlimit");
	}
	return 0;
}

int
net_sandbox(const char *root, uid_t uid, unsigned int files, struct err *e)
{
	struct sock_filter f[FILTER_MAX];
	struct sock_fprog program = { .filter = f };

	if (uid == 0)
		return err_set(e, "a process of strangers must not be root");
	if (chroot(root) == -1 || chdir("/") == -1)
		return err_sys(e, "%s: chroot", root);
	if (limits_set(files, e) == -1)
		return -1;
	if (setgroups(0, NULL) == -1 || setresgid(uid, uid, uid) == -1 ||
	    setresuid(uid, uid, uid) == -1)
		return err_sys(e, "uid %u", (unsigned int)uid);
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == -1 ||
	    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1)
		return err_sys(e, "no new privileges");
	program.len = filter_make(f);
	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) == -1)
		return err_sys(e, "seccomp");
	return 0;
}

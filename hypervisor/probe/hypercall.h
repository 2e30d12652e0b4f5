/* SPDX-License-Identifier: ISC */
#ifndef PROBE_HYPERCALL_H
#define PROBE_HYPERCALL_H

#include <stdint.h>

#include <xen/xen.h>

/* Xen's entry points, 32 bytes each: filled by the builder, or by pvh.c. */
extern char hypercall_page[4096];

static inline long
hypercall(unsigned int nr, unsigned long a, unsigned long b, unsigned long c,
    unsigned long d)
{
	register unsigned long r10 __asm__("r10") = d;
	long ret;

	__asm__ volatile("call *%[at]"
	    : "=a" (ret), "+D" (a), "+S" (b), "+d" (c), "+r" (r10)
	    : [at] "b" (hypercall_page + nr * 32)
	    : "memory", "rcx", "r8", "r9", "r11", "cc");
	return ret;
}

static inline long
hypercall2(unsigned int nr, unsigned long what, const void *arg)
{
	return hypercall(nr, what, (unsigned long)arg, 0, 0);
}

/* Between what we write for the other side and the index that says so. */
static inline void
barrier(void)
{
	__asm__ volatile("mfence" ::: "memory");
}

#endif

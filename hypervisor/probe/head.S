/* SPDX-License-Identifier: ISC */
#include <xen/elfnote.h>

/*
 * Both ways into the probe, and the notes by which a domain builder finds
 * them.  It is linked at 1 MiB with virtual addresses equal to (pseudo-)
 * physical ones: a PV guest's first page tables are made so by the builder, a
 * PVH guest's are below.
 */
	.macro	note type, size, value:vararg
	.pushsection .note.Xen, "a", @note
	.balign	4
	.long	4, 9f - 8f, \type
	.asciz	"Xen"
8:	\size	\value
9:	.balign	4
	.popsection
	.endm

	note	XEN_ELFNOTE_GUEST_OS .asciz "domus-probe"
	note	XEN_ELFNOTE_XEN_VERSION .asciz "xen-3.0"
	note	XEN_ELFNOTE_LOADER .asciz "generic"
	note	XEN_ELFNOTE_VIRT_BASE .quad 0
	note	XEN_ELFNOTE_PADDR_OFFSET .quad 0
	note	XEN_ELFNOTE_ENTRY .quad start_pv
	note	XEN_ELFNOTE_PHYS32_ENTRY .quad start_pvh
	note	XEN_ELFNOTE_HYPERCALL_PAGE .quad hypercall_page
	note	XEN_ELFNOTE_SUSPEND_CANCEL .long 1

	.text
	.code64
	.globl	start_pv
start_pv:
	cld
	lea	stack_end(%rip), %rsp
	mov	%rsi, %rdi		/* its struct start_info */
	xor	%esi, %esi
	call	probe_main
	ud2

/* Flat 32-bit segments, paging off, %ebx: physical address of the start info. */
	.code32
	.globl	start_pvh
start_pvh:
	cld
	mov	%ebx, %esi
	lgdt	gdt_pointer
	mov	%cr4, %eax
	or	$0x20, %eax		/* PAE */
	mov	%eax, %cr4
	mov	$pml4, %eax
	mov	%eax, %cr3
	mov	$0xc0000080, %ecx	/* EFER */
	rdmsr
	or	$0x100, %eax		/* long mode */
	wrmsr
	mov	%cr0, %eax
	or	$0x80000000, %eax	/* paging */
	mov	%eax, %cr0
	ljmp	$8, $1f
	.code64
1:	mov	$16, %eax
	mov	%eax, %ds
	mov	%eax, %es
	mov	%eax, %ss
	lea	stack_end(%rip), %rsp
	xor	%edi, %edi
	mov	%esi, %esi
	call	probe_main
	ud2

	.data
	.balign	16
gdt:	.quad	0
	.quad	0x00af9b000000ffff	/* code, 64 bits */
	.quad	0x00cf93000000ffff	/* data */
gdt_pointer:
	.word	gdt_pointer - gdt - 1
	.long	gdt

/* 4 GiB, each address at its own place, in pages of 2 MiB. */
	.balign	4096
pml4:	.quad	pdpt + 3
	.fill	511, 8, 0
pdpt:	.quad	pd + 3, pd + 4096 + 3, pd + 2 * 4096 + 3, pd + 3 * 4096 + 3
	.fill	508, 8, 0
pd:	.set	at, 0
	.rept	4 * 512
	.quad	at + 0x83
	.set	at, at + 0x200000
	.endr

	.section .hypercall, "awx", @progbits
	.balign	4096
	.globl	hypercall_page
hypercall_page:
	.fill	4096, 1, 0xf4		/* hlt, until Xen has filled it */

	.bss
	.balign	4096
	.fill	4 * 4096, 1, 0
stack_end:

	.section .note.GNU-stack, "", @progbits

/* late_bss.h - a place for large zeroed buffers, behind all small variables
 *
 * The small ones then share the page with .data that every start touches anyway, and a buffer costs nothing until it is used.
 * (A section named .noinit comes after .bss and is, in the kernel's eyes, the same thing.)
 */
#ifndef LATE_BSS_H
#define LATE_BSS_H

#define LATE_BSS __attribute__((section(".noinit")))

#endif

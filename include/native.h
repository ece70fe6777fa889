/* native.h - numbers in memory, in the machine's byte order */
#ifndef NATIVE_H
#define NATIVE_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Returns the unsigned number that the `size` bytes at `p`, aligned or not, are; `size` is 1, 2, 4 or 8. */
static inline uint64_t native_number(const void *p, size_t size)
{
	uint16_t two;
	uint32_t four;
	uint64_t eight;

	switch (size) {
	case 1:
		return *(const unsigned char *)p;
	case 2:
		memcpy(&two, p, 2);
		return two;
	case 4:
		memcpy(&four, p, 4);
		return four;
	default:
		memcpy(&eight, p, 8);
		return eight;
	}
}

#endif

/* little.h - numbers in memory, the lowest byte first whatever the machine's order, aligned or not */
#ifndef LITTLE_H
#define LITTLE_H

#include <stdint.h>
#include <string.h>

static inline uint64_t load64(const void *p)
{
	uint64_t x;

	memcpy(&x, p, 8);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	x = __builtin_bswap64(x);
#endif
	return x;
}

static inline uint32_t load32(const void *p)
{
	uint32_t x;

	memcpy(&x, p, 4);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	x = __builtin_bswap32(x);
#endif
	return x;
}

static inline uint32_t load16(const unsigned char *p)
{
	return p[0] | (uint32_t)p[1] << 8;
}

static inline void store32(unsigned char *p, uint32_t x)
{
	for (int i = 0; i < 4; i++)
		p[i] = (unsigned char)(x >> 8 * i);
}

static inline void store64(void *p, uint64_t x)
{
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	x = __builtin_bswap64(x);
#endif
	memcpy(p, &x, 8);
}

#endif

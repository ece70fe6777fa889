/* memsearch_neon.c - the loops of memsearch.h with NEON, which every AArch64 has
 *
 * hot: wc, head, tail and every reader of lines spend their time here
 */
#if defined(__aarch64__) && !defined(MEMSEARCH_PORTABLE)

#include <arm_neon.h>
#include "memsearch_parts.h"

#define BLOCK    uint8x16x4_t
#define FN(name) name
#define TARGET
#define LINKAGE

static inline uint8x16x4_t load(const uint8_t *p)
{
	return (uint8x16x4_t){ { vld1q_u8(p), vld1q_u8(p + 16), vld1q_u8(p + 32), vld1q_u8(p + 48) } };
}

/* Returns a bit for each byte, all of whose bits are equal. Neighbours are added until eight bits are one
 * byte. */
static inline uint64_t bits(uint8x16x4_t b)
{
	const uint8x16_t weight = { 1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128 };
	uint8x16_t low = vpaddq_u8(vandq_u8(b.val[0], weight), vandq_u8(b.val[1], weight));
	uint8x16_t up = vpaddq_u8(vandq_u8(b.val[2], weight), vandq_u8(b.val[3], weight));

	low = vpaddq_u8(low, up);
	return vgetq_lane_u64(vreinterpretq_u64_u8(vpaddq_u8(low, low)), 0);
}

static inline uint64_t range(uint8x16x4_t b, uint8_t lo, uint8_t hi)
{
	for (int i = 0; i < 4; i++)
		b.val[i] = vcleq_u8(vsubq_u8(b.val[i], vdupq_n_u8(lo)), vdupq_n_u8((uint8_t)(hi - lo)));
	return bits(b);
}

static inline uint64_t equal(uint8x16x4_t b, uint8_t c)
{
	for (int i = 0; i < 4; i++)
		b.val[i] = vceqq_u8(b.val[i], vdupq_n_u8(c));
	return bits(b);
}

static inline uint64_t high(uint8x16x4_t b)
{
	for (int i = 0; i < 4; i++)
		b.val[i] = vcgeq_u8(b.val[i], vdupq_n_u8(0x80));
	return bits(b);
}

static inline unsigned ones(uint64_t x)
{
	return (unsigned)__builtin_popcountll(x);
}

#include "memsearch_loops.h"

#endif

/* A translation unit has to declare something. */
typedef int memsearch_neon_unit;

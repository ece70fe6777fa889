/* cpu.c - what the processor can do beyond the least that its architecture has */
#include "cpu.h"

#if defined(__x86_64__)

#include <cpuid.h>

static unsigned ask(void)
{
	unsigned a, b, c, d, more = 0, saved = 0, rest, found = 0;

	if (__get_cpuid_count(7, 0, &a, &b, &c, &d))
		more = b;
	__cpuid(1, a, b, c, d);
	if (c & bit_OSXSAVE)
		__asm__("xgetbv" : "=a"(saved), "=d"(rest) : "c"(0));
	if ((c & bit_SSSE3) && (c & bit_SSE4_1)) {
		found |= CPU_SSSE3;
		found |= c & bit_PCLMUL ? CPU_CLMUL : 0;
		found |= more & bit_SHA ? CPU_SHA : 0;
	}
	if ((saved & 6) == 6 && (c & bit_POPCNT) && (more & bit_AVX2) && (more & bit_BMI) &&
	    (more & bit_BMI2))
		found |= CPU_AVX2;
	return found;
}

unsigned cpu_features(void)
{
	enum { ASKED = 1 << 16 };
	static unsigned known;

	if (!known)
		known = ask() | ASKED;
	return known;
}

#else

unsigned cpu_features(void)
{
	return 0;
}

#endif

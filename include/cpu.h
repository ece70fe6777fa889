/* cpu.h - what the processor can do beyond the least that its architecture has */
#ifndef CPU_H
#define CPU_H

enum cpu_feature {
	CPU_SSSE3 = 1, /* with SSE4.1 */
	CPU_CLMUL = 2, /* products without carry; with SSSE3 and SSE4.1 */
	CPU_SHA = 4,   /* SHA-1 and SHA-256; with SSSE3 and SSE4.1 */
	CPU_AVX2 = 8,  /* with POPCNT, BMI and BMI2, and the system saves the wide registers */
};

/* Returns which of them this one has; 0 on other architectures than x86-64. Asks the processor once. */
unsigned cpu_features(void);

#endif

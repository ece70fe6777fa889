/* outfail.h - writing that fails in the middle, told in GNU's two messages */
#ifndef OUTFAIL_H
#define OUTFAIL_H

/* Ends the applet if something could not be written to standard output: with the reason and then, as the GNU tools that
 * notice it before their end, with a second message without. */
void out_check(void);

#endif

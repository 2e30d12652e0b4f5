/* SPDX-License-Identifier: ISC */
#ifndef RPC_NUMBER_H
#define RPC_NUMBER_H

/*
 * The shortest text that reads back as the same double, always with a point or
 * an exponent, in the C locale.  What is not a number is "0.0": neither
 * protocol can say it, and clients of XenAPI read numbers only.
 */
#define NUMBER_SIZE 40

void number_text(double f, char text_r[NUMBER_SIZE]);

#endif

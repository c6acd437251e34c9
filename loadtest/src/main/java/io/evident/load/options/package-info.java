/** The options of {@code evident load}: what is sent, to whom, and what is measured. */
package io.evident.load.options;

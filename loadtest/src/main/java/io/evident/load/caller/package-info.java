/** {@code evident load caller}: what the Java client costs the application that calls it. */
package io.evident.load.caller;
